#!/usr/bin/env python3
"""Times one .tflite network on LiteRT, whose default CPU delegate is XNNPACK.

A layer that XNNPACK does not take would run on LiteRT's own kernels and be slow: that is an error
here, so that a figure of this script is always one of XNNPACK's. The first layer's picture is NHWC.
"""
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter

import time_runs


def main():
    args = time_runs.arguments(__doc__)
    interpreter = Interpreter(args.model, num_threads=args.threads)
    interpreter.allocate_tensors()
    x, y = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    value = np.load(args.input)
    value = value.transpose(0, 2, 3, 1) if value.ndim == 4 else value
    interpreter.set_tensor(x["index"], np.ascontiguousarray(value))
    ops = [op["op_name"] for op in interpreter._get_ops_details()]
    if ops.count("DELEGATE") != 1:
        sys.exit(f"XNNPACK took not the whole network: {ops.count('DELEGATE')} partitions")
    time_runs.report(args, interpreter.invoke, lambda: interpreter.get_tensor(y["index"]),
                     "ai-edge-litert")


if __name__ == "__main__":
    main()
