"""Resize: nearest and linear in every coordinate mode, by scales and by sizes, old opsets."""
import numpy as np

from op_case import C, F, ints

MODES = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]
ROUNDINGS = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]


def scales(*values):
    return C(values, np.float32)


def resize(s, name, shape, factors=None, sizes=None, opset=13, roi=None, skip=None, **attributes):
    arguments = [F(*shape), roi, scales(*factors) if factors else None]
    if sizes:
        arguments.append(ints(*sizes))
    if opset == 11:  # every input must be given
        arguments[1] = arguments[1] or C([], np.float32)
        arguments[2] = arguments[2] or C([], np.float32)
    s.op("resize_" + name, "Resize", arguments, opset=opset, skip=skip, **attributes)


def add_nearest(s):
    for mode in MODES:
        for rounding in ROUNDINGS:
            how = dict(mode="nearest", coordinate_transformation_mode=mode, nearest_mode=rounding)
            resize(s, f"nearest_up_{mode}_{rounding}", (1, 2, 3, 4), sizes=(1, 2, 7, 9), **how)
        resize(s, f"nearest_down_{mode}", (1, 2, 9, 8), sizes=(1, 2, 4, 3), mode="nearest",
               coordinate_transformation_mode=mode)
    plain = dict(mode="nearest", coordinate_transformation_mode="asymmetric",
                 nearest_mode="floor")
    resize(s, "nearest_twice", (1, 5, 3, 4), factors=(1, 1, 2, 2), **plain)
    resize(s, "nearest_four", (2, 3, 2, 3), factors=(1, 1, 4, 4), **plain)
    resize(s, "nearest_fraction", (1, 2, 5, 6), factors=(1, 1, 1.5, 2.2), mode="nearest")
    resize(s, "nearest_opset11", (1, 2, 3, 4), factors=(1, 1, 2, 2), opset=11, **plain)
    resize(s, "nearest_symmetric", (1, 1, 5, 6), factors=(1, 1, 0.6, 1.7), opset=19,
           mode="nearest", coordinate_transformation_mode="half_pixel_symmetric")


def add_linear(s):
    for mode in MODES:
        how = dict(mode="linear", coordinate_transformation_mode=mode)
        resize(s, f"linear_up_{mode}", (1, 3, 4, 5), sizes=(1, 3, 9, 8), **how)
        resize(s, f"linear_down_{mode}", (1, 2, 9, 11), sizes=(1, 2, 4, 6), **how)
        resize(s, f"linear_scales_{mode}", (1, 2, 4, 5), factors=(1, 1, 2, 1.6), **how)
        resize(s, f"linear_to_one_{mode}", (1, 2, 4, 5), sizes=(1, 2, 1, 1), **how)
    resize(s, "linear_twice_wide", (1, 19, 5, 6), factors=(1, 1, 2, 2), mode="linear")
    resize(s, "linear_opset11", (1, 2, 3, 4), factors=(1, 1, 2, 2), opset=11, mode="linear")
    resize(s, "linear_symmetric", (1, 1, 5, 6), factors=(1, 1, 0.6, 1.7), opset=19,
           mode="linear", coordinate_transformation_mode="half_pixel_symmetric")
    box = C([0, 0, 0.2, 0.1, 1, 1, 0.9, 0.7], np.float32)
    for mode in ("nearest", "linear"):
        resize(s, f"{mode}_crop", (1, 2, 7, 8), sizes=(1, 2, 5, 4), roi=box, mode=mode,
               coordinate_transformation_mode="tf_crop_and_resize", extrapolation_value=0.5)
    resize(s, "linear_crop_outside", (1, 1, 5, 6), sizes=(1, 1, 4, 5),
           roi=C([0, 0, -0.2, 0.3, 1, 1, 0.8, 1.4], np.float32), mode="linear",
           coordinate_transformation_mode="tf_crop_and_resize", extrapolation_value=-2.0)


def add_new_and_old(s):
    s.op("resize_axes_opset18", "Resize", [F(1, 2, 4, 5), None, scales(2, 1.5)], opset=18,
         mode="linear", axes=[2, 3])
    s.op("resize_not_larger_opset18", "Resize", [F(1, 2, 4, 6), None, None, ints(7, 8)], opset=18,
         mode="nearest", axes=[2, 3], keep_aspect_ratio_policy="not_larger",
         coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    s.op("resize_not_smaller_opset18", "Resize", [F(1, 2, 4, 6), None, None, ints(7, 8)],
         opset=18, mode="linear", axes=[2, 3], keep_aspect_ratio_policy="not_smaller")
    for mode in ("nearest", "linear"):
        s.op(f"resize_{mode}_opset10", "Resize", [F(1, 2, 3, 4), scales(1, 1, 2, 3)], opset=10,
             mode=mode, skip="reference")
        s.op(f"upsample_{mode}_opset9", "Upsample", [F(1, 3, 3, 4), scales(1, 1, 2, 2)], opset=9,
             mode=mode, skip="reference" if mode == "linear" else None)
    s.op("upsample_nearest_opset7", "Upsample", [F(1, 3, 3, 4)], opset=7, mode="nearest",
         scales=[1.0, 1.0, 2.0, 2.0], skip="reference")


def add_cases(s):
    for part in (add_nearest, add_linear, add_new_and_old):
        part(s)
