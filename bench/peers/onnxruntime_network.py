#!/usr/bin/env python3
"""Times one ONNX network on ONNX Runtime's CPU provider and prints one JSON object.

Spinning and the optimization level keep their defaults (on, all). The input is bound once, outside
the timed part, as it is for the other engines.
"""
import argparse
import json
import time

import numpy as np
import onnxruntime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--input", help=".npy of the one input; random without it")
    parser.add_argument("--output", help="write the first output as .npy")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    args = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
    info = session.get_inputs()[0]
    image = np.load(args.input) if args.input else np.random.default_rng(5).uniform(
        -1, 1, info.shape).astype(np.float32)
    binding = session.io_binding()
    binding.bind_cpu_input(info.name, image)
    for output in session.get_outputs():
        binding.bind_output(output.name)
    for _ in range(2):
        session.run_with_iobinding(binding)
    times, begin = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < args.seconds:
        start = time.perf_counter()
        session.run_with_iobinding(binding)
        times.append((time.perf_counter() - start) * 1e3)
    if args.output:
        np.save(args.output, binding.copy_outputs_to_cpu()[0])
    times.sort()
    print(json.dumps({"median_ms": times[len(times) // 2], "min_ms": times[0],
                      "runs": len(times)}))


if __name__ == "__main__":
    main()
