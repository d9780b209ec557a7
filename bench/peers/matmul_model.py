#!/usr/bin/env python3
"""Writes a chain of fully connected layers N -> N, the models of script/bench --peers gemm.

f32 is a plain ONNX file, from which the other engines' files are made. The other schemes are in
ONNX Runtime's own operators: int8_dynamic (DynamicQuantizeMatMul), int4_32 and int4_128
(MatMulNBits, activations in int8: accuracy level 4). --raw also writes the first layer's weights
[out, in] as plain floats for the engines with a driver in C++.
"""
import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantize_weights import quantize_blocks, quantize_rows

OPSET, ACCURACY_INT8 = 17, 4


def first_weight(size):
    """He's variance without the activation's half: values keep their size along the chain."""
    rng = np.random.default_rng(7)
    return (rng.standard_normal((size, size)) / np.sqrt(size)).astype(np.float32)


class Chain:
    def __init__(self, rows, size, layers):
        self.rows, self.size, self.layers = rows, size, layers
        self.nodes, self.weights = [], []

    def constant(self, name, value):
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def layer(self, scheme, i, weight, x, y):
        bias = self.constant(f"b_{i}", np.zeros(self.size, np.float32))
        if scheme == "f32":
            self.nodes.append(helper.make_node("Gemm", [x, self.constant(f"w_{i}", weight), bias],
                                               [y], name=f"fc_{i}", transB=1))
        elif scheme == "int8_dynamic":
            codes, scale = quantize_rows(weight, 127)
            names = [x, self.constant(f"w_{i}", np.ascontiguousarray(codes.T)),
                     self.constant(f"s_{i}", scale), "", bias]
            self.nodes.append(helper.make_node("DynamicQuantizeMatMul", names, [y], name=f"fc_{i}",
                                               domain="com.microsoft"))
        else:
            block = int(scheme.split("_")[1])
            codes, scale = quantize_blocks(weight, block, 7)
            nibbles = (codes + 8).astype(np.uint8).reshape(self.size, -1, block // 2, 2)
            packed = nibbles[..., 0] | nibbles[..., 1] << 4
            names = [x, self.constant(f"w_{i}", packed), self.constant(f"s_{i}", scale.ravel()),
                     "", "", bias]
            self.nodes.append(helper.make_node(
                "MatMulNBits", names, [y], name=f"fc_{i}", domain="com.microsoft", K=self.size,
                N=self.size, bits=4, block_size=block, accuracy_level=ACCURACY_INT8))

    def build(self, scheme):
        weight, names = first_weight(self.size), ["image"]
        for i in range(self.layers):  # rolled, so that no engine finds two equal layers
            names.append(f"x_{i + 1}" if i + 1 < self.layers else "scores")
            self.layer(scheme, i, np.roll(weight, 8 * i, axis=0), names[i], names[i + 1])
        ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [self.rows, self.size])
                for n in (names[0], names[-1])]
        graph = helper.make_graph(self.nodes, "chain", ends[:1], ends[1:], self.weights)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets[:1 if scheme == "f32" else 2],
                                 ir_version=8, producer_name="linnet")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--scheme", default="f32",
                        choices=["f32", "int8_dynamic", "int4_32", "int4_128"])
    parser.add_argument("--raw", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    if args.raw:
        first_weight(args.size).tofile(args.raw)
    onnx.save(Chain(args.rows, args.size, args.layers).build(args.scheme), args.output)


if __name__ == "__main__":
    main()
