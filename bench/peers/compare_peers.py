#!/usr/bin/env python3
"""Times Linnet and other runtimes in turn: whole networks, whole networks beside a process that
keeps one core busy ("busy"), or matrix multiplications ("gemm").

Every engine runs in a process of its own, one after the other, for a fixed time; then the next
round begins. An engine's figure is the median of its rounds' medians; its spread is the smallest
and the largest of them. So a slow minute of the machine hits all engines alike. An engine that
fails, hangs or answers wrongly only loses its own rows; the tables say why.

Exit code: 0 all of Linnet's own rows are there, 2 one is missing.
"""
import argparse
import contextlib
import json
import shlex
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

import cases
import matmul_tables
import own_figures
import peers_table
from engine_process import EngineError, run
from engines import ENGINES
from machine_facts import load_average, machine_facts

# Cosine to ONNX Runtime's float answer below which a row counts as wrong.
LEAST_COSINE = {"f32": 0.9999, "int8": 0.98}
LEAST_COSINE_INT4 = 0.8
FAILURES = (EngineError, ValueError, OSError, StopIteration, KeyError)


@dataclass
class Kernel:
    """Stands for the case and the engine of a bare kernel's row."""
    rows: int
    macs: int
    layers: int = 1
    name: ClassVar[str] = "linnet_kernel"
    title: ClassVar[str] = "Linnet, bare kernel"


@dataclass
class Programs:
    linnet: Path
    limits: Path
    xnnpack: Path
    xnnpack_matmul: Path
    ggml: Path
    hide: Path
    best_ggml: str  # the suffix of ggml's build for this machine's best instruction set


@contextlib.contextmanager
def busy_core():
    """Keeps the last core of this machine busy with another process."""
    code = ("import os\n"
            "if hasattr(os, 'sched_setaffinity'):\n"
            "    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})\n"
            "while True: pass")
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield
    finally:
        process.kill()
        process.wait()


