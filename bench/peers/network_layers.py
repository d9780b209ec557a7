#!/usr/bin/env python3
"""Reads the layers of an ONNX network (Conv, Clip, Relu, Add, MaxPool, GlobalAveragePool, Flatten,
Gemm) for the engines that have no ONNX importer of their own.

Read from the QDQ form as well, every layer also knows the 8-bit scale and zero point of its result.
With a file name of text, the layers are printed as xnnpack_networks reads them. One line a layer;
each makes the tensor of the next number, the input being number 0:

  input H W C
  conv X OUT KERNEL STRIDE PAD GROUPS none|relu|relu6
  max_pool X KERNEL STRIDE PAD
  add X Y none|relu|relu6
  mean X
  fully_connected X OUT
"""
import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper


@dataclass
class Layer:
    kind: str                # input, conv, max_pool, add, mean or fully_connected
    inputs: list             # numbers of the layers whose results it reads
    shape: tuple             # of the result: (h, w, c), or (rows, c)
    activation: str = "none"
    kernel: int = 1
    stride: int = 1
    pad: int = 0
    groups: int = 1
    weight: np.ndarray = field(default=None, repr=False)  # OIHW, or [out, in]
    bias: np.ndarray = field(default=None, repr=False)
    scale: float = 0.0       # of the result as u8, 0 if not quantized
    zero: int = 0
    macs: int = 0

    @property
    def depthwise(self):
        return self.kind == "conv" and self.groups > 1 and self.groups == self.weight.shape[0]

    def text(self):
        if self.kind == "input":
            return "input " + " ".join(map(str, self.shape))
        words = [self.kind, *self.inputs]
        if self.kind == "conv":
            words += [self.weight.shape[0], self.kernel, self.stride, self.pad, self.groups]
        elif self.kind == "max_pool":
            words += [self.kernel, self.stride, self.pad]
        elif self.kind == "fully_connected":
            words.append(self.weight.shape[0])
        if self.kind in ("conv", "add"):
            words.append(self.activation)
        return " ".join(map(str, words))


class Reader:
    def __init__(self, path):
        model = onnx.shape_inference.infer_shapes(onnx.load(path))
        self.path, self.graph = path, model.graph
        self.weights = {i.name: numpy_helper.to_array(i) for i in self.graph.initializer}
        self.shapes = {}
        for value in [*self.graph.input, *self.graph.value_info, *self.graph.output]:
            self.shapes[value.name] = [d.dim_value for d in value.type.tensor_type.shape.dim]
        self.consumers = {}
        for node in self.graph.node:
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)
        self.layers, self.number, self.fused = [], {}, set()

    def shape(self, name):
        dims = self.shapes[name]
        return (*dims[2:], dims[1]) if len(dims) == 4 else tuple(dims)

    def activation(self, node):
        """Takes the activation that alone follows the node; returns (its name, the output)."""
        users = self.consumers.get(node.output[0], [])
        if len(users) == 1 and users[0].op_type in ("Relu", "Clip"):
            self.fused.add(users[0].output[0])
            return {"Relu": "relu", "Clip": "relu6"}[users[0].op_type], users[0].output[0]
        return "none", node.output[0]

    def add(self, name, layer):
        self.number[name] = len(self.layers)
        self.layers.append(layer)

    def read_node(self, node):
        y, x = node.output[0], self.number.get(node.input[0])
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Flatten":
            self.number[y] = x
            return
        window = {}
        if node.op_type in ("Conv", "MaxPool"):
            window = {"kernel": attributes["kernel_shape"][0], "stride": attributes["strides"][0],
                      "pad": attributes["pads"][0]}
        if node.op_type in ("Conv", "Gemm"):
            window |= {"weight": self.weights[node.input[1]], "bias": self.weights[node.input[2]]}
        if node.op_type == "Conv":
            activation, y = self.activation(node)
            h, w, c = self.shape(y)
            self.add(y, Layer("conv", [x], (h, w, c), activation, groups=attributes["group"],
                              macs=window["weight"].size * h * w, **window))
        elif node.op_type == "MaxPool":
            self.add(y, Layer("max_pool", [x], self.shape(y), **window))
        elif node.op_type == "Add":
            activation, y = self.activation(node)
            self.add(y, Layer("add", [x, self.number[node.input[1]]], self.shape(y), activation))
        elif node.op_type == "GlobalAveragePool":
            self.add(y, Layer("mean", [x], (1, self.shapes[y][1])))
        elif node.op_type == "Gemm":
            rows, out = self.shapes[y]
            self.add(y, Layer("fully_connected", [x], (rows, out),
                              macs=rows * window["weight"].size, **window))
        else:
            raise ValueError(f"{self.path}: {node.op_type} has no line")

    def read(self, quantized):
        image = self.graph.input[0].name
        self.add(image, Layer("input", [], self.shape(image)))
        for node in self.graph.node:
            if node.output[0] not in self.fused:
                self.read_node(node)
        if quantized:
            values = {i.name: i for i in onnx.load(quantized).graph.initializer}
            for name, number in self.number.items():
                if name + "_scale" in values:
                    self.layers[number].scale, self.layers[number].zero = (
                        numpy_helper.to_array(values[name + end]).item()
                        for end in ("_scale", "_zero"))
        return self.layers


def read_layers(path, quantized=None):
    """Layers of a network with square windows; `quantized` is the same network's QDQ file."""
    return Reader(path).read(quantized)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    layers = read_layers(parser.parse_args().model)
    lines = [*(layer.text() for layer in layers),
             f"# {sum(layer.macs for layer in layers)} multiply-accumulates"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
