#!/usr/bin/env python3
"""Writes the layers of a float ONNX network (Conv, Clip, Relu, Add, MaxPool, GlobalAveragePool,
Flatten, Gemm) as the text that xnnpack_networks reads.

One line a layer; each makes the tensor of the next number, the input being number 0:

  input H W C
  conv X OUT KERNEL STRIDE PAD GROUPS none|relu|relu6
  max_pool X KERNEL STRIDE PAD
  add X Y none|relu|relu6
  mean X
  fully_connected X OUT
"""
import argparse
import sys
from pathlib import Path

import onnx


def read_layers(path):
    """(lines, multiply-accumulates of one run) of a network with batch 1 and square windows."""
    model = onnx.shape_inference.infer_shapes(onnx.load(path))
    graph = model.graph
    shapes = {i.name: list(i.dims) for i in graph.initializer}
    for value in [*graph.input, *graph.value_info, *graph.output]:
        shapes.setdefault(value.name, [d.dim_value for d in value.type.tensor_type.shape.dim])
    consumers = {}
    for node in graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)

    image = graph.input[0].name
    _, c, h, w = shapes[image]
    lines, number, macs, fused = [f"input {h} {w} {c}"], {image: 0}, 0, set()

    def activation(node):
        """Takes the activation that alone follows the node; returns (its name, the output)."""
        users = consumers.get(node.output[0], [])
        if len(users) == 1 and users[0].op_type in ("Relu", "Clip"):
            fused.add(users[0].output[0])
            return {"Relu": "relu", "Clip": "relu6"}[users[0].op_type], users[0].output[0]
        return "none", node.output[0]

    for node in graph.node:
        y, x = node.output[0], number.get(node.input[0])
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if y in fused:
            continue
        if node.op_type == "Flatten":
            number[y] = x
            continue
        if node.op_type == "Conv":
            out, inside, kernel, _ = shapes[node.input[1]]
            macs += out * inside * kernel * kernel * shapes[y][2] * shapes[y][3]
            name, y = activation(node)
            lines.append(f"conv {x} {out} {kernel} {attributes['strides'][0]} "
                         f"{attributes['pads'][0]} {attributes['group']} {name}")
        elif node.op_type == "MaxPool":
            lines.append(f"max_pool {x} {attributes['kernel_shape'][0]} "
                         f"{attributes['strides'][0]} {attributes['pads'][0]}")
        elif node.op_type == "Add":
            name, y = activation(node)
            lines.append(f"add {x} {number[node.input[1]]} {name}")
        elif node.op_type == "GlobalAveragePool":
            lines.append(f"mean {x}")
        elif node.op_type == "Gemm":
            out, inside = shapes[node.input[1]]
            macs += out * inside
            lines.append(f"fully_connected {x} {out}")
        else:
            raise ValueError(f"{path}: {node.op_type} has no line")
        number[y] = len(lines) - 1
    return lines, macs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    args = parser.parse_args()
    lines, macs = read_layers(args.model)
    sys.stdout.write("\n".join([*lines, f"# {macs} multiply-accumulates"]) + "\n")


if __name__ == "__main__":
    main()
