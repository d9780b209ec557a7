#!/usr/bin/env python3
"""Writes tests/data/ops: one small ONNX model and one .npz of inputs and expected outputs a case.

Run it with the Python of script/requirements.txt. What it writes depends on nothing but these
files and the pinned packages. See README.md beside it.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
import onnx

import cases_conv
import cases_elementwise
import cases_quantize
import cases_reduce
import cases_resize
import cases_shape
from op_case import CaseList

FOLDER = Path(__file__).resolve().parents[1] / "data" / "ops"
MODULES = (cases_conv, cases_elementwise, cases_reduce, cases_shape, cases_resize, cases_quantize)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=FOLDER)
    parser.add_argument("--only", default="", help="only cases whose name begins so; no index")
    args = parser.parse_args()
    cases = CaseList()
    for module in MODULES:
        module.add_cases(cases)
    args.output.mkdir(parents=True, exist_ok=True)
    if not args.only:
        for old in args.output.glob("*"):
            old.unlink()
    index, failed = [], 0
    for name, case in sorted(cases.cases.items()):
        if not name.startswith(args.only):
            continue
        try:
            model, results = case.compute()
        except Exception as error:  # each program has its own kinds; all are shown, none is hidden
            print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr)
            failed += 1
            continue
        (args.output / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
        arrays = {f"in_{k}": v for k, v in case.inputs.items()}
        arrays.update({f"out_{k}": v for k, v in zip(case.outputs, results)})
        np.savez(args.output / f"{name}.npz", **arrays)
        ops = ",".join(dict.fromkeys(n.op_type for n in case.nodes))
        index.append(f"{name} {case.opset} {case.tolerance:g} {ops} {case.skip or '-'}\n")
    if not args.only:
        (args.output / "cases.txt").write_text("".join(index))
    files = list(args.output.glob("*"))
    print(f"{len(index)} cases, {failed} failed, {sum(f.stat().st_size for f in files)} bytes")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
