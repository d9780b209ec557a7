"""What script/bench --peers times: whole networks, and chains of matrix multiplications."""
import os
import sys
from pathlib import Path

import numpy as np

from engine_process import run
from network_layers import read_layers

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
NETWORKS = ["mobilenet_v1", "mobilenet_v2", "resnet_50"]
SIZE = 2048
ROWS = [1, 8, 128, 512]
# One row: a chain with more weights than this, read once a run, so that they come from memory.
COLD_BYTES = 160e6
# A few rows take several layers as well, for the cost of starting a run would show in one.
FEW_ROWS, FEW_ROWS_LAYERS = 8, 4
# Bytes of one weight, scales included (one of 16 bits a block).
WEIGHT_BYTES = {"f32": 4, "int8": 1, "int4_32": 0.5 + 2 / 32, "q4_K": 0.5 + 2 / 32,
                "int4_128": 0.5 + 2 / 128, "int4_channel": 0.5}


def assets():
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "linnet"
    return Path(os.environ.get("LINNET_ASSETS_DIR") or cache / "assets") / "bench"


class Network:
    matmul, has_quantized, layers = False, True, 1

    def __init__(self, name, models):
        self.name, self.models = name, models
        self.made_from = self.onnx()
        layers = read_layers(self.onnx())
        self.macs = sum(layer.macs for layer in layers)
        self.layers_text().write_text("\n".join(layer.text() for layer in layers) + "\n")
        np.save(self.input(), np.random.default_rng(5).uniform(
            -1, 1, (1, 3, 224, 224)).astype(np.float32))

    def onnx(self):
        return assets() / f"{self.name}_f32.onnx"

    def quantized(self):
        return assets() / f"{self.name}_qdq.onnx"

    def input(self):
        return self.models / "image.npy"

    def layers_text(self):
        return self.models / f"{self.name}.layers"


def make_networks(names, models):
    """The networks' cases; writes the ONNX files that are missing."""
    if not all((assets() / f"{n}_{k}.onnx").is_file() for n in names for k in ("f32", "qdq")):
        print("writing the networks", flush=True)
        run([sys.executable, ROOT / "script" / "make_bench_models.py", "--output", assets()])
    return [Network(name, models) for name in names]


class Matmul:
    """[rows, SIZE] times `layers` matrices [SIZE, SIZE] in a chain."""
    matmul, has_quantized = True, False
    made_from = HERE / "matmul_model.py"

    def __init__(self, rows, layers, models):
        self.rows, self.layers, self.models = rows, layers, models
        self.name = f"matmul_{rows}x{layers}"
        self.macs = rows * SIZE * SIZE * layers
        values = np.random.default_rng(5).standard_normal((rows, SIZE)).astype(np.float32)
        np.save(self.input(), values)
        values.tofile(self.raw_input())

    def chain(self, scheme):
        """An ONNX file for ONNX Runtime, written once."""
        path = self.models / f"{self.name}_{scheme}.onnx"
        if not path.is_file() or path.stat().st_mtime < self.made_from.stat().st_mtime:
            run([sys.executable, self.made_from, "--rows", self.rows, "--layers", self.layers,
                 "--scheme", scheme, "--raw", self.models / "matmul.f32", "-o", path])
        return path

    def onnx(self):
        return self.chain("f32")

    def drop_onnx(self):
        """Removes the float file, which may have more than 1 GB, once all models are made of it."""
        if self.layers > 10:
            (self.models / f"{self.name}_f32.onnx").unlink(missing_ok=True)

    def input(self):
        return self.models / f"matmul_{self.rows}.npy"

    def raw_input(self):
        return self.models / f"matmul_{self.rows}.f32"

    def raw_weights(self):
        path = self.models / "matmul.f32"
        if not path.is_file():
            Matmul(1, 1, self.models).chain("f32")
        return path


def layers_for(rows, scheme):
    if rows == 1:
        return int(COLD_BYTES / (WEIGHT_BYTES[scheme] * SIZE * SIZE)) + 1
    return FEW_ROWS_LAYERS if rows <= FEW_ROWS else 1
