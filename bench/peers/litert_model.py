#!/usr/bin/env python3
"""Writes an ONNX network as a .tflite file for LiteRT.

Schemes: f32; int8 (activations and weights, from the QDQ file's scales); and for networks of fully
connected layers int8_dynamic (float activations, which XNNPACK quantizes row by row, int8 weights),
int4_channel, int4_32 and int4_128 (the same with int4 weights, one scale a row or a block).
A symmetric padding of a strided window has no name in TFLite: it becomes a PAD, as converters do.
"""
import argparse
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as tfl
import flatbuffers

from network_layers import read_layers
from quantize_weights import quantize_blocks, quantize_rows

OP, TYPE = tfl.BuiltinOperator, tfl.TensorType
TYPES = {"float32": TYPE.FLOAT32, "float16": TYPE.FLOAT16, "int32": TYPE.INT32, "int8": TYPE.INT8}
ACTIVATIONS = {"none": tfl.ActivationFunctionType.NONE, "relu": tfl.ActivationFunctionType.RELU,
               "relu6": tfl.ActivationFunctionType.RELU6}


class Writer:
    def __init__(self, layers, scheme):
        self.layers, self.scheme, self.quantized = layers, scheme, scheme == "int8"
        self.buffers, self.tensors = [tfl.BufferT()], []
        self.operators, self.codes = [], []
        self.values = []  # tensor of each layer's result

    def tensor(self, shape, kind, name, data=None, quantization=None):
        buffer = 0
        if data is not None:
            self.buffers.append(tfl.BufferT(data=np.ascontiguousarray(data).reshape(-1).view(
                np.uint8)))
            buffer = len(self.buffers) - 1
        self.tensors.append(tfl.TensorT(shape=np.array(shape, np.int32), type=kind, buffer=buffer,
                                        name=name, quantization=quantization))
        return len(self.tensors) - 1

    def constant(self, data, name, quantization=None):
        return self.tensor(data.shape, TYPES[str(data.dtype)], name, data, quantization)

    @staticmethod
    def scales(scale, zero=None, dimension=0):
        scale = np.atleast_1d(np.asarray(scale, np.float32))
        zero = np.zeros(len(scale), np.int64) if zero is None else np.atleast_1d(
            np.asarray(zero, np.int64))
        return tfl.QuantizationParametersT(scale=scale, zeroPoint=zero,
                                           quantizedDimension=dimension)

    def activation(self, shape, layer, name):
        if not self.quantized:
            return self.tensor(shape, TYPE.FLOAT32, name)
        return self.tensor(shape, TYPE.INT8, name,
                           quantization=self.scales(layer.scale, layer.zero - 128))

    def operator(self, code, inputs, output, options=None):
        if code not in self.codes:
            self.codes.append(code)
        name = type(options).__name__[:-1] if options else "NONE"
        self.operators.append(tfl.OperatorT(
            opcodeIndex=self.codes.index(code), inputs=np.array(inputs, np.int32),
            outputs=np.array([output], np.int32), builtinOptions=options,
            builtinOptionsType=getattr(tfl.BuiltinOptions, name)))

    def weight(self, layer, name, dimension=0):
        """Weights in TFLite's order; dimension 3 for a depthwise filter [1, h, w, c]."""
        value = layer.weight
        if value.ndim == 4:
            value = value.transpose((1, 2, 3, 0) if dimension else (0, 2, 3, 1))
        if self.scheme == "f32":
            return self.constant(value, name), None
        if self.scheme.startswith("int4"):
            return self.int4_weight(value, name), None
        codes, scale = quantize_rows(np.moveaxis(value, dimension, 0), 127)
        codes = np.ascontiguousarray(np.moveaxis(codes, 0, dimension))
        return self.constant(codes, name, self.scales(scale, dimension=dimension)), scale

    def int4_weight(self, value, name):
        block = self.scheme.split("_")[1]
        if block == "channel":
            codes, scale = quantize_rows(value, 7)
            quantization = self.scales(scale)
        else:
            codes, scale = quantize_blocks(value, int(block), 7)
            scale = self.constant(scale.astype(np.float16), name + "_scales")
            quantization = tfl.QuantizationParametersT(
                detailsType=tfl.QuantizationDetails.BlockwiseQuantization,
                details=tfl.BlockwiseQuantizationT(scales=scale, zeroPoints=-1,
                                                   blockSize=int(block)))
        nibbles = codes.reshape(-1, 2) & 15
        packed = (nibbles[:, 0] | nibbles[:, 1] << 4).astype(np.uint8)
        return self.tensor(value.shape, TYPE.INT4, name, packed, quantization)

    def bias(self, layer, weight_scale, name):
        if not self.quantized:
            return self.constant(layer.bias.astype(np.float32), name)
        scale = weight_scale * np.float32(self.layers[layer.inputs[0]].scale)
        return self.constant(np.rint(layer.bias / scale).astype(np.int32), name, self.scales(scale))

    def padded(self, layer, x, name):
        """The input, in a frame if the window needs one; and TFLite's word for the padding."""
        if layer.pad == 0:
            return x, tfl.Padding.VALID
        source = self.layers[layer.inputs[0]]
        if layer.stride == 1 and layer.pad * 2 + 1 == layer.kernel:
            return x, tfl.Padding.SAME
        h, w, c = source.shape
        frame = np.array([[0, 0], [layer.pad] * 2, [layer.pad] * 2, [0, 0]], np.int32)
        y = self.activation((1, h + 2 * layer.pad, w + 2 * layer.pad, c), source, name + "_padded")
        self.operator(OP.PAD, [x, self.constant(frame, name + "_frame")], y, tfl.PadOptionsT())
        return y, tfl.Padding.VALID

    def add_layer(self, number, layer):
        name = f"{layer.kind}_{number}"
        x = [self.values[i] for i in layer.inputs]
        shape = (1, *layer.shape) if len(layer.shape) == 3 else layer.shape
        fused = ACTIVATIONS[layer.activation]
        if layer.kind in ("conv", "max_pool"):
            x[0], padding = self.padded(layer, x[0], name)
            window = {"padding": padding, "strideW": layer.stride, "strideH": layer.stride,
                      "fusedActivationFunction": fused}
        if layer.kind in ("conv", "fully_connected"):
            weight, scale = self.weight(layer, name + "_w", 3 if layer.depthwise else 0)
            x += [weight, self.bias(layer, scale, name + "_b")]
        y = self.activation(shape, layer, name)
        if layer.depthwise:
            self.operator(OP.DEPTHWISE_CONV_2D, x, y,
                          tfl.DepthwiseConv2DOptionsT(depthMultiplier=1, **window))
        elif layer.kind == "conv":
            self.operator(OP.CONV_2D, x, y, tfl.Conv2DOptionsT(**window))
        elif layer.kind == "max_pool":
            self.operator(OP.MAX_POOL_2D, x, y, tfl.Pool2DOptionsT(
                filterWidth=layer.kernel, filterHeight=layer.kernel, **window))
        elif layer.kind == "add":
            self.operator(OP.ADD, x, y, tfl.AddOptionsT(fusedActivationFunction=fused))
        elif layer.kind == "mean":
            axes = self.constant(np.array([1, 2], np.int32), name + "_axes")
            self.operator(OP.MEAN, [*x, axes], y, tfl.ReducerOptionsT(keepDims=False))
        else:
            self.operator(OP.FULLY_CONNECTED, x, y, tfl.FullyConnectedOptionsT())
        return y

    def build(self):
        first, last = self.layers[0], self.layers[-1]
        dims = (1, *first.shape) if len(first.shape) == 3 else first.shape
        x = self.tensor(dims, TYPE.FLOAT32, "image")
        self.values.append(x)
        if self.quantized:
            self.values[0] = self.activation(dims, first, "image_q")
            self.operator(OP.QUANTIZE, [x], self.values[0], tfl.QuantizeOptionsT())
        for number, layer in enumerate(self.layers[1:], 1):
            self.values.append(self.add_layer(number, layer))
        y = self.values[-1]
        if self.quantized:
            y = self.tensor(last.shape, TYPE.FLOAT32, "scores")
            self.operator(OP.DEQUANTIZE, [self.values[-1]], y, tfl.DequantizeOptionsT())
        graph = tfl.SubGraphT(tensors=self.tensors, inputs=np.array([x], np.int32),
                              outputs=np.array([y], np.int32), operators=self.operators,
                              name="main")
        # The version only says that the ops must know int8.
        codes = [tfl.OperatorCodeT(deprecatedBuiltinCode=min(c, 127), builtinCode=c, version=2)
                 for c in self.codes]
        model = tfl.ModelT(version=3, operatorCodes=codes, subgraphs=[graph],
                           buffers=self.buffers, description="linnet bench")
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        return builder.Output()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="float ONNX file")
    parser.add_argument("--quantized", type=Path, help="its QDQ form, for int8")
    parser.add_argument("--scheme", default="f32")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    layers = read_layers(args.model, args.quantized)
    args.output.write_bytes(Writer(layers, args.scheme).build())


if __name__ == "__main__":
    main()
