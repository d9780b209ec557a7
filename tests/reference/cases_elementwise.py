"""Element by element: arithmetic with broadcasting, activations, comparison, cast."""
import numpy as np

from op_case import C, F, W, X, node


def add_binary(s):
    for op in ("Add", "Sub", "Mul", "Div"):
        low = op.lower()
        second = dict(low=0.5, high=2.0) if op == "Div" else {}
        s.op(f"{low}_same", op, [F(2, 3, 5, 7), F(2, 3, 5, 7, **second)])
        s.op(f"{low}_channel", op, [F(1, 5, 3, 7), W(5, 1, 1, **second)])
        s.op(f"{low}_scalar", op, [F(2, 3, 5), W(**second)])
        s.op(f"{low}_scalar_left", op, [W(1), F(2, 3, 5, **second)])
        s.op(f"{low}_last", op, [F(3, 4, 9), W(9, **second)])
        s.op(f"{low}_both", op, [F(3, 1, 5), F(1, 4, 1, **second)])
        s.op(f"{low}_image", op, [F(1, 4, 5, 3), F(1, 1, 5, 3, **second)])
        s.op(f"{low}_int64", op, [X([[7, -3, 5], [9, 4, -8]], np.int64),
                                  C([2, 3, -2] if op != "Div" else [2, 3, 4], np.int64)])
        s.op(f"{low}_opset7", op, [F(2, 4), F(4, **second)], opset=7)
    s.op("add_int32", "Add", [X([1, -2, 3], np.int32), X([[4], [5]], np.int32)])
    s.op("add_gate", "Mul", [F(1, 6, 4, 5), F(1, 6, 1, 1)])
    s.op("pow_square", "Pow", [F(2, 3, 5), C(2.0)])
    s.op("pow_half", "Pow", [F(2, 3, 5, low=0.1, high=4), C(0.5)])
    s.op("pow_cube", "Pow", [F(7), C([3.0])])
    s.op("pow_tensor", "Pow", [F(3, 4, low=0.1, high=3), F(4)])
    s.op("pow_int_exponent", "Pow", [F(3, 4), C(2, np.int64)])
    s.op("pow_opset7", "Pow", [F(3, 4, low=0.1, high=3), C(2.0)], opset=7)
    for op in ("Min", "Max"):
        low = op.lower()
        s.op(f"{low}_two", op, [F(2, 3, 4), F(3, 1)])
        s.op(f"{low}_three", op, [F(3, 4), F(3, 4), F(4)])
        s.op(f"{low}_one", op, [F(3, 4)])
        s.op(f"{low}_scalar", op, [F(1, 3, 5, 5), C(0.1)])
        s.op(f"{low}_opset8", op, [F(3, 4), F(4)], opset=8)
    s.graph("max_leaky", {"x": F(1, 3, 4, 5), "a": C(0.2)},
            [node("Mul", ["x", "a"], ["b"]), node("Max", ["x", "b"], ["y"])])


