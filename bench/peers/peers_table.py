#!/usr/bin/env python3
"""Writes the tables of build/bench/peers.json into docs/performance.md and README.md, between the
lines "<!-- script/bench --peers: begin -->" and "<!-- script/bench --peers: end -->".
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- script/bench --peers: begin -->", "<!-- script/bench --peers: end -->"
TITLES = {"mobilenet_v1": "MobileNetV1", "mobilenet_v2": "MobileNetV2", "resnet_50": "ResNet-50"}
LABELS = {
    "linnet f32": "Linnet f32", "linnet int8": "Linnet int8",
    "linnet int4": "Linnet int4 weights",
    "linnet f32 avx2": "Linnet f32, AVX2 only", "linnet int8 avx2": "Linnet int8, AVX2 only",
    "linnet int4 avx2": "Linnet int4 weights, AVX2 only",
    "linnet f32 with XNNPACK": "Linnet f32, XNNPACK as provider",
    "onnxruntime f32": "ONNX Runtime f32", "onnxruntime int8": "ONNX Runtime int8",
    "xnnpack f32": "XNNPACK f32", "xnnpack int8": "XNNPACK int8"}
# The limit that a row's multiply-accumulates are compared with, by precision and kind of machine.
LIMITS = {("f32", "avx2"): "f32_fma_avx2", ("f32", "avx512"): "f32_fma_avx512",
          ("f32", "avx512vnni"): "f32_fma_avx512", ("int8", "avx2"): "int8_sign_trick_avx2",
          ("int8", "avx512"): "int8_sign_trick_avx2",
          ("int8", "avx512vnni"): "int8_dot_product_avx512vnni",
          ("int4", "avx2"): "int4_16_bit_sums_avx2", ("int4", "avx512"): "int4_16_bit_sums_avx2",
          ("int4", "avx512vnni"): "int8_dot_product_avx512vnni"}


def table(header, rows):
    """Markdown; the first column is text, the others are figures."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def index(result):
    return {(t["network"], t["threads"], t["engine"]): t for t in result["times"]}


def settings(result):
    """(networks, thread counts) that were measured, in order."""
    return (list(dict.fromkeys(t["network"] for t in result["times"])),
            sorted({t["threads"] for t in result["times"]}))


def precision_of(engine):
    return engine.split()[1]


def ratio_to_ort(times, row):
    """The row's time over that of ONNX Runtime; int4 is compared with its float."""
    kind = "int8" if precision_of(row["engine"]) == "int8" else "f32"
    ort = times.get((row["network"], row["threads"], f"onnxruntime {kind}"))
    return f"{row['median_ms'] / ort['median_ms']:.2f}" if ort else "–"


def per_cent_of_limit(result, row):
    isa = "avx2" if row["engine"].endswith("avx2") else result["machine"]["isa"]
    limit = result["limits"].get(LIMITS.get((precision_of(row["engine"]), isa), ""), {})
    limit = limit.get(str(row["threads"]))
    if not limit or not row["engine"].startswith("linnet"):
        return "–"
    rate = result["macs"][row["network"]] / row["median_ms"] / 1e6
    return f"{rate / limit * 100:.0f} %"


def times_table(result, network, threads):
    times, rows = index(result), []
    for engine in result["engines"]:
        row = times.get((network, threads, engine))
        if row is None:
            reasons = [m["reason"] for m in result["missing"]
                       if m["engine"] == engine and m["network"] == network]
            rows.append([LABELS[engine], "missing", *["–"] * 4] if reasons else
                        [LABELS[engine], *["–"] * 5])
            continue
        rate = result["macs"][network] / row["median_ms"] / 1e6
        rows.append([LABELS[engine], f"{row['median_ms']:.2f}",
                     f"{row['low_ms']:.2f}–{row['high_ms']:.2f}", ratio_to_ort(times, row),
                     f"{rate:.1f}", per_cent_of_limit(result, row)])
    return table(["engine", "ms", "spread", "time / ONNX Runtime's", "GMAC/s",
                  "of the machine's limit"], rows)


