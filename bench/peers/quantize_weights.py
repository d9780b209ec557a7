"""Symmetric rounding of weights, as every engine here is given them."""
import numpy as np


def quantize_rows(weight, largest):
    """(int8 codes in -largest..largest, one float scale for each index of the first dimension)."""
    scale = np.abs(weight).reshape(len(weight), -1).max(1).astype(np.float32) / largest
    spread = scale.reshape(-1, *[1] * (weight.ndim - 1))
    return np.clip(np.rint(weight / spread), -largest, largest).astype(np.int8), scale


def quantize_blocks(weight, block, largest):
    """The same with one scale for `block` neighbours in a row: scales [rows, columns / block]."""
    rows, columns = weight.shape
    codes, scale = quantize_rows(weight.reshape(-1, block), largest)
    return codes.reshape(rows, columns), scale.reshape(rows, columns // block)
