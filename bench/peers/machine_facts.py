"""What a table of times must say about where it was measured."""
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def output_of(*command):
    try:
        return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                              check=False, env={**os.environ, "LC_ALL": "C"}).stdout.strip()
    except OSError:
        return ""


def load_average():
    """Of the last minute, before anything of ours runs."""
    return os.getloadavg()[0]


def cmake_cache(build):
    entries = {}
    for line in (Path(build) / "CMakeCache.txt").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([\w.-]+):\w+=(.*)", line):
            entries[match[1]] = match[2]
    return entries


def best_isa(flags):
    """The richest instruction set of kernels/isa.h that the processor's flags allow."""
    if {"avx512f", "avx512bw", "avx512vl", "avx512dq"} <= flags:
        return "avx512vnni" if "avx512_vnni" in flags else "avx512"
    if "avx2" in flags:
        return "avx2"
    if "asimd" in flags:
        return "i8mm" if "i8mm" in flags else "neondot" if "asimddp" in flags else "neon"
    return "scalar"


def package_versions():
    """Of the Python packages of the peers that are installed."""
    found = {}
    for package, title in (("onnxruntime", "ONNX Runtime"), ("ai-edge-litert", "LiteRT"),
                           ("ncnn", "ncnn"), ("mnn", "MNN")):
        try:
            found[title] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[title] = "not installed"
    return found


def machine_facts(build, linnet):
    fields = {}
    for line in output_of("lscpu").splitlines():
        key, _, value = line.partition(":")
        fields[key.strip()] = value.strip()
    flags = set(fields.get("Flags", "").split())
    cache = cmake_cache(build)
    kind = cache.get("CMAKE_BUILD_TYPE", "")
    compiler = output_of(cache.get("CMAKE_CXX_COMPILER", "c++"), "--version").splitlines()
    listed = (ROOT / "cmake" / "dependencies.txt").read_text(encoding="utf-8")
    xnnpack = re.search(r"^xnnpack \| (\S+)", listed, re.M)
    hypervisor = fields.get("Hypervisor vendor")
    return {
        "processor": fields.get("Model name", platform.machine()),
        "family": f"family {fields.get('CPU family', '?')}, model {fields.get('Model', '?')}",
        "virtual": f"virtual machine ({hypervisor})" if hypervisor else "",
        "cores": os.cpu_count(), "isa": best_isa(flags), "l2": fields.get("L2 cache", "?"),
        "l3": fields.get("L3 cache", "?"), "system": platform.system() + " " + platform.release(),
        "compiler": compiler[0] if compiler else "?",
        "flags": " ".join(filter(None, [cache.get("CMAKE_CXX_FLAGS"),
                                        cache.get(f"CMAKE_CXX_FLAGS_{kind.upper()}")])),
        "linnet": output_of(linnet, "--version"),
        "commit": output_of("git", "-C", ROOT, "describe", "--always", "--dirty"),
        # What only peers use.
        "more": ", ".join(n for n, f in (("AMX", "amx_int8"), ("AVX512-FP16", "avx512_fp16"),
                                         ("AVX-VNNI", "avx_vnni")) if f in flags),
        "versions": package_versions() | {"XNNPACK": f"source of {xnnpack[1]}, built here by the "
                                          "same compiler" if xnnpack else "?"}}
