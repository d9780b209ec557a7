"""What the timing scripts of the peers share: their arguments, the clock and the answer.

Two runs to warm up, then at least three, until the time is over. One JSON object is printed.
"""
import argparse
import json
import sys
import time
from importlib import metadata

import numpy as np


def arguments(description):
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--input", required=True, help=".npy of the one input, as ONNX orders it")
    parser.add_argument("--output", help="write the first output as .npy")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    return parser.parse_args()


def time_runs(run, seconds, before):
    """Sorted milliseconds of each call; before(), if any, runs ahead of it outside the time."""
    for _ in range(2):
        run()
    times, begin = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < seconds:
        if before:
            before()
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)


def report(args, run, result, package, before=None):
    """Times run(), writes result() if asked to, prints the figures with the package's version."""
    times = time_runs(run, args.seconds, before)
    if args.output:
        np.save(args.output, np.asarray(result(), np.float32))
    json.dump({"median_ms": times[len(times) // 2], "min_ms": times[0], "runs": len(times),
               "version": metadata.version(package)}, sys.stdout)
    sys.stdout.write("\n")
