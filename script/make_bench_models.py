#!/usr/bin/env python3
"""Writes random-weight MobileNetV1, MobileNetV2 and ResNet-50 (224 x 224, batch 1) for benches.

Each comes as <net>_f32.onnx (convolutions with bias, batch normalization already folded) and as
<net>_qdq.onnx: the same weights in QDQ form, 8-bit activations per tensor, int8 weights per output
channel, int32 biases. Activation ranges are measured by running the float model on random input;
ReLU6 becomes the range 0..6 (scale 6/255, zero point 0). Weights are drawn from a fixed seed with
He's variance (He et al. 2015), so that activations keep a sane size through the layers.
"""
import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from fashion_mnist_data import assets_folder

SIZE, CLASSES, OPSET, CALIBRATION_IMAGES = 224, 1000, 13, 4
# MobileNetV1 (Howard et al. 2017, table 1): output channels and stride of each separable block.
MOBILENET_V1 = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5,
                (1024, 2), (1024, 1)]
# MobileNetV2 (Sandler et al. 2018, table 2): expansion, output channels, repeats, stride.
MOBILENET_V2 = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                (6, 160, 3, 2), (6, 320, 1, 1)]
# ResNet-50 (He et al. 2016, table 1): middle channels, blocks, stride (on the 3x3, as in v1.5).
RESNET_50 = [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]


class FloatNet:
    """Collects nodes and weights; every method returns the name of its output."""

    def __init__(self, name, seed):
        self.name, self.rng = name, np.random.default_rng(seed)
        self.nodes, self.weights, self.channels = [], {}, {"image": 3}

    def add(self, op, inputs, channels, **attributes):
        output = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        self.channels[output] = channels
        return output

    def conv(self, x, out, kernel, stride=1, depthwise=False, activation=None, gain=2.0):
        inside = 1 if depthwise else self.channels[x]
        scale = np.sqrt(gain / (inside * kernel * kernel))
        name = f"conv_{len(self.nodes)}"
        self.weights[name + "_w"] = (self.rng.standard_normal((out, inside, kernel, kernel)) *
                                     scale).astype(np.float32)
        self.weights[name + "_b"] = (self.rng.standard_normal(out) * 0.1).astype(np.float32)
        pad = kernel // 2
        y = self.add("Conv", [x, name + "_w", name + "_b"], out, kernel_shape=[kernel] * 2,
                     strides=[stride] * 2, pads=[pad] * 4,
                     group=self.channels[x] if depthwise else 1)
        if activation == "relu6":
            self.weights.setdefault("zero", np.float32(0))
            self.weights.setdefault("six", np.float32(6))
            return self.add("Clip", [y, "zero", "six"], out)
        return self.add("Relu", [y], out) if activation == "relu" else y

    def head(self, x):
        channels = self.channels[x]
        x = self.add("GlobalAveragePool", [x], channels)
        x = self.add("Flatten", [x], channels, axis=1)
        self.weights["fc_w"] = (self.rng.standard_normal((CLASSES, channels)) *
                                np.sqrt(1 / channels)).astype(np.float32)
        self.weights["fc_b"] = (self.rng.standard_normal(CLASSES) * 0.1).astype(np.float32)
        self.nodes.append(helper.make_node("Gemm", [x, "fc_w", "fc_b"], ["scores"], name="fc",
                                           transB=1))


def mobilenet_v1():
    net = FloatNet("mobilenet_v1", 1)
    x = net.conv("image", 32, 3, 2, activation="relu6")
    for out, stride in MOBILENET_V1:
        x = net.conv(x, net.channels[x], 3, stride, depthwise=True, activation="relu6")
        x = net.conv(x, out, 1, activation="relu6")
    net.head(x)
    return net


