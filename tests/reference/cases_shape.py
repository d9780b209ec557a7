"""Moving data: concat, split, slice, pad, reshape and its relatives, gather, shape arithmetic."""
import numpy as np
from onnx import numpy_helper

from op_case import C, F, W, X, ints, node


def add_concat_split(s):
    for axis, shapes in ((0, ((2, 3, 4), (1, 3, 4))), (1, ((1, 3, 4, 5), (1, 2, 4, 5))),
                         (2, ((2, 3, 4), (2, 3, 1), (2, 3, 5))), (3, ((1, 2, 3, 4), (1, 2, 3, 7)))):
        s.op(f"concat_axis{axis}", "Concat", [F(*shape) for shape in shapes], axis=axis)
    s.op("concat_negative_axis", "Concat", [F(2, 3), F(2, 5)], axis=-1)
    s.op("concat_one", "Concat", [F(2, 3)], axis=0)
    s.op("concat_constant", "Concat", [F(1, 3, 2, 2), W(1, 5, 2, 2)], axis=1)
    s.op("concat_int64", "Concat", [X([1, 2], np.int64), C([3], np.int64)], axis=0)
    s.op("concat_opset7", "Concat", [F(1, 2, 3), F(1, 1, 3)], opset=7, axis=1)
    two, three = ("y0", "y1"), ("y0", "y1", "y2")
    s.op("split_equal", "Split", [F(1, 6, 3, 5)], two, axis=1)
    s.op("split_sizes", "Split", [F(2, 9), ints(2, 3, 4)], three, axis=1)
    s.op("split_last", "Split", [F(2, 3, 7), ints(1, 6)], two, axis=-1)
    s.op("split_first", "Split", [F(4, 3), ints(3, 1)], two)
    s.op("split_opset7", "Split", [F(2, 9)], three, opset=7, axis=1, split=[2, 3, 4])
    s.op("split_opset11", "Split", [F(4, 6)], two, opset=11, axis=-1)
    s.op("split_uneven_opset18", "Split", [F(7, 2)], three, opset=18, num_outputs=3)


def add_slice(s):
    x = F(4, 9, 7)
    s.op("slice_begin_end", "Slice", [x, ints(1, 2), ints(3, 8), ints(0, 1)])
    s.op("slice_step", "Slice", [x, ints(0), ints(9), ints(1), ints(2)])
    s.op("slice_negative_step", "Slice", [x, ints(8), ints(0), ints(1), ints(-3)])
    s.op("slice_reverse", "Slice", [x, ints(-1), ints(-(1 << 40)), ints(2), ints(-1)])
    s.op("slice_reverse_two", "Slice", [x, ints(3, 6), ints(-9, 0), ints(0, 2), ints(-1, -2)])
    s.op("slice_negative_start", "Slice", [x, ints(-3), ints(-1), ints(-1)])
    s.op("slice_clamp", "Slice", [x, ints(2), ints((1 << 63) - 1), ints(1)])
    s.op("slice_default_axes", "Slice", [x, ints(1, 1, 1), ints(3, 5, 4)])
    s.op("slice_image", "Slice", [F(1, 5, 6, 7), ints(1, 2), ints(5, 7), ints(2, 3)])
    s.op("slice_channels", "Slice", [F(1, 8, 3, 3), ints(3), ints(6), ints(1)])
    s.op("slice_int64", "Slice", [X([5, 6, 7, 8], np.int64), ints(2), ints(4), ints(0)])
    s.op("slice_opset7", "Slice", [x], opset=7, starts=[1, -4], ends=[3, 100], axes=[0, 1])
    s.op("slice_opset10", "Slice", [x, ints(1), ints(6), ints(1), ints(2)], opset=10)


