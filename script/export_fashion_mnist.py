#!/usr/bin/env python3
"""Writes tests/data/fashion_mnist.onnx from trained weights, and the images the tests use.

  script/train_fashion_mnist.py --output weights.npz       (PyTorch)
  script/export_fashion_mnist.py weights.npz               (numpy, onnx, onnxruntime)

fashion_mnist.onnx: opset 13, input "image" f32 [N,1,28,28] (pixel / 255), output "scores"
  f32 [N,10]; convolution and batch normalization are separate nodes.
fashion_mnist_200.npz: images u8 [200,28,28] and labels u8 [200], the first 20 of each class in
  the test set, in the test set's order.
fashion_mnist_calibrate.npy: f32 [100,1,28,28], pixel / 255, the first 10 of each class of the
  training set.
"""
import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from fashion_mnist_data import BLOCKS, CLASSES, default_data_folder, load_split

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "data"


def build(weights):
    """The network of script/train_fashion_mnist.py as ONNX."""
    nodes = []
    constants = {"zero": np.float32(0), "six": np.float32(6)}

    def add(op, inputs, output, **attributes):
        nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def conv_bn(x, conv, bn, output, kernel, stride=1, group=1):
        names = [conv + ".weight",
                 *(f"{bn}.{p}" for p in ("weight", "bias", "running_mean", "running_var"))]
        constants.update({n: weights[n] for n in names})
        pad = kernel // 2
        y = add("Conv", [x, names[0]], output, kernel_shape=[kernel] * 2, strides=[stride] * 2,
                pads=[pad] * 4, group=group)
        return add("BatchNormalization", [y, *names[1:]], output + "_bn", epsilon=1e-5)

    x = conv_bn("image", "stem", "stem_bn", "stem", 3)
    x = add("Clip", [x, "zero", "six"], "stem_relu6")
    for i, (c_in, c_out, stride) in enumerate(BLOCKS):
        block = f"blocks.{i}."
        y = conv_bn(x, block + "dw", block + "dw_bn", f"depthwise_{i}", 3, stride, c_in)
        y = add("Clip", [y, "zero", "six"], f"depthwise_{i}_relu6")
        y = conv_bn(y, block + "pw", block + "pw_bn", f"pointwise_{i}", 1)
        y = add("Relu", [y], f"pointwise_{i}_relu")
        x = add("Add", [x, y], f"sum_{i}") if stride == 1 and c_in == c_out else y
    x = add("GlobalAveragePool", [x], "pool")
    x = add("Flatten", [x], "features", axis=1)
    constants.update({n: weights[n] for n in ("fc.weight", "fc.bias")})
    add("Gemm", [x, "fc.weight", "fc.bias"], "scores", transB=1)

    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "fashion_mnist", [value("image", ["N", 1, 28, 28])],
                              [value("scores", ["N", CLASSES])],
                              [numpy_helper.from_array(np.asarray(v, np.float32), k)
                               for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7,
                              producer_name="linnet")
    onnx.checker.check_model(model, full_check=True)
    return model


def first_of_each_class(labels, count):
    return np.sort(np.concatenate([np.flatnonzero(labels == c)[:count] for c in range(CLASSES)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, default=default_data_folder())
    parser.add_argument("--output", type=Path, default=FOLDER)
    args = parser.parse_args()
    model = build(np.load(args.weights))
    (args.output / "fashion_mnist.onnx").write_bytes(model.SerializeToString(deterministic=True))

    images, labels = load_split(args.data, "t10k")
    pick = first_of_each_class(labels, 20)
    np.savez(args.output / "fashion_mnist_200.npz", images=images[pick], labels=labels[pick])
    train_images, train_labels = load_split(args.data, "train")
    calibrate = train_images[first_of_each_class(train_labels, 10)][:, None]
    np.save(args.output / "fashion_mnist_calibrate.npy", calibrate.astype(np.float32) / 255)

    runner = onnxruntime.InferenceSession(model.SerializeToString())
    hits = np.concatenate([runner.run(None, {"image": part[:, None].astype(np.float32) / 255})[0]
                           .argmax(1) for part in np.split(images, 20)]) == labels
    print(f"{model.ByteSize()} bytes; top-1 {hits.mean():.4f} of 10,000, "
          f"{hits[pick].mean():.4f} of the 200")


if __name__ == "__main__":
    main()
