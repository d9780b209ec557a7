"""Figures of linnet_bench that the tables of the peers quote: limits and bare kernels."""
import json
import re

from engine_process import EngineError, run

KERNELS = "gemm_f32|gemm_s8s8_f32|gemm_s8s4_f32"


def benchmarks(program, pattern, repetitions, seconds):
    text = run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json",
                f"--benchmark_repetitions={repetitions}",
                f"--benchmark_min_time={seconds:g}s"], 3600)
    return json.loads(text)["benchmarks"]


def limits(program):
    """Name -> threads -> GMAC/s or GB/s, from bench/limits; the median of three."""
    found = {}
    try:
        for entry in benchmarks(program, "^limits/", 3, 0.2):
            if entry.get("aggregate_name") == "median":
                name = entry["run_name"].split("/")[1]
                value = entry.get("GMAC/s", entry.get("GB/s"))
                found.setdefault(name, {})[str(entry["threads"])] = value
    except EngineError as error:
        print(f"no limits: {error}", flush=True)
    return found


def kernel_rates(program, rows, size, isas, repetitions, seconds):
    """(scheme, rows, isa) -> GMAC/s of each repetition, for the best variant of each isa."""
    if not rows:
        return {}
    print("bare kernels", flush=True)
    counts = "|".join(map(str, rows))
    pattern = f"^({KERNELS})/.*/m:({counts})/n:{size}/k:{size}(/|$)"
    rates = {}
    for entry in benchmarks(program, pattern, repetitions, min(seconds, 0.5)):
        if entry["run_type"] == "iteration":
            rates.setdefault((entry["run_name"], entry["label"]), []).append(entry["GMAC/s"])
    found = {}
    for (name, label), values in rates.items():  # a family's best variant comes first
        block = re.search(r"/block:(\d+)", name)
        scheme = (f"int4_{block[1]}" if block else
                  "f32" if name.startswith("gemm_f32/") else "int8")
        for isa in isas:
            if isa in ("", label):
                found.setdefault((scheme, int(re.search(r"/m:(\d+)", name)[1]), isa), values)
    return found