def add_pad(s):
    x = F(1, 3, 5, 6)
    image = (0, 0, 1, 2, 0, 0, 3, 1)
    s.op("pad_zero", "Pad", [x, ints(*image)])
    s.op("pad_value", "Pad", [x, ints(*image), C(-1.5)])
    s.op("pad_channels", "Pad", [F(1, 3, 4, 4), ints(0, 0, 0, 0, 0, 5, 0, 0)])
    s.op("pad_reflect", "Pad", [x, ints(*image)], mode="reflect")
    s.op("pad_edge", "Pad", [x, ints(*image)], mode="edge")
    s.op("pad_reflect_2d", "Pad", [F(4, 5), ints(2, 3, 1, 4)], mode="reflect")
    s.op("pad_edge_all", "Pad", [F(2, 2, 3), ints(1, 0, 2, 0, 3, 1)], mode="edge")
    s.op("pad_crop", "Pad", [F(1, 2, 6, 6), ints(0, 0, -1, 1, 0, 0, -2, 0)],
         skip="reference")
    s.op("pad_opset7", "Pad", [x], opset=7, pads=list(image), value=0.5)
    s.op("pad_opset11", "Pad", [x, ints(*image)], opset=11, mode="reflect")
    s.op("pad_axes_opset18", "Pad", [x, ints(1, 2, 3, 0), None, ints(2, 3)], opset=18)


def add_reshape(s):
    s.op("reshape_plain", "Reshape", [F(2, 3, 4), ints(4, 6)])
    s.op("reshape_minus_one", "Reshape", [F(2, 3, 4), ints(2, -1)])
    s.op("reshape_zero_copies", "Reshape", [F(2, 3, 4), ints(0, 2, -1)])
    s.op("reshape_image", "Reshape", [F(1, 6, 3, 5), ints(1, 2, 3, 3, 5)])
    s.op("reshape_opset7", "Reshape", [F(2, 6), ints(3, 4)], opset=7)
    s.op("reshape_opset14", "Reshape", [F(2, 6), ints(-1)], opset=14)
    for axis in (0, 1, 2, -1):
        s.op(f"flatten_axis{axis}".replace("-", "minus"), "Flatten", [F(2, 3, 4, 5)], axis=axis)
    s.op("flatten_opset7", "Flatten", [F(2, 3, 4)], opset=7)
    s.op("squeeze_axes", "Squeeze", [F(1, 3, 1, 4), ints(0, 2)])
    s.op("squeeze_all", "Squeeze", [F(1, 3, 1, 4)])
    s.op("squeeze_negative", "Squeeze", [F(1, 3, 1), ints(-1)])
    s.op("squeeze_opset7", "Squeeze", [F(1, 3, 1, 4)], opset=7, axes=[2])
    s.op("unsqueeze_axes", "Unsqueeze", [F(3, 4), ints(0, 3)])
    s.op("unsqueeze_negative", "Unsqueeze", [F(3, 4), ints(-1)])
    s.op("unsqueeze_opset7", "Unsqueeze", [F(3, 4)], opset=7, axes=[1])
    for perm in ((0, 2, 3, 1), (0, 3, 1, 2), (3, 2, 1, 0), (1, 0, 2, 3), (0, 1, 3, 2)):
        s.op("transpose_" + "".join(map(str, perm)), "Transpose", [F(2, 3, 4, 5)], perm=perm)
    s.op("transpose_default", "Transpose", [F(2, 3, 5)])
    s.op("transpose_2d", "Transpose", [F(33, 17)], perm=[1, 0])
    s.op("transpose_5d", "Transpose", [F(1, 2, 3, 4, 5)], perm=[0, 2, 1, 4, 3])
    s.op("transpose_opset7", "Transpose", [F(2, 3)], opset=7)
    s.op("expand_rows", "Expand", [F(3, 1), ints(2, 3, 4)])
    s.op("expand_keeps", "Expand", [F(1, 3, 1, 5), ints(1, 1, 4, 1)])
    s.op("expand_opset8", "Expand", [F(1, 3), ints(2, 3)], opset=8)
    s.op("tile_2d", "Tile", [F(2, 3), ints(2, 3)])
    s.op("tile_image", "Tile", [F(1, 2, 3, 2), ints(1, 3, 1, 2)])
    s.op("tile_opset7", "Tile", [F(2, 3), ints(1, 2)], opset=7)


