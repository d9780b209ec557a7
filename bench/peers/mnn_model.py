#!/usr/bin/env python3
"""Converts an ONNX network to MNN with the tools in its Python package.

Schemes: f32; int8 (MNN's offline quantization, calibrated on random pictures); and weights alone,
int8_dynamic, int4_channel, int4_32 and int4_128. The tools' library is called directly: the
package's own command line would install a logging package and report its use over the network.
"""
import argparse
import json
import struct
import sys
import tempfile
from pathlib import Path

import _tools
import numpy as np

SIZE, PICTURES = 224, 4
WEIGHT_OPTIONS = {"f32": [], "int8": [], "int8_dynamic": ["--weightQuantBits", "8"],
                  "int4_channel": ["--weightQuantBits", "4"],
                  "int4_32": ["--weightQuantBits", "4", "--weightQuantBlock", "32"],
                  "int4_128": ["--weightQuantBits", "4", "--weightQuantBlock", "128"]}


def convert(source, target, options):
    _tools.mnnconvert(["mnnconvert", "-f", "ONNX", "--modelFile", str(source), "--MNNModel",
                       str(target), "--bizCode", "bench", *options])
    if not target.is_file():
        sys.exit("MNN's converter wrote no file")


def write_bmp(path, pixels):
    """24-bit BMP, top row first."""
    height, width, _ = pixels.shape
    header = struct.pack("<2sIHHI", b"BM", 54 + pixels.size, 0, 0, 54)
    header += struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 24, 0, pixels.size, 0, 0, 0, 0)
    path.write_bytes(header + pixels.tobytes())


def quantize(source, target, folder):
    rng = np.random.default_rng(4)
    pictures = folder / "pictures"
    pictures.mkdir()
    for i in range(PICTURES):
        write_bmp(pictures / f"{i}.bmp", rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8))
    config = {"format": "RGB", "mean": [127.5] * 3, "normal": [1 / 127.5] * 3, "width": SIZE,
              "height": SIZE, "path": str(pictures) + "/", "used_sample_num": PICTURES,
              "feature_quantize_method": "KL", "weight_quantize_method": "MAX_ABS"}
    path = folder / "quantize.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    _tools.mnnquant(["mnnquant", str(source), str(target), str(path)])
    if not target.is_file():
        sys.exit("MNN's quantizer wrote no file")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="float ONNX file")
    parser.add_argument("--scheme", choices=WEIGHT_OPTIONS, default="f32")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    args.output.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if args.scheme == "int8":
            converted = Path(folder) / "float.mnn"
            convert(args.model, converted, [])
            quantize(converted, args.output, Path(folder))
        else:
            convert(args.model, args.output, WEIGHT_OPTIONS[args.scheme])


if __name__ == "__main__":
    main()
