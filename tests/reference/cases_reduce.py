"""Pooling, reductions, softmax, argmax."""
import numpy as np

from op_case import C, F, W, X, ints, node


def add_average_pool(s):
    k = dict(kernel_shape=[3, 3])
    s.op("averagepool_3x3", "AveragePool", [F(1, 3, 9, 7)], **k)
    s.op("averagepool_pad", "AveragePool", [F(1, 5, 9, 7)], pads=[1, 1, 1, 1], strides=[2, 2], **k)
    s.op("averagepool_pad_included", "AveragePool", [F(1, 5, 9, 7)], pads=[1, 1, 1, 1],
         strides=[2, 2], count_include_pad=1, **k)
    s.op("averagepool_ceil", "AveragePool", [F(1, 3, 8, 10)], strides=[2, 2], ceil_mode=1, **k)
    s.op("averagepool_ceil_pad", "AveragePool", [F(1, 3, 8, 10)], strides=[2, 2], ceil_mode=1,
         pads=[1, 1, 1, 1], opset=22, **k)
    s.op("averagepool_ceil_pad_included", "AveragePool", [F(1, 3, 8, 10)], strides=[2, 2],
         ceil_mode=1, pads=[1, 1, 1, 1], count_include_pad=1, opset=22, **k)
    s.op("averagepool_uneven", "AveragePool", [F(2, 3, 7, 9)], kernel_shape=[2, 4],
         strides=[1, 3], pads=[0, 1, 1, 2])
    s.op("averagepool_same_upper", "AveragePool", [F(1, 3, 8, 9)], auto_pad="SAME_UPPER",
         strides=[2, 2], **k)
    s.op("averagepool_same_lower", "AveragePool", [F(1, 3, 8, 9)], auto_pad="SAME_LOWER",
         strides=[2, 2], kernel_shape=[2, 2])
    s.op("averagepool_wide_channels", "AveragePool", [F(1, 37, 6, 6)], kernel_shape=[2, 2],
         strides=[2, 2])
    s.op("averagepool_opset7", "AveragePool", [F(1, 3, 6, 6)], opset=7, kernel_shape=[2, 2],
         strides=[2, 2])
    s.op("averagepool_dilation", "AveragePool", [F(1, 3, 9, 9)], opset=19, dilations=[2, 2], **k)


def add_max_pool(s):
    k = dict(kernel_shape=[3, 3])
    s.op("maxpool_2x2", "MaxPool", [F(1, 5, 8, 6)], kernel_shape=[2, 2], strides=[2, 2])
    s.op("maxpool_3x3_pad", "MaxPool", [F(2, 3, 9, 7)], pads=[1, 1, 1, 1], strides=[2, 2], **k)
    s.op("maxpool_ceil", "MaxPool", [F(1, 3, 8, 10)], strides=[2, 2], ceil_mode=1, **k)
    s.op("maxpool_ceil_pad", "MaxPool", [F(1, 3, 9, 11)], strides=[2, 2], ceil_mode=1,
         kernel_shape=[2, 2], pads=[0, 0, 1, 1])
    s.op("maxpool_dilation", "MaxPool", [F(1, 3, 9, 10)], dilations=[2, 3], **k)
    s.op("maxpool_uneven", "MaxPool", [F(1, 3, 9, 7)], kernel_shape=[2, 3], strides=[3, 1],
         pads=[1, 0, 0, 2])
    s.op("maxpool_same_upper", "MaxPool", [F(1, 3, 8, 9)], auto_pad="SAME_UPPER", strides=[2, 2],
         **k)
    s.op("maxpool_negative", "MaxPool", [F(1, 2, 5, 5, low=-9.0, high=-1.0)], pads=[1, 1, 1, 1],
         **k)
    s.op("maxpool_wide_channels", "MaxPool", [F(1, 35, 5, 5)], kernel_shape=[2, 2])
    s.op("maxpool_opset7", "MaxPool", [F(1, 3, 6, 6)], opset=7, kernel_shape=[2, 2],
         strides=[2, 2])
    s.op("maxpool_opset22", "MaxPool", [F(1, 3, 7, 7)], opset=22, strides=[2, 2], **k)
    s.op("globalaveragepool_4d", "GlobalAveragePool", [F(2, 7, 5, 3)])
    s.op("globalaveragepool_wide", "GlobalAveragePool", [F(1, 65, 7, 7)])
    s.op("globalaveragepool_opset7", "GlobalAveragePool", [F(1, 3, 4, 4)], opset=7)
    s.op("globalmaxpool_4d", "GlobalMaxPool", [F(2, 7, 5, 3)])


