#!/usr/bin/env python3
"""Turns the packaged PyTorch weights of EfficientNet-Lite0 into ONNX, without PyTorch.

Network: EfficientNet-B0's blocks (Tan and Le 2019, table 1) without squeeze-and-excitation and
with ReLU6 (the Lite variant). The weights come from TensorFlow, hence "same" padding that puts the
odd pixel at the end (written as explicit pads for 224 x 224) and epsilon 0.001.
Input "image": f32 [N,3,224,224], RGB, (pixel - 127) / 128. Output "scores": f32 [N,1000], logits
in the usual ImageNet order. Needs: script/models efficientnet-lite0, and numpy, onnx.
"""
import argparse
import pickle
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from fashion_mnist_data import assets_folder

SIZE, EPSILON = 224, 1e-3
# Expansion, output channels, repeats, kernel, stride of the first repeat.
STAGES = [(1, 16, 1, 3, 1), (6, 24, 2, 3, 2), (6, 40, 2, 5, 2), (6, 80, 3, 3, 2),
          (6, 112, 3, 5, 1), (6, 192, 4, 5, 2), (6, 320, 1, 3, 1)]


class StateDict(dict):
    """Takes the place of OrderedDict; has room for the attributes that PyTorch adds."""


class WeightReader(pickle.Unpickler):
    """Unpickles a state dictionary in PyTorch's format of before 1.6; runs no code of the file."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return StateDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size, stride)
        if (module, name) in (("torch", "FloatStorage"), ("torch", "LongStorage")):
            return {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}[name]
        raise pickle.UnpicklingError(f"unexpected class {module}.{name}")

    def persistent_load(self, pid):
        _, dtype, key, _, count, _ = pid
        return key, dtype, count


def read_weights(path):
    """Name -> array of every tensor in the file."""
    with open(path, "rb") as f:
        magic, version, system = (WeightReader(f).load() for _ in range(3))
        if magic != 0x1950A86A20F9469CFC6C or version != 1001 or not system["little_endian"]:
            raise ValueError(f"{path}: not a PyTorch file of the old format")
        tensors = WeightReader(f).load()
        dtypes = {storage[0]: storage[1] for storage, *_ in tensors.values()}
        data = {}
        for key in WeightReader(f).load():
            count = int(np.frombuffer(f.read(8), "<i8")[0])
            data[key] = np.frombuffer(f.read(count * dtypes[key].itemsize), dtypes[key], count)
    weights = {}
    for name, (storage, offset, size, stride) in tensors.items():
        flat = data[storage[0]][offset:]
        strides = [s * flat.itemsize for s in stride]
        weights[name] = np.lib.stride_tricks.as_strided(flat, size, strides).copy()
    return weights


class Builder:
    def __init__(self, weights):
        self.weights, self.nodes, self.tensors, self.size = weights, [], [], SIZE

    def constant(self, name, array):
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def conv_bn(self, x, conv, bn, name, stride=1, groups=1, relu6=True):
        weight = self.weights[conv + ".weight"]
        kernel = weight.shape[2]
        out = -(-self.size // stride)
        pad = max((out - 1) * stride + kernel - self.size, 0)
        pads = [pad // 2, pad // 2, pad - pad // 2, pad - pad // 2]
        self.size = out
        x = self.add("Conv", [x, self.constant(conv + ".weight", weight)], name,
                     kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads, group=groups)
        parts = [self.constant(f"{bn}.{part}", self.weights[f"{bn}.{part}"])
                 for part in ("weight", "bias", "running_mean", "running_var")]
        x = self.add("BatchNormalization", [x, *parts], name + "_bn", epsilon=EPSILON)
        return self.add("Clip", [x, "zero", "six"], name + "_relu6") if relu6 else x


def build(weights):
    b = Builder(weights)
    b.constant("zero", np.float32(0))
    b.constant("six", np.float32(6))
    x, channels, index = b.conv_bn("image", "_conv_stem", "_bn0", "stem", stride=2), 32, 0
    for expansion, out, repeats, kernel, first_stride in STAGES:
        for repeat in range(repeats):
            block, stride = f"_blocks.{index}.", first_stride if repeat == 0 else 1
            y, wide = x, channels * expansion
            if expansion != 1:
                y = b.conv_bn(y, block + "_expand_conv", block + "_bn0", f"expand_{index}")
            if weights[block + "_depthwise_conv.weight"].shape[2] != kernel:
                raise ValueError(f"block {index}: kernel is not {kernel}")
            y = b.conv_bn(y, block + "_depthwise_conv", block + "_bn1", f"depthwise_{index}",
                          stride, wide)
            y = b.conv_bn(y, block + "_project_conv", block + "_bn2", f"project_{index}",
                          relu6=False)
            short_cut = stride == 1 and channels == out
            x = b.add("Add", [x, y], f"sum_{index}") if short_cut else y
            channels, index = out, index + 1
    x = b.conv_bn(x, "_conv_head", "_bn1", "head")
    x = b.add("GlobalAveragePool", [x], "pool")
    x = b.add("Flatten", [x], "features", axis=1)
    names = [b.constant("_fc." + part, weights["_fc." + part]) for part in ("weight", "bias")]
    b.add("Gemm", [x, *names], "scores", transB=1)
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(b.nodes, "efficientnet_lite0", [value("image", ["N", 3, SIZE, SIZE])],
                              [value("scores", ["N", 1000])], b.tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7,
                              producer_name="linnet")
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    folder = assets_folder() / "efficientnet-lite0"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=folder / "efficientnet_lite0.pth")
    parser.add_argument("--output", type=Path, default=folder / "efficientnet_lite0.onnx")
    args = parser.parse_args()
    if not args.weights.is_file():
        parser.error(f"{args.weights} is missing: run script/models efficientnet-lite0")
    onnx.save(build(read_weights(args.weights)), args.output)
    print(f"wrote {args.output} ({args.output.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
