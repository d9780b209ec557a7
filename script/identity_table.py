#!/usr/bin/env python3
"""The second half of script/identity: converts the networks, runs each everywhere, compares digests."""
import argparse
import platform
import sys
from pathlib import Path

import numpy as np

from fashion_mnist_data import assets_folder
from networks import DATA, NETWORKS, PRECISIONS, convert_command, run

QDQ = ["mobilenet_v1", "mobilenet_v2", "resnet_50"]
THREADS = ["1", "4"]
# Emulated core -> instruction set that it is there for.
CORES = {"cortex-a53": "neon", "cortex-a76": "neondot", "max": "i8mm"}


def native_sets():
    """What this machine has of the instruction sets that its architecture can have."""
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    if platform.machine() == "x86_64":
        have = {"avx2": "avx2", "avx512": "avx512bw", "avx512vnni": "avx512_vnni"}
    else:
        have = {"neon": "asimd", "neondot": "asimddp", "i8mm": "i8mm"}
    return ["scalar"] + [isa for isa, flag in have.items() if flag in flags]


def models(args, network):
    """(precision, .lnt) of a network."""
    if network in QDQ:
        model = args.output / f"{network}_qdq.lnt"
        run([args.linnet, "convert", assets_folder() / "bench" / f"{network}_qdq.onnx", "-o", model])
        yield "int8", model
        return
    for precision in PRECISIONS:
        model = args.output / f"{network}_{precision}.lnt"
        run(convert_command(args.linnet, network, precision, model))
        yield precision, model


def sample(network):
    """One input: a real one, or noise for the networks with random weights."""
    if network == "fashion_mnist":
        return np.load(DATA / "fashion_mnist_calibrate.npy")[:1]
    if network in QDQ:
        return np.random.default_rng(1).uniform(-1, 1, (1, 3, 224, 224)).astype(np.float32)
    return np.load(sorted((assets_folder() / "tensors" / network / "test").glob("*.npy"))[0])


def places(args):
    """(name, command in front of the arguments, instruction set)."""
    for isa in native_sets():
        yield f"{platform.machine()} {isa}", [args.native], isa
    if platform.machine() == "x86_64":
        for core, isa in CORES.items():
            yield f"{core} {isa}", ["qemu-aarch64", "-cpu", core, args.aarch64], isa


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("linnet", "native", "aarch64", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("networks", nargs="*")
    args = parser.parse_args()
    everywhere = list(places(args))
    print(f"on {', '.join(name for name, _, _ in everywhere)}; {' and '.join(THREADS)} threads")
    differing = runs = 0
    for network in args.networks or ["fashion_mnist", *NETWORKS, *QDQ]:
        values = sample(network)
        raw = args.output / f"{network}.raw"
        raw.write_bytes(np.ascontiguousarray(values, np.float32).tobytes())
        for precision, model in models(args, network):
            digests = {}
            for name, command, isa in everywhere:
                for threads in THREADS:
                    shape = ",".join(map(str, values.shape))
                    digest = run([*command, model, raw, shape, isa, threads]).strip()
                    digests.setdefault(digest, []).append(f"{name} {threads}")
                    runs += 1
            same = len(digests) == 1
            differing += not same
            print(f"{network:20} {precision:6} {'same bits' if same else 'DIFFERS'}", flush=True)
            for digest, names in () if same else digests.items():
                print(f"  {digest}: {', '.join(names)}")
    print(f"{runs} runs, {differing} networks differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