def add_reduce(s):
    for op in ("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"):
        low = op.lower()
        axes_input = op == "ReduceSum"  # since opset 13; the others since 18

        def reduce(name, shape, axes, opset=13, **attributes):
            given = [F(*shape)]
            if axes is not None and (axes_input or opset >= 18):
                given.append(ints(*axes))
            elif axes is not None:
                attributes["axes"] = list(axes)
            s.op(f"{low}_{name}", op, given, opset=opset, **attributes)

        reduce("last", (2, 3, 17), [-1])
        reduce("image", (2, 5, 4, 3), [2, 3])
        reduce("channel", (1, 6, 3, 5), [1], keepdims=0)
        reduce("first", (4, 3, 5), [0], keepdims=0)
        reduce("outer", (3, 4, 5), [0, 2])
        reduce("all", (2, 3, 4), None)
        reduce("all_flat", (2, 3, 4), None, keepdims=0)
        reduce("opset18", (2, 3, 5), [1], opset=18)
    s.op("reducesum_opset11", "ReduceSum", [F(2, 3, 5)], opset=11, axes=[1, 2], keepdims=0)
    s.op("reducemean_opset7", "ReduceMean", [F(2, 3, 5)], opset=7, axes=[1])
    s.op("reducesum_no_axes", "ReduceSum", [F(2, 3)], noop_with_empty_axes=1)
    s.op("reducemax_int64", "ReduceMax", [X([[3, 9, -2], [5, 1, 8]], np.int64)], axes=[1])
    s.op("reducesum_int64", "ReduceSum", [X([[3, 9, -2], [5, 1, 8]], np.int64), ints(0)])


def add_softmax(s):
    s.op("softmax_last", "Softmax", [F(3, 4, 19)])
    s.op("softmax_channel", "Softmax", [F(1, 5, 3, 4)], axis=1)
    s.op("softmax_first", "Softmax", [F(6, 5)], axis=0)
    s.op("softmax_middle", "Softmax", [F(2, 7, 3, 2)], axis=-3)
    s.op("softmax_large", "Softmax", [F(2, 33, low=-200.0, high=200.0)])
    s.op("softmax_2d_opset7", "Softmax", [F(2, 10)], opset=7)
    s.op("softmax_flattens_opset11", "Softmax", [F(2, 3, 4)], opset=11, axis=1, skip="reference")
    s.op("softmax_last_opset9", "Softmax", [F(2, 3, 9)], opset=9, axis=2)
    s.op("argmax_default", "ArgMax", [F(5, 7)])
    s.op("argmax_last", "ArgMax", [F(2, 3, 19)], axis=-1, keepdims=0)
    s.op("argmax_channel", "ArgMax", [F(1, 6, 4, 3)], axis=1)
    s.op("argmax_tie_first", "ArgMax", [X([[1, 3, 3, 2], [5, 0, 5, 5]])], axis=1)
    s.op("argmax_tie_last", "ArgMax", [X([[1, 3, 3, 2], [5, 0, 5, 5]])], axis=1,
         select_last_index=1)
    s.op("argmax_opset7", "ArgMax", [F(3, 5)], opset=7, axis=1)


def add_layer_norm(s):
    s.graph("layernorm_written_out",
            {"x": F(2, 5, 24), "two": C(2.0), "eps": C(1e-5), "g": W(24), "b": W(24)},
            [node("ReduceMean", ["x"], ["m"], axes=[-1]), node("Sub", ["x", "m"], ["d"]),
             node("Pow", ["d", "two"], ["p"]), node("ReduceMean", ["p"], ["v"], axes=[-1]),
             node("Add", ["v", "eps"], ["e"]), node("Sqrt", ["e"], ["r"]),
             node("Div", ["d", "r"], ["n"]), node("Mul", ["n", "g"], ["h"]),
             node("Add", ["h", "b"], ["y"])])


def add_cases(s):
    for part in (add_average_pool, add_max_pool, add_reduce, add_softmax, add_layer_norm):
        part(s)
