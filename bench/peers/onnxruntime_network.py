#!/usr/bin/env python3
"""Times one ONNX network on ONNX Runtime's CPU provider.

Spinning and the optimization level keep their defaults (on, all). The input is bound once, outside
the timed part, as it is for the other engines.
"""
import numpy as np
import onnxruntime

import time_runs


def main():
    args = time_runs.arguments(__doc__)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_cpu_input(session.get_inputs()[0].name, np.load(args.input))
    for output in session.get_outputs():
        binding.bind_output(output.name)
    time_runs.report(args, lambda: session.run_with_iobinding(binding),
                     lambda: binding.copy_outputs_to_cpu()[0], "onnxruntime")


if __name__ == "__main__":
    main()