class Comparison:
    def __init__(self, args, isas):
        self.args, self.isas, self.facts = args, isas, {}
        self.models = args.output / "models"
        self.models.mkdir(parents=True, exist_ok=True)
        hide = args.hide if args.hide and args.hide.is_file() else None
        self.programs = Programs(args.linnet, args.limits, args.xnnpack, args.xnnpack_matmul,
                                 args.ggml, hide, "native" if len(isas) > 1 else "avx2")
        self.engines = [e(self.programs, self.models) for e in ENGINES
                        if not args.engines or e.name in args.engines]
        self.times, self.missing, self.cosines = [], [], []
        self.lost = set()  # (engine, scheme, isa, what) that are not timed any more

    def result(self):
        """Everything so far, as it goes into the JSON file."""
        return {**self.facts, "times": self.times, "cosines": self.cosines,
                "missing": self.missing}

    def save(self):
        path = self.args.output / peers_table.JSON_NAMES[self.args.mode]
        path.write_text(json.dumps(self.result(), indent=1) + "\n", encoding="utf-8")
        return path

    def rows_of(self, matmul, schemes=None):
        """(engine, scheme, isa) of every row that a case has."""
        return [(e, s, isa) for e in self.engines for s in e.schemes(matmul)
                for isa in self.isas if not schemes or s in schemes]

    def lose(self, engine, scheme, isa, what, reason):
        """Notes why a row is missing; it is not tried again."""
        reason = str(reason).replace(f"{cases.ROOT}/", "").replace(str(Path.home()), "~")
        self.lost.add((engine.name, scheme, isa, what))
        self.missing.append({"engine": engine.name, "title": engine.title, "scheme": scheme,
                             "isa": isa, "what": what, "reason": reason or "no answer"})
        print(f"  missing: {engine.title} {scheme} {isa}: {reason}", flush=True)

    def check(self, case, what, engine, scheme, isa, reference):
        """Loses a row whose answer is not that of ONNX Runtime's float network."""
        if (engine.name, scheme, isa, what) in self.lost:
            return
        try:
            answer = engine.answer(case, scheme, isa)
        except FAILURES as error:
            self.lose(engine, scheme, isa, what, error)
            return
        if answer is None:
            return
        cosine = float(answer @ reference / max(
            np.linalg.norm(answer) * np.linalg.norm(reference), 1e-30))
        self.cosines.append({"what": what, "rows": getattr(case, "rows", 0), "scheme": scheme,
                             "engine": engine.name, "title": engine.title, "isa": isa,
                             "cosine": cosine})
        if not cosine >= LEAST_COSINE.get(scheme, LEAST_COSINE_INT4):
            self.lose(engine, scheme, isa, what, f"wrong answer: cosine {cosine:.4f}")

    def reference(self, case):
        path = self.models / "reference.npy"
        run([sys.executable, cases.HERE / "onnxruntime_network.py", case.onnx(), "--seconds", 0,
             "--input", case.input(), "--output", path])
        return np.load(path).ravel().astype(np.float64)

    def time_case(self, what, rows, threads, title, busy=False):
        """Alternates the rows (engine, scheme, isa, case) for all rounds."""
        found = {(e, s, isa): [] for e, s, isa, _ in rows}
        for number in range(self.args.rounds):
            print(f"{title}, {threads} threads, round {number + 1} of {self.args.rounds}",
                  flush=True)
            for engine, scheme, isa, case in rows:
                if (engine.name, scheme, isa, what) in self.lost:
                    continue
                try:
                    with busy_core() if busy else contextlib.nullcontext():
                        found[engine, scheme, isa].append(
                            engine.time(case, scheme, threads, self.args.seconds, isa))
                except FAILURES as error:
                    self.lose(engine, scheme, isa, what, error)
        for engine, scheme, isa, case in rows:
            results = found[engine, scheme, isa]
            if results and (engine.name, scheme, isa, what) not in self.lost:
                self.add_times(engine, scheme, isa, case, threads, what, results, busy)

    def add_times(self, engine, scheme, isa, case, threads, what, results, busy=False):
        rounds = [r["median_ms"] for r in results]
        row = {"what": what, "threads": threads, "engine": engine.name, "title": engine.title,
               "scheme": scheme, "isa": isa, "busy": busy, "rows": getattr(case, "rows", 0),
               "macs": case.macs,
               "layers": case.layers, "rounds": rounds, "median_ms": statistics.median(rounds),
               "low_ms": min(rounds), "high_ms": max(rounds)}
        for key in ("peak_memory_mb", "weight_bytes", "arena_bytes", "layout"):
            if key in results[0]:
                row[key] = results[0][key]
        self.times.append(row)

    def compare_networks(self):
        for case in cases.make_networks(self.args.networks, self.models):
            print(f"{case.name}: models and answers", flush=True)
            reference = self.reference(case)
            for row in self.rows_of(False):
                self.check(case, case.name, *row, reference)
            for threads in self.args.threads:
                self.time_case(case.name, [(*r, case) for r in self.rows_of(False)], threads,
                               case.name)
                self.save()

    def compare_busy(self):
        """One thread, all threads, and all threads while a process takes a core."""
        for case in cases.make_networks(self.args.networks, self.models):
            for threads, busy in ((min(self.args.threads), False), (max(self.args.threads), False),
                                  (max(self.args.threads), True)):
                self.time_case(case.name, [(*r, case) for r in self.rows_of(False, ("f32", "int8"))],
                               threads, case.name + ", a core busy" * busy, busy)
                self.save()

    def prepare_chains(self, schemes, rows):
        """Writes the models of one number of rows: {(engine, scheme, isa): case}."""
        what, found, prepared = f"matmul {rows}", {}, set()
        for engine, scheme, isa in self.rows_of(True, schemes):
            if (engine.name, scheme, isa, what) in self.lost:
                continue
            case = cases.Matmul(rows, cases.layers_for(rows, scheme), self.models)
            try:
                engine.prepare(case, scheme)
                found[engine, scheme, isa] = case
            except FAILURES as error:
                self.lose(engine, scheme, isa, what, error)
            prepared.add(case)
        for case in prepared:
            case.drop_onnx()
        return found

    def compare_matmuls(self):
        for rows in self.args.rows:
            what = f"matmul {rows}"
            print(f"{what}: models and answers", flush=True)
            for engine, scheme, isa in self.rows_of(True):
                if scheme in engine.matmul_missing:
                    self.lose(engine, scheme, isa, what, engine.matmul_missing[scheme])
            single = cases.Matmul(rows, 1, self.models)
            reference = self.reference(single)
            for row in self.rows_of(True):
                self.check(single, what, *row, reference)
            for schemes in matmul_tables.GROUPS.values():
                chains = self.prepare_chains(schemes, rows)
                for threads in self.args.threads:
                    self.time_case(what, [(*key, case) for key, case in chains.items()], threads,
                                   f"{what} {schemes[0]}")
                    self.save()
        self.time_kernels()

    def time_kernels(self):
        """Linnet's bare kernels on one thread: packed weights and quantized activations given."""
        rows = [r for r in self.args.rows if r > 1]
        try:
            figures = own_figures.kernel_rates(self.programs.limits, rows, cases.SIZE, self.isas,
                                               self.args.rounds, self.args.seconds)
        except FAILURES as error:
            print(f"  missing: bare kernels: {error}", flush=True)
            return
        for (scheme, count, isa), rates in figures.items():
            macs = count * cases.SIZE * cases.SIZE
            self.add_times(Kernel, scheme, isa, Kernel(count, macs), 1, f"matmul {count}",
                           [{"median_ms": macs / rate / 1e6} for rate in rates])

    def ggml_versions(self):
        return {e.name: e.version() for e in self.engines if hasattr(e, "version")}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="script/bench --peers",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("mode", nargs="?", choices=["networks", "busy", "gemm"], default="networks")
    parser.add_argument("--threads", default="1,2", help="thread counts (default 1,2)")
    parser.add_argument("--seconds", type=float, help="of one engine in one round "
                        "(default 1 for networks, 0.4 for gemm)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--networks", default=",".join(cases.NETWORKS))
    parser.add_argument("--rows", default=",".join(map(str, cases.ROWS)),
                        help="of gemm (default 1,8,128,512)")
    parser.add_argument("--engines", default="", help="only these, such as linnet,litert")
    parser.add_argument("--no-docs", action="store_true", help="leave docs and README alone")
    for name in ("linnet", "limits", "xnnpack", "xnnpack-matmul", "ggml", "build", "output"):
        parser.add_argument(f"--{name}", type=lambda p: Path(p).resolve(), required=True,
                            help=argparse.SUPPRESS)
    parser.add_argument("--hide", type=lambda p: Path(p).resolve(), help=argparse.SUPPRESS)
    args = parser.parse_args()
    try:
        args.threads = [int(t) for t in args.threads.split(",")]
        args.rows = [int(r) for r in args.rows.split(",")]
    except ValueError:
        parser.error("--threads and --rows take numbers, such as 1,2")
    args.networks, args.engines = args.networks.split(","), args.engines.split(",")
    args.engines = [e for e in args.engines if e]
    for network in args.networks:
        if network not in cases.NETWORKS:
            parser.error(f"no network '{network}': {', '.join(cases.NETWORKS)}")
    for engine in args.engines:
        if engine not in [e.name for e in ENGINES]:
            parser.error(f"no engine '{engine}': {', '.join(e.name for e in ENGINES)}")
    if args.seconds is None:
        args.seconds = 0.4 if args.mode == "gemm" else 1
    if args.rounds < 1 or min(args.threads + args.rows) < 1 or args.seconds < 0:
        parser.error("rounds, rows and threads start at 1, seconds at 0")
    return args