def mobilenet_v2():
    net = FloatNet("mobilenet_v2", 2)
    x = net.conv("image", 32, 3, 2, activation="relu6")
    for expansion, out, repeats, first_stride in MOBILENET_V2:
        for repeat in range(repeats):
            stride, y = first_stride if repeat == 0 else 1, x
            wide = net.channels[x] * expansion
            if expansion != 1:
                y = net.conv(y, wide, 1, activation="relu6")
            y = net.conv(y, wide, 3, stride, depthwise=True, activation="relu6")
            short_cut = stride == 1 and net.channels[x] == out
            y = net.conv(y, out, 1, gain=0.5 if short_cut else 1.0)
            x = net.add("Add", [x, y], out) if short_cut else y
    net.head(net.conv(x, 1280, 1, activation="relu6"))
    return net


def resnet_50():
    net = FloatNet("resnet_50", 3)
    x = net.conv("image", 64, 7, 2, activation="relu")
    x = net.add("MaxPool", [x], 64, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for middle, blocks, first_stride in RESNET_50:
        for block in range(blocks):
            stride = first_stride if block == 0 else 1
            y = net.conv(x, middle, 1, activation="relu")
            y = net.conv(y, middle, 3, stride, activation="relu")
            y = net.conv(y, 4 * middle, 1, gain=0.25)
            if block == 0:
                x = net.conv(x, 4 * middle, 1, stride, gain=1.0)
            x = net.add("Relu", [net.add("Add", [x, y], 4 * middle)], 4 * middle)
    net.head(x)
    return net


def make_model(name, nodes, weights, outputs=("scores",)):
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIZE, SIZE])
    results = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, CLASSES])]
    results += [onnx.ValueInfoProto(name=n) for n in outputs if n != "scores"]
    graph = helper.make_graph(nodes, name, [image], results,
                              [numpy_helper.from_array(v, k) for k, v in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=7,
                             producer_name="linnet")


def session(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def measure_ranges(net):
    """Name -> (low, high) of every activation on random images in -1..1."""
    names = [o for n in net.nodes for o in n.output]
    model = onnx.shape_inference.infer_shapes(
        make_model(net.name, net.nodes, net.weights, names))
    runner, rng, ranges = session(model), np.random.default_rng(4), {"image": (-1.0, 1.0)}
    outputs = [o.name for o in runner.get_outputs()]
    for _ in range(CALIBRATION_IMAGES):
        image = rng.uniform(-1, 1, (1, 3, SIZE, SIZE)).astype(np.float32)
        for name, value in zip(outputs, runner.run(None, {"image": image})):
            low, high = ranges.get(name, (0.0, 0.0))
            ranges[name] = (min(low, float(value.min())), max(high, float(value.max())))
    return ranges


class QuantizedNet:
    """The float network's nodes again, with a quantize-dequantize pair on every edge."""

    def __init__(self, net):
        self.net, self.nodes, self.weights = net, [], {}
        self.ranges = measure_ranges(net)
        self.parameters, self.ready = {}, {}  # float name -> (scale, zero), dequantized name
        for node in net.nodes:
            if node.op_type == "Clip":  # absorbed by the range
                self.ranges[node.output[0]] = (0.0, 6.0)
        consumers = {}
        for node in net.nodes:
            consumers.setdefault(node.input[0], []).append(node)
        self.absorbed = {n.output[0]: users[0] for n in net.nodes
                         if n.op_type in ("Conv", "Add")
                         and len(users := consumers.get(n.output[0], [])) == 1
                         and users[0].op_type in ("Relu", "Clip")}
        self.pass_parameters = ("MaxPool", "Flatten")

    def quantize(self, name, source, like=None):
        """Adds Q and DQ after tensor `source` that stands for the float net's tensor `name`."""
        if like is None:
            low, high = self.ranges[name]
            scale = np.float32((high - low) / 255)
            like = (scale, np.uint8(np.clip(np.rint(-low / scale), 0, 255)))
        self.parameters[name] = like
        self.weights[name + "_scale"], self.weights[name + "_zero"] = like
        parameters = [name + "_scale", name + "_zero"]
        self.nodes += [helper.make_node("QuantizeLinear", [source, *parameters], [name + "_q"]),
                       helper.make_node("DequantizeLinear", [name + "_q", *parameters],
                                        [name + "_dq"])]
        self.ready[name] = name + "_dq"

    def quantize_weight(self, node):
        """Adds int8 weight (one scale an output channel) and int32 bias; returns their names."""
        w, b = (self.net.weights[n] for n in node.input[1:3])
        scale = (np.abs(w).reshape(len(w), -1).max(1) / 127).astype(np.float32)
        spread = scale.reshape(-1, *[1] * (w.ndim - 1))
        bias_scale = scale * self.parameters[node.input[0]][0]
        quantized = {node.input[1]: (np.clip(np.rint(w / spread), -127, 127), scale, np.int8),
                     node.input[2]: (np.rint(b / bias_scale), bias_scale, np.int32)}
        for name, (values, scales, dtype) in quantized.items():
            self.weights[name + "_q"] = values.astype(dtype)
            self.weights[name + "_scale"] = scales
            self.weights[name + "_zero"] = np.zeros(len(scales), dtype)
            self.nodes.append(helper.make_node(
                "DequantizeLinear", [name + "_q", name + "_scale", name + "_zero"],
                [name + "_dq"], axis=0))
        return [n + "_dq" for n in node.input[1:3]]

    def build(self):
        self.quantize("image", "image")
        for node in self.net.nodes:
            if node.output[0] in self.ready:  # an activation that its producer absorbed
                continue
            weighted = node.op_type in ("Conv", "Gemm")
            inputs = [self.ready[n] for n in (node.input[:1] if weighted else node.input)]
            inputs += self.quantize_weight(node) if weighted else []
            copy = onnx.NodeProto()
            copy.CopyFrom(node)
            del copy.input[:]
            copy.input.extend(inputs)
            copy.output[0] = node.output[0] + "_f"
            self.nodes.append(copy)
            same = node.op_type in self.pass_parameters
            like = self.parameters[node.input[0]] if same else None
            after = self.absorbed.get(node.output[0])
            self.quantize(after.output[0] if after else node.output[0], copy.output[0], like)
        # The graph's output is the dequantized score.
        self.nodes[-1].output[0] = "scores"
        return make_model(self.net.name + "_qdq", self.nodes, self.weights)


def fused_ops(model, folder):
    """Counts of the operators that ONNX Runtime really runs."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(folder / "optimized.onnx")
    onnxruntime.InferenceSession(model.SerializeToString(), options)
    nodes = onnx.load(options.optimized_model_filepath).graph.node
    Path(options.optimized_model_filepath).unlink()
    counts = {}
    for node in nodes:
        counts[node.op_type] = counts.get(node.op_type, 0) + 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=assets_folder() / "bench")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    image = np.random.default_rng(5).uniform(-1, 1, (1, 3, SIZE, SIZE)).astype(np.float32)
    for build in (mobilenet_v1, mobilenet_v2, resnet_50):
        net = build()
        models = {"f32": make_model(net.name, net.nodes, net.weights),
                  "qdq": QuantizedNet(net).build()}
        scores = {}
        for kind, model in models.items():
            onnx.checker.check_model(model, full_check=True)
            path = args.output / f"{net.name}_{kind}.onnx"
            onnx.save(model, path)
            scores[kind] = session(model).run(None, {"image": image})[0][0]
            if not np.isfinite(scores[kind]).all():
                raise ValueError(f"{path.name}: scores are not finite")
            print(f"{path} {path.stat().st_size} bytes, score deviation {scores[kind].std():.3f}")
        cosine = np.dot(scores["f32"], scores["qdq"]) / np.prod(
            [np.linalg.norm(s) for s in scores.values()])
        print(f"  cosine {cosine:.4f}, ONNX Runtime runs", fused_ops(models["qdq"], args.output))


if __name__ == "__main__":
    main()
