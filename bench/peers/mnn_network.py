#!/usr/bin/env python3
"""Times one .mnn network on MNN's CPU backend.

Precision is "high" (float arithmetic is 32 bits wide); memory "low" lets MNN multiply quantized
weights as integers, with activations that it quantizes on the way. A run overwrites its input,
which is therefore set again, outside the timed part.
"""
import sys

import MNN
import numpy as np

import time_runs


def host_tensor(array):
    return MNN.Tensor(array.shape, MNN.Halide_Type_Float, array, MNN.Tensor_DimensionType_Caffe)


def main():
    args = time_runs.arguments(__doc__)
    network = MNN.Interpreter(args.model)
    session = network.createSession({"backend": "CPU", "numThread": args.threads,
                                     "precision": "high", "memory": "low"})
    x, y = network.getSessionInput(session), network.getSessionOutput(session)
    picture = np.ascontiguousarray(np.load(args.input))  # MNN may only borrow it
    source = host_tensor(picture)
    if not x.copyFrom(source):
        sys.exit("MNN does not take the input")

    def result():
        x.copyFrom(source)
        network.runSession(session)
        scores = host_tensor(np.zeros(y.getShape(), np.float32))
        y.copyToHostTensor(scores)
        return np.array(scores.getData())

    time_runs.report(args, lambda: network.runSession(session), result, "mnn",
                     before=lambda: x.copyFrom(source))


if __name__ == "__main__":
    main()