def command_line(args):
    words = ["script/bench", "--peers"] + ([] if args.mode == "networks" else [args.mode])
    words += ["--threads", ",".join(map(str, args.threads)), "--seconds", f"{args.seconds:g}",
              "--rounds", str(args.rounds)]
    words += (["--rows", ",".join(map(str, args.rows))] if args.mode == "gemm" else
              ["--networks", ",".join(args.networks)])
    return shlex.join(words + (["--engines", ",".join(args.engines)] if args.engines else []))


def main():
    args = parse_arguments()
    facts = machine_facts(args.build, args.linnet)
    # On a machine with AVX-512 every engine is also timed as if it had AVX2 at most.
    masked = facts["isa"] in ("avx512", "avx512vnni") and args.mode != "busy"
    isas = ["", "avx2"] if masked else [""]
    comparison = Comparison(args, isas)
    facts["versions"] |= comparison.ggml_versions()
    comparison.facts = {
        "mode": args.mode, "command": command_line(args), "machine": facts, "isas": isas,
        "engines": ["linnet", "linnet_kernel", *[e.name for e in ENGINES[1:]]],
        "load": {"before": load_average(), "cores": facts["cores"]},
        "limits": own_figures.limits(args.limits)}
    {"networks": comparison.compare_networks, "busy": comparison.compare_busy,
     "gemm": comparison.compare_matmuls}[args.mode]()
    path, result = comparison.save(), comparison.result()
    print(f"{path}\n\n{peers_table.full_table(result)}")
    if not args.no_docs:
        peers_table.write_documents(result)
    return 2 if any(m["engine"] == "linnet" for m in comparison.missing) else 0


if __name__ == "__main__":
    sys.exit(main())
