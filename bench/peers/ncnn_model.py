#!/usr/bin/env python3
"""Writes an ONNX network as ncnn's two files, NAME.param (text) and NAME.bin.

f32, or int8 as ncnn's own quantizer lays it out: symmetric scales, one a tensor of activations (the
larger end of the QDQ file's range) and one an output channel of weights; a result that only
convolutions read stays int8. 3x3 filters of stride 1 get 6 bits, which its Winograd kernels need.
"""
import argparse
from pathlib import Path

import numpy as np

from network_layers import read_layers
from quantize_weights import quantize_rows

MAGIC, FLOAT_TAG, INT8_TAG = 7767517, 0, 0x000D4B38
LARGEST, LARGEST_WINOGRAD = 127, 31
WEIGHTED = ("conv", "fully_connected")


class Writer:
    def __init__(self, layers, int8):
        self.layers, self.int8 = layers, int8
        self.lines, self.data, self.blobs = [], bytearray(), 0
        self.readers = [[j for j, l in enumerate(layers) if i in l.inputs]
                        for i in range(len(layers))]
        self.ready = {}  # (layer, the one that reads it) -> blob

    def line(self, kind, name, inputs, outputs, **parameters):
        words = [f"{kind:<22}", f"{name:<22}", str(len(inputs)), str(len(outputs)), *inputs,
                 *outputs, *(f"{key.lstrip('_')}={value}" for key, value in parameters.items())]
        self.lines.append(" ".join(words))
        self.blobs += len(outputs)

    def finish_layer(self, number, blob):
        """A blob has one reader: a Split makes more."""
        readers = self.readers[number]
        copies = [blob]
        if len(readers) > 1:
            copies = [f"{blob}_{i}" for i in range(len(readers))]
            self.line("Split", f"split_{number}", [blob], copies)
        self.ready |= {(number, reader): copy for reader, copy in zip(readers, copies)}

    def scale_to_int8(self, number):
        """Of the activations that layer `number` makes."""
        layer = self.layers[number]
        largest = max(layer.zero, 255 - layer.zero) * layer.scale
        return 127 / largest

    def put(self, values, dtype=np.float32):
        raw = np.ascontiguousarray(values, dtype).tobytes()
        self.data += raw + bytes(-len(raw) % 4)

    def put_weights(self, number, layer):
        """Weights and bias; returns ncnn's number of the scheme, parameter 8."""
        if not self.int8:
            self.put([FLOAT_TAG], np.uint32)
            self.put(layer.weight)
            self.put(layer.bias)
            return 0
        winograd = (layer.kind == "conv" and layer.groups == 1 and layer.kernel == 3 and
                    layer.stride == 1)
        codes, scale = quantize_rows(layer.weight, LARGEST_WINOGRAD if winograd else LARGEST)
        self.put([INT8_TAG], np.uint32)
        self.put(codes, np.int8)
        self.put(layer.bias)
        self.put(1 / scale)
        self.put([self.scale_to_int8(layer.inputs[0])])
        readers = [self.layers[r].kind for r in self.readers[number]]
        if layer.kind == "conv" and readers and set(readers) == {"conv"}:
            self.put([self.scale_to_int8(number)])
            return 101
        return 1

    def add_layer(self, number, layer):
        name, blob = f"{layer.kind}_{number}", f"blob_{number}"
        x = [self.ready[i, number] for i in layer.inputs]
        activation = {"none": {}, "relu": {"_9": 1}, "relu6": {"_9": 3, "_-23310": "2,0.0,6.0"}}
        if layer.kind == "input":
            sizes = reversed(layer.shape[-1:] if layer.shape[0] == 1 else layer.shape)
            if len(layer.shape) == 3:
                h, w, c = layer.shape
                sizes = w, h, c
            self.line("Input", "image", [], [blob], **{f"_{i}": n for i, n in enumerate(sizes)})
        elif layer.kind in WEIGHTED:
            scheme, size = self.put_weights(number, layer), layer.weight.size
            out = layer.weight.shape[0]
            if layer.kind == "fully_connected":
                self.line("InnerProduct", name, x, [blob], _0=out, _1=1, _2=size, _8=scheme)
            else:
                groups = {"_7": layer.groups} if layer.depthwise else {}
                self.line("ConvolutionDepthWise" if layer.depthwise else "Convolution", name, x,
                          [blob], _0=out, _1=layer.kernel, _3=layer.stride, _4=layer.pad, _5=1,
                          _6=size, _8=scheme, **groups, **activation[layer.activation])
        elif layer.kind == "max_pool":
            self.line("Pooling", name, x, [blob], _0=0, _1=layer.kernel, _2=layer.stride,
                      _3=layer.pad, _5=1)
        elif layer.kind == "mean":
            self.line("Pooling", name, x, [blob], _0=1, _4=1)
        else:
            self.line("BinaryOp", name, x, [blob], _0=0)
            if layer.activation == "relu":
                x, blob = [blob], blob + "_relu"
                self.line("ReLU", name + "_relu", x, [blob])
        self.finish_layer(number, blob)

    def build(self):
        for number, layer in enumerate(self.layers):
            self.add_layer(number, layer)
        return "\n".join([str(MAGIC), f"{len(self.lines)} {self.blobs}", *self.lines]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="float ONNX file")
    parser.add_argument("--quantized", type=Path, help="its QDQ form, for int8")
    parser.add_argument("--scheme", choices=["f32", "int8"], default="f32")
    parser.add_argument("-o", "--output", type=Path, required=True, help="NAME.param")
    args = parser.parse_args()
    writer = Writer(read_layers(args.model, args.quantized), args.scheme == "int8")
    text = writer.build()
    args.output.with_suffix(".bin").write_bytes(writer.data)
    args.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
