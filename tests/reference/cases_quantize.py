"""QuantizeLinear, DequantizeLinear, and small graphs in QDQ form."""
import numpy as np

from op_case import C, F, X, node

U8, S8, S32 = np.uint8, np.int8, np.int32


def add_linear(s):
    x = F(1, 3, 4, 5, low=-3.0, high=3.0)
    s.op("quantize_u8", "QuantizeLinear", [x, C(0.02), C(128, U8)])
    s.op("quantize_s8", "QuantizeLinear", [x, C(0.02), C(-5, S8)])
    s.op("quantize_default_type", "QuantizeLinear", [x, C(0.025)])
    s.op("quantize_half_to_even", "QuantizeLinear",
         [X([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 3.5]), C(1.0), C(0, S8)])
    s.op("quantize_saturate", "QuantizeLinear",
         [X([-1e7, -1000, -12.9, 12.7, 1000, 1e7]), C(0.1), C(0, S8)])
    s.op("quantize_channel", "QuantizeLinear",
         [F(2, 3, 4), C([0.01, 0.03, 0.1]), C([0, 10, -20], S8)], axis=1)
    s.op("quantize_last_axis", "QuantizeLinear",
         [F(2, 3), C([0.01, 0.03, 0.1]), C([1, 2, 3], U8)], axis=-1)
    s.op("quantize_opset10", "QuantizeLinear", [F(3, 7), C(0.02), C(100, U8)], opset=10)
    s.op("quantize_opset21", "QuantizeLinear", [F(3, 7), C(0.02), C(100, U8)], opset=21)
    s.op("dequantize_u8", "DequantizeLinear",
         [X([[0, 3, 128], [129, 200, 255]], U8), C(0.05), C(128, U8)])
    s.op("dequantize_s8", "DequantizeLinear", [X([-128, -1, 0, 5, 127], S8), C(0.5), C(3, S8)])
    s.op("dequantize_s32", "DequantizeLinear", [X([-100000, 0, 77], S32), C(0.001)])
    s.op("dequantize_channel", "DequantizeLinear",
         [X(np.arange(-12, 12).reshape(2, 3, 4), S8), C([0.1, 0.2, 0.3]), C([0, 1, -1], S8)],
         axis=1)
    s.op("dequantize_opset10", "DequantizeLinear", [X([1, 2, 3], U8), C(0.5), C(1, U8)], opset=10)
    s.graph("qdq_fake", {"x": F(2, 19, low=-4.0, high=4.0), "s": C(0.02), "z": C(10, S8)},
            [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
             node("DequantizeLinear", ["q", "s", "z"], ["y"])])


def random_weights(seed, *shape):
    return C(np.random.default_rng(seed).integers(-127, 128, shape), S8)


def qdq(name):
    """Quantize and dequantize tensor `name` with `name`_s, `name`_z; the result is `name`_d."""
    scale, zero = name + "_s", name + "_z"
    return [node("QuantizeLinear", [name, scale, zero], [name + "_q"]),
            node("DequantizeLinear", [name + "_q", scale, zero], [name + "_d"])]


def parameters(name, scale, zero, dtype):
    return {name + "_s": C(scale), name + "_z": C(zero, dtype)}


def add_conv(s, name, dtype, zero_in, zero_out, shape, weight, channelwise, group=1, **attributes):
    """x -> QDQ -> Conv with int8 weights and int32 bias -> QDQ -> y, as quantizers write it."""
    out = weight[0]
    rng = np.random.default_rng(len(name))
    scale = rng.uniform(0.002, 0.01, out) if channelwise else np.array(0.006)
    values = {"x": F(*shape, low=-2.0, high=2.0), **parameters("x", 0.0175, zero_in, dtype),
              "w": random_weights(7, *weight), "w_s": C(scale),
              "w_z": C(np.zeros(scale.shape), S8),
              "b": C(rng.integers(-3000, 3000, out), S32),
              "b_s": C(scale.astype(np.float32) * np.float32(0.0175)),
              "b_z": C(np.zeros(scale.shape), S32),
              **parameters("c", 0.06, zero_out, dtype)}
    axis = dict(axis=0) if channelwise else {}
    s.graph(name, values,
            [*qdq("x"), node("DequantizeLinear", ["w", "w_s", "w_z"], ["w_d"], **axis),
             node("DequantizeLinear", ["b", "b_s", "b_z"], ["b_d"], **axis),
             node("Conv", ["x_d", "w_d", "b_d"], ["c"], group=group, **attributes), *qdq("c")],
            outputs=["c_d"], tolerance=0.06 / 4)


def add_graphs(s):
    add_conv(s, "qdq_conv_u8", U8, 114, 120, (1, 5, 7, 6), (8, 5, 3, 3), True,
             pads=[1, 1, 1, 1])
    add_conv(s, "qdq_conv_s8_tensor", S8, -3, 4, (1, 6, 5, 5), (9, 6, 1, 1), False)
    add_conv(s, "qdq_conv_s8_stride", S8, 0, -7, (2, 3, 9, 8), (4, 3, 3, 3), True,
             strides=[2, 2], pads=[1, 1, 1, 1])
    add_conv(s, "qdq_depthwise_u8", U8, 128, 128, (1, 12, 6, 7), (12, 1, 3, 3), True, group=12,
             pads=[1, 1, 1, 1])
    for op in ("Add", "Mul"):
        s.graph(f"qdq_{op.lower()}", {"a": F(1, 5, 4, 3, low=-2.0, high=2.0),
                                      "b": F(1, 5, 4, 3, low=-1.0, high=3.0),
                                      **parameters("a", 0.016, 125, U8),
                                      **parameters("b", 0.0158, 64, U8),
                                      **parameters("c", 0.035, 110, U8)},
                [*qdq("a"), *qdq("b"), node(op, ["a_d", "b_d"], ["c"]), *qdq("c")],
                outputs=["c_d"], tolerance=0.02)
    s.graph("qdq_gemm", {"x": F(3, 20, low=-2.0, high=2.0), **parameters("x", 0.016, -2, S8),
                         "w": random_weights(3, 7, 20),
                         "w_s": C(np.linspace(0.003, 0.009, 7)), "w_z": C(np.zeros(7), S8),
                         "b": C([0.5, -1, 0, 2, 1, -2, 0.1]), **parameters("c", 0.08, 3, S8)},
            [*qdq("x"), node("DequantizeLinear", ["w", "w_s", "w_z"], ["w_d"], axis=0),
             node("Gemm", ["x_d", "w_d", "b"], ["c"], transB=1), *qdq("c")],
            outputs=["c_d"], tolerance=0.03)
    s.graph("qdq_average_pool", {"x": F(1, 4, 6, 6, low=-1.0, high=1.0),
                                 **parameters("x", 0.008, 128, U8),
                                 **parameters("c", 0.006, 128, U8)},
            [*qdq("x"), node("GlobalAveragePool", ["x_d"], ["c"]), *qdq("c")],
            outputs=["c_d"], tolerance=0.05)


def add_cases(s):
    add_linear(s)
    add_graphs(s)
