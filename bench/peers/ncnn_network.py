#!/usr/bin/env python3
"""Times one network of ncnn, NAME.param with NAME.bin beside it.

16-bit storage and arithmetic are off: the float rows are float everywhere. An extractor serves one
run, so that one is made for each.
"""
from pathlib import Path

import ncnn
import numpy as np

import time_runs


def main():
    args = time_runs.arguments(__doc__)
    net = ncnn.Net()
    net.opt.num_threads = args.threads
    for option in ("use_vulkan_compute", "use_fp16_packed", "use_fp16_storage",
                   "use_fp16_arithmetic", "use_bf16_storage"):
        setattr(net.opt, option, False)
    path = Path(args.model)
    if net.load_param(str(path)) != 0 or net.load_model(str(path.with_suffix(".bin"))) != 0:
        raise SystemExit("ncnn cannot load the network")
    array = np.load(args.input)
    array = array[0] if array.ndim == 4 or len(array) == 1 else array  # ncnn only borrows it
    image = ncnn.Mat(array)
    scores = None

    def run():
        nonlocal scores
        extractor = net.create_extractor()
        extractor.input(net.input_names()[0], image)
        status, scores = extractor.extract(net.output_names()[0])
        if status != 0:
            raise SystemExit(f"ncnn cannot run the network: {status}")

    time_runs.report(args, run, lambda: np.array(scores), "ncnn")


if __name__ == "__main__":
    main()
