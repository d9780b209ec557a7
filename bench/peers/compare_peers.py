#!/usr/bin/env python3
"""Times whole networks on Linnet, ONNX Runtime and XNNPACK, in turn (script/bench --peers).

Every engine runs in a process of its own, one after the other, for a fixed time; then the next
round begins. An engine's figure is the median of its rounds' medians; its spread is the smallest
and the largest of them. So a slow minute of the machine hits all engines alike.

Exit code: 0 all of Linnet's own rows are there, 2 one is missing (peers_table.py shows why).
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np

import peers_table
from machine_facts import load_average, machine_facts
from network_layers import read_layers

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
NETWORKS = ["mobilenet_v1", "mobilenet_v2", "resnet_50"]
# Linnet's model: which ONNX file it comes from, and how it is converted.
SCHEMES = {"f32": ("f32", ["--weights", "f32"]), "int8": ("qdq", []),
           "int4": ("f32", ["--weights", "int4"])}


class EngineError(Exception):
    """An engine could not be timed; the text says why."""


def run(command):
    """Standard output of a command; raises with the last line of what it complained about."""
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    except OSError as error:
        raise EngineError(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
        raise EngineError(f"exit code {done.returncode}: {said}")
    return done.stdout


class Peers:
    def __init__(self, args):
        self.args = args
        self.models = args.output / "models"
        self.models.mkdir(parents=True, exist_ok=True)
        self.isa_limits = [""]  # "" = the best that the machine has
        self.missing = {}       # (network or "", engine) -> reason

    def assets(self):
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "linnet"
        return Path(os.environ.get("LINNET_ASSETS_DIR") or cache / "assets") / "bench"

    def onnx(self, network, kind):
        return self.assets() / f"{network}_{kind}.onnx"

    def make_models(self):
        """Writes the ONNX files that are missing, and converts them. Returns MACs by network."""
        if not all(self.onnx(n, k).is_file() for n in self.args.networks for k in ("f32", "qdq")):
            print("writing the networks", flush=True)
            run([sys.executable, ROOT / "script" / "make_bench_models.py", "--output",
                 self.assets()])
        macs = {}
        image = np.random.default_rng(5).uniform(-1, 1, (1, 3, 224, 224)).astype(np.float32)
        np.save(self.models / "image.npy", image)
        for network in self.args.networks:
            lines, macs[network] = read_layers(self.onnx(network, "f32"))
            (self.models / f"{network}.layers").write_text("\n".join(lines) + "\n")
            for scheme, (source, options) in SCHEMES.items():
                print(f"converting {network} to {scheme}", flush=True)
                target = self.models / f"{network}_{scheme}.lnt"
                target.unlink(missing_ok=True)
                try:
                    run([self.args.linnet, "convert", self.onnx(network, source), "-o", target,
                         *options])
                except EngineError as error:
                    for engine in self.engines():
                        if engine.startswith(f"linnet {scheme}"):
                            self.missing[network, engine] = f"linnet convert: {error}"
        return macs

    def engines(self):
        """Names, in the order of a round."""
        own = [f"linnet {scheme}{isa}" for scheme in SCHEMES for isa in self.isa_limits]
        return own + ["linnet f32 with XNNPACK", "onnxruntime f32", "onnxruntime int8",
                      "xnnpack f32", "xnnpack int8"]

    def command(self, engine, network, threads):
        seconds = self.args.seconds
        kind, precision = engine.split()[:2]
        if kind == "onnxruntime":
            return [sys.executable, HERE / "onnxruntime_network.py",
                    self.onnx(network, {"f32": "f32", "int8": "qdq"}[precision]), "--threads",
                    threads, "--seconds", seconds, "--input", self.models / "image.npy"]
        if kind == "xnnpack":
            return [self.args.xnnpack, self.models / f"{network}.layers", precision, threads,
                    seconds]
        command = [self.args.linnet, "bench", self.models / f"{network}_{precision}.lnt",
                   "--threads", threads, "--seconds", seconds, "--json"]
        if not engine.endswith("XNNPACK"):
            command.append("--no-xnnpack")
        if engine.endswith("avx2"):
            command += ["--isa", "avx2"]
        return command

    def time_once(self, engine, network, threads):
        result = json.loads(run(self.command(engine, network, threads)))
        if engine.endswith("with XNNPACK"):
            if not any("xnnpack" in op["op"] for op in result.get("ops", [])):
                raise EngineError("no step of this build runs on XNNPACK")
        return result

    def time_all(self):
        """Rows {network, threads, engine, rounds: [ms], median_ms, low_ms, high_ms, peak_mb}."""
        rows = []
        for network in self.args.networks:
            for threads in self.args.threads:
                found = {e: [] for e in self.engines() if (network, e) not in self.missing}
                for number in range(self.args.rounds):
                    print(f"{network}, {threads} threads, round {number + 1} of "
                          f"{self.args.rounds}", flush=True)
                    for engine in list(found):
                        try:
                            found[engine].append(self.time_once(engine, network, threads))
                        except (EngineError, ValueError) as error:
                            self.missing[network, engine] = str(error)
                            del found[engine]
                rows += [self.row(network, threads, e, r) for e, r in found.items()]
        return rows

    @staticmethod
    def row(network, threads, engine, results):
        rounds = [r["median_ms"] for r in results]
        row = {"network": network, "threads": threads, "engine": engine, "rounds": rounds,
               "median_ms": statistics.median(rounds), "low_ms": min(rounds),
               "high_ms": max(rounds)}
        for key in ("peak_memory_mb", "weight_bytes", "arena_bytes"):
            if key in results[0]:
                row[key] = results[0][key]
        return row

    def cosines(self):
        """Of Linnet's scores to ONNX Runtime's float scores: a fast wrong answer counts nothing."""
        found, image = {}, self.models / "image.npy"
        for network in self.args.networks:
            reference = self.models / f"{network}_reference.npy"
            run([sys.executable, HERE / "onnxruntime_network.py", self.onnx(network, "f32"),
                 "--seconds", 0, "--input", image, "--output", reference])
            found[network] = {}
            for scheme in SCHEMES:
                folder = self.models / f"{network}_{scheme}"
                try:
                    run([self.args.linnet, "run", self.models / f"{network}_{scheme}.lnt",
                         "--no-xnnpack", "--input", f"image={image}", "--output-dir", folder])
                    scores = np.load(next(folder.glob("*.npy"))).ravel().astype(np.float64)
                except (EngineError, StopIteration):
                    continue
                truth = np.load(reference).ravel().astype(np.float64)
                found[network][scheme] = float(
                    scores @ truth / np.linalg.norm(scores) / np.linalg.norm(truth))
        return found

    def limits(self):
        """Name -> threads -> GMAC/s or GB/s, from bench/limits."""
        text = run([self.args.limits, "--benchmark_filter=^limits/", "--benchmark_format=json",
                    "--benchmark_repetitions=3", "--benchmark_min_time=0.2s"])
        found = {}
        for entry in json.loads(text)["benchmarks"]:
            if entry.get("aggregate_name") == "median":
                name = entry["run_name"].split("/")[1]
                value = entry.get("GMAC/s", entry.get("GB/s"))
                found.setdefault(name, {})[str(entry["threads"])] = value
        return found


def parse_arguments():
    parser = argparse.ArgumentParser(prog="script/bench --peers",
                                     description=__doc__.splitlines()[0])
    parser.add_argument("--threads", default="1,2", help="thread counts (default 1,2)")
    parser.add_argument("--seconds", type=float, default=1, help="of one engine in one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--no-docs", action="store_true", help="leave docs and README alone")
    for name in ("linnet", "limits", "xnnpack", "build", "output"):
        parser.add_argument(f"--{name}", type=lambda p: Path(p).resolve(), required=True,
                            help=argparse.SUPPRESS)
    args = parser.parse_args()
    try:
        args.threads = [int(t) for t in args.threads.split(",")]
    except ValueError:
        parser.error("--threads takes numbers, such as 1,2")
    args.networks = args.networks.split(",")
    for network in args.networks:
        if network not in NETWORKS:
            parser.error(f"no network '{network}': {', '.join(NETWORKS)}")
    if args.rounds < 1 or min(args.threads) < 1 or args.seconds < 0:
        parser.error("rounds and threads start at 1, seconds at 0")
    return args


def main():
    args = parse_arguments()
    peers = Peers(args)
    facts = machine_facts(args.build, args.linnet)
    if facts["isa"] in ("avx512", "avx512vnni"):
        peers.isa_limits.append(" avx2")  # what most x86 machines have
    before = load_average()
    macs = peers.make_models()
    result = {
        "command": "script/bench --peers " + shlex.join(
            ["--threads", ",".join(map(str, args.threads)), "--seconds", f"{args.seconds:g}",
             "--rounds", str(args.rounds), "--networks", ",".join(args.networks)]),
        "machine": facts, "macs": macs, "engines": peers.engines(), "cosines": peers.cosines(),
        "limits": peers.limits(), "times": peers.time_all(),
        "load": {"before": before, "cores": facts["cores"]},
        "missing": [{"network": n, "engine": e, "reason": r}
                    for (n, e), r in peers.missing.items()]}
    path = args.output / "peers.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{path}\n\n{peers_table.full_table(result)}")
    if not args.no_docs:
        peers_table.write_documents(result)
    own = [e for _, e in peers.missing if e.startswith("linnet") and "XNNPACK" not in e]
    return 2 if own else 0


if __name__ == "__main__":
    sys.exit(main())