def add_gather(s):
    s.op("gather_rows", "Gather", [F(5, 7), C([[0, 4], [2, 2]], np.int64)])
    s.op("gather_columns", "Gather", [F(3, 6), C([5, 0, 3], np.int64)], axis=1)
    s.op("gather_negative", "Gather", [F(4, 3), C([-1, -4], np.int64)])
    s.op("gather_scalar", "Gather", [F(2, 5, 3), C(3, np.int64)], axis=1)
    s.op("gather_input_indices", "Gather", [W(9, 5), X([1, 8, 0], np.int64)])
    s.op("gather_int32", "Gather", [F(4, 5), X([3, 1], np.int32)], axis=-1)
    s.op("gather_opset7", "Gather", [F(4, 5), C([1, 3], np.int64)], opset=7)


def add_shape_arithmetic(s):
    s.op("shape_all", "Shape", [F(2, 3, 5)])
    s.op("shape_part", "Shape", [F(2, 3, 5, 7)], opset=15, start=1, end=-1)
    s.op("shape_opset7", "Shape", [F(4, 3)], opset=7)
    s.graph("shape_reshape", {"x": F(2, 6, 3, 5), "zero": C(0, np.int64), "ax": ints(0),
                              "minus": ints(-1)},
            [node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"]),
             node("Unsqueeze", ["n", "ax"], ["u"]), node("Concat", ["u", "minus"], ["t"], axis=0),
             node("Reshape", ["x", "t"], ["y"])])
    s.graph("shape_heads", {"x": F(2, 5, 12), "b": ints(0), "e": ints(2), "h": ints(3, 4)},
            [node("Shape", ["x"], ["s"]), node("Slice", ["s", "b", "e"], ["p"]),
             node("Concat", ["p", "h"], ["t"], axis=0), node("Reshape", ["x", "t"], ["r"]),
             node("Transpose", ["r"], ["y"], perm=[0, 2, 1, 3])])
    s.graph("shape_scale", {"x": F(1, 2, 3, 4), "b": ints(2), "e": ints(4), "two": ints(2),
                            "head": ints(1, 2)},
            [node("Shape", ["x"], ["s"]), node("Slice", ["s", "b", "e"], ["p"]),
             node("Mul", ["p", "two"], ["q"]), node("Concat", ["head", "q"], ["t"], axis=0),
             node("Resize", ["x", "", "", "t"], ["y"], mode="nearest",
                  coordinate_transformation_mode="asymmetric", nearest_mode="floor")])
    s.graph("constantofshape_padding", {"x": F(1, 3, 4, 4), "t": ints(1, 2, 4, 4)},
            [node("ConstantOfShape", ["t"], ["z"]), node("Concat", ["x", "z"], ["y"], axis=1)])
    s.op("constantofshape_int64", "ConstantOfShape", [ints(2, 3)], opset=9,
         value=value_tensor([7], np.int64))
    s.op("constantofshape_input", "ConstantOfShape", [X([3, 2], np.int64)],
         value=value_tensor([1.5], np.float32))
    s.op("range_int64", "Range", [C(3, np.int64), C(17, np.int64), C(4, np.int64)])
    s.op("range_down", "Range", [C(5, np.int64), C(-4, np.int64), C(-2, np.int64)])
    s.op("range_float", "Range", [C(0.5), C(3.0), C(0.75)])
    s.graph("range_positions", {"x": F(1, 5, 3), "i": C(1, np.int64), "z": C(0, np.int64),
                                "one": C(1, np.int64), "w": W(8, 3)},
            [node("Shape", ["x"], ["s"]), node("Gather", ["s", "i"], ["n"]),
             node("Range", ["z", "n", "one"], ["r"]), node("Gather", ["w", "r"], ["g"]),
             node("Add", ["x", "g"], ["y"])])
    s.graph("constant_node", {"x": F(2, 3)},
            [node("Constant", [], ["c"], value=value_tensor([1, 2, 3], np.float32)),
             node("Add", ["x", "c"], ["y"])])


def value_tensor(values, dtype):
    return numpy_helper.from_array(np.asarray(values, dtype), "value")


def add_cases(s):
    for part in (add_concat_split, add_slice, add_pad, add_reshape, add_gather,
                 add_shape_arithmetic):
        part(s)