def machine_text(result):
    m = result["machine"]
    busy = result["load"]["before"]
    lines = [
        f"Machine: {m['processor']} ({m['family']}; {m['cores']} cores; L2 {m['l2']}, "
        f"L3 {m['l3']}; best instruction set {m['isa']})" +
        (f", a {m['virtual']}" if m["virtual"] else "") + f", {m['system']}.",
        f"Compiler: {m['compiler']}, flags `{m['flags']}` and those of each instruction set.",
        f"Versions: {m['linnet']} ({m['commit']}), ONNX Runtime {m['onnxruntime']} from its PyPI "
        f"wheel, XNNPACK from {m['xnnpack']}, built here by the same compiler.",
        f"Command: `{result['command']}`."]
    if busy > 0.5:
        lines.append(f"**The machine was not quiet: {busy:.1f} processes were running before "
                     "the start. Do not quote these figures.**")
    return "\n".join(lines)


def goals(result):
    """The two statements of the tables that matter most, checked against the figures."""
    times, lines = index(result), []
    networks, counts = settings(result)
    for network in networks:
        for threads in counts:
            int8 = times.get((network, threads, "linnet int8"))
            f32 = times.get((network, threads, "linnet f32"))
            ort = times.get((network, threads, "onnxruntime int8"))
            if int8 and f32 and ort:
                lines.append([f"{TITLES[network]}, {threads} thread{'s' * (threads > 1)}",
                              f"{int8['median_ms'] / f32['median_ms']:.2f}",
                              f"{int8['median_ms'] / ort['median_ms']:.2f}"])
    return table(["", "Linnet int8 / its f32", "Linnet int8 / ONNX Runtime int8"], lines)


def limits_table(result):
    counts = sorted({t for v in result["limits"].values() for t in v}, key=int)
    rows = [[name.replace("_", " ") + (" (GB/s)" if name == "read_memory" else " (GMAC/s)"),
             *[f"{v[t]:.1f}" if t in v else "–" for t in counts]]
            for name, v in result["limits"].items()]
    return table(["limit", *[f"{t} thread{'s' * (t != '1')}" for t in counts]], rows)


def cosine_table(result):
    schemes = list(dict.fromkeys(s for c in result["cosines"].values() for s in c))
    rows = [[TITLES[n], *[f"{c[s]:.4f}" if s in c else "–" for s in schemes]]
            for n, c in result["cosines"].items()]
    return table(["network", *schemes], rows)


def missing_list(result):
    networks = {}
    for m in result["missing"]:
        networks.setdefault((m["engine"], m["reason"]), []).append(TITLES[m["network"]])
    return "\n".join(f"- {LABELS[engine]} ({', '.join(names)}): {reason}"
                     for (engine, reason), names in networks.items())


def full_table(result):
    networks, counts = settings(result)
    parts = [machine_text(result), goals(result)]
    for network in networks:
        for threads in counts:
            parts += [f"### {TITLES[network]}, {threads} thread{'s' * (threads > 1)} "
                      f"({result['macs'][network] / 1e9:.2f} GMAC)",
                      times_table(result, network, threads)]
    if result["missing"]:
        parts += ["### Missing", missing_list(result)]
    parts += ["### Limits of this machine", limits_table(result),
              "### Cosine of Linnet's scores to ONNX Runtime's float scores", cosine_table(result)]
    return "\n\n".join(parts)


def short_table(result):
    """For the README: milliseconds, one column a network and thread count."""
    times = index(result)
    networks, counts = settings(result)
    columns = [(n, t) for n in networks for t in counts]
    rows = []
    for engine in result["engines"]:
        found = [times.get((n, t, engine)) for n, t in columns]
        if any(found):
            rows.append([LABELS[engine],
                         *[f"{r['median_ms']:.2f}" if r else "missing" for r in found]])
    header = ["ms, median", *[f"{TITLES[n]}, {t} thread{'s' * (t > 1)}" for n, t in columns]]
    m = result["machine"]
    return (f"{table(header, rows)}\n\n{m['processor']} ({m['family']}), {m['cores']} cores, "
            f"{m['isa']}; `{result['command']}`; spread and caveats: "
            "[docs/performance.md](docs/performance.md).")


def write_documents(result):
    for path, text in ((ROOT / "docs" / "performance.md", full_table(result)),
                       (ROOT / "README.md", short_table(result))):
        if not path.is_file():
            continue
        old = path.read_text(encoding="utf-8")
        new = re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}",
                     lambda _, t=text: f"{BEGIN}\n\n{t}\n\n{END}", old, flags=re.S)
        if new != old:
            path.write_text(new, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("peers_table.py: no such file; run script/bench --peers first")
    write_documents(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