def add_activations(s):
    shape = (1, 5, 3, 7)
    wide = dict(low=-8.0, high=8.0)
    for op in ("Relu", "Sigmoid", "Tanh", "Elu", "Exp", "Abs", "Neg", "Erf", "Floor", "Ceil"):
        s.op(f"{op.lower()}_4d", op, [F(*shape, low=-4.0, high=4.0)])
    for op in ("Relu", "Sigmoid", "Tanh"):
        s.op(f"{op.lower()}_wide", op, [F(3, 37, low=-80.0, high=80.0)])
    s.op("relu_opset7", "Relu", [F(2, 3)], opset=7)
    s.op("relu_opset14", "Relu", [F(2, 3)], opset=14)
    s.op("sigmoid_opset7", "Sigmoid", [F(2, 3)], opset=7)
    s.op("abs_int64", "Abs", [X([-3, 0, 5], np.int64)])
    s.op("neg_int64", "Neg", [X([-3, 0, 5], np.int64)])
    s.op("elu_alpha", "Elu", [F(2, 9)], alpha=0.5)
    s.op("sqrt_4d", "Sqrt", [F(*shape, low=0.0, high=9.0)])
    s.op("log_4d", "Log", [F(*shape, low=0.01, high=9.0)])
    s.op("leakyrelu_default", "LeakyRelu", [F(*shape)])
    s.op("leakyrelu_alpha", "LeakyRelu", [F(*shape)], alpha=0.2)
    s.op("leakyrelu_opset16", "LeakyRelu", [F(2, 5)], alpha=0.1, opset=16)
    s.op("prelu_channel", "PRelu", [F(*shape), W(5, 1, 1)])
    s.op("prelu_scalar", "PRelu", [F(*shape), W(1)])
    s.op("prelu_full", "PRelu", [F(2, 3, 4), W(3, 4)])
    s.op("prelu_opset7", "PRelu", [F(1, 4, 3, 3), W(4, 1, 1)], opset=7)
    s.op("hardsigmoid_default", "HardSigmoid", [F(*shape, **wide)])
    s.op("hardsigmoid_sixth", "HardSigmoid", [F(*shape, **wide)], alpha=1 / 6, beta=0.5)
    s.op("hardswish_op", "HardSwish", [F(*shape, **wide)], opset=14)
    s.op("hardswish_opset22", "HardSwish", [F(3, 11, **wide)], opset=22)
    s.op("gelu_erf", "Gelu", [F(3, 17, low=-4.0, high=4.0)], opset=20)
    s.op("gelu_tanh", "Gelu", [F(3, 17, low=-4.0, high=4.0)], opset=20, approximate="tanh")
    s.graph("gelu_written_out", {"x": F(3, 17, low=-4.0, high=4.0), "r": C(np.sqrt(2.0)),
                                 "one": C(1.0), "half": C(0.5)},
            [node("Div", ["x", "r"], ["a"]), node("Erf", ["a"], ["b"]),
             node("Add", ["b", "one"], ["c"]), node("Mul", ["x", "c"], ["d"]),
             node("Mul", ["d", "half"], ["y"])])
    s.graph("silu_written_out", {"x": F(*shape, **wide)},
            [node("Sigmoid", ["x"], ["g"]), node("Mul", ["x", "g"], ["y"])])
    s.op("clip_both", "Clip", [F(*shape, **wide), C(-1.5), C(2.5)])
    s.op("clip_relu6", "Clip", [F(*shape, **wide), C(0.0), C(6.0)])
    s.op("clip_min", "Clip", [F(*shape), C(0.25)])
    s.op("clip_max", "Clip", [F(*shape), None, C(0.25)])
    s.op("clip_none", "Clip", [F(2, 3)])
    s.op("clip_int64", "Clip", [X([-5, 0, 9], np.int64), C(-1, np.int64), C(4, np.int64)])
    s.op("clip_opset7", "Clip", [F(*shape, **wide)], opset=7, min=0.0, max=6.0)
    s.op("clip_opset11", "Clip", [F(*shape, **wide), C(0.0), C(6.0)], opset=11)
    s.op("identity_op", "Identity", [F(2, 3)])
    s.op("dropout_opset7", "Dropout", [F(2, 3, 4)], opset=7, ratio=0.3)
    s.op("dropout_opset13", "Dropout", [F(2, 3, 4), C(0.3)])


def add_compare(s):
    a, b = [[1.0, 2.0, 3.0], [4.0, 2.0, -1.0]], [1.0, 2.0, 2.0]
    for op in ("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual"):
        s.op(f"{op.lower()}_float", op, [X(a), X(b)])
        s.op(f"{op.lower()}_int64", op, [X(a, np.int64), C(2, np.int64)])
    s.op("equal_opset7", "Equal", [X(a, np.int64), X(b, np.int64)], opset=7)
    s.op("less_opset7", "Less", [X(a), X(b)], opset=7)
    s.op("greater_opset9", "Greater", [X(a), X(b)], opset=9)
    s.op("where_float", "Where", [X([[True], [False]], bool), F(2, 5), F(5)])
    s.op("where_int64", "Where", [X([True, False, True], bool), X([1, 2, 3], np.int64),
                                  C(-7, np.int64)])
    s.op("where_opset9", "Where", [X([[True, False]], bool), F(3, 2), W(1)], opset=9)
    s.graph("where_threshold", {"x": F(2, 3, 5), "t": C(0.0), "z": C(-1.0)},
            [node("Greater", ["x", "t"], ["m"]), node("Where", ["m", "x", "z"], ["y"])])


def add_cast(s):
    kinds = {"float": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9, "float16": 10}
    values = [0.0, 1.5, -2.7, 3.99, -0.4, 100.0]
    for name in ("int8", "int32", "int64", "bool", "float16"):
        s.op(f"cast_float_{name}", "Cast", [X(values)], to=kinds[name])
    s.op("cast_float_uint8", "Cast", [X([0.0, 1.5, 3.99, 200.2])], to=kinds["uint8"])
    for name, dtype in (("uint8", np.uint8), ("int8", np.int8), ("int32", np.int32),
                        ("int64", np.int64), ("bool", bool), ("float16", np.float16)):
        s.op(f"cast_{name}_float", "Cast", [X([0, 1, 3, 100], dtype)], to=kinds["float"])
    s.op("cast_int64_int32", "Cast", [X([[1, -2], [3, 70000]], np.int64)], to=kinds["int32"])
    s.op("cast_opset7", "Cast", [X(values)], to=kinds["int64"], opset=7)
    s.op("cast_opset19", "Cast", [X(values)], to=kinds["int32"], opset=19)


def add_cases(s):
    for part in (add_binary, add_activations, add_compare, add_cast):
        part(s)
