"""The tables of matrix multiplications (script/bench --peers gemm)."""
from cases import SIZE, WEIGHT_BYTES
from table_format import SCHEMES, arithmetic_limit, in_order, key, label, table, threads_text

# A table each; what is compared inside one is about as exact.
GROUPS = {"f32": ["f32"], "int8 weights, activations quantized to int8 row by row": ["int8"],
          "int4 weights, one scale for 32": ["int4_32", "q4_K"],
          "int4 weights, one scale for 128 or for a row": ["int4_128", "int4_channel"]}


def cell(result, row):
    """Rate, spread and part of the limit: GB/s of weights for one row, otherwise GMAC/s."""
    if row["rows"] == 1:
        work = WEIGHT_BYTES[row["scheme"]] * SIZE * SIZE * row["layers"] / 1e6
        limit = result["limits"].get("read_memory", {}).get(str(row["threads"]), 0)
    else:
        work = row["macs"] / 1e6
        limit = arithmetic_limit(result, row)
    rate = work / row["median_ms"]
    text = f"{rate:.1f} ({work / row['high_ms']:.1f}–{work / row['low_ms']:.1f})"
    return text + (f" {rate / limit * 100:.0f} %" if limit else "")


def group_table(result, schemes, threads):
    """Rows engines, columns numbers of rows; empty if nothing of it was measured."""
    counts = sorted({t["rows"] for t in result["times"]})
    kinds = in_order(result, [row for row in [*result["times"], *result["missing"]]
                              if row["scheme"] in schemes])
    cells = {}
    for row in result["times"]:
        if row["threads"] == threads:
            cells[(*key(row), row["rows"])] = cell(result, row)
    missing = {(*key(m), int(m["what"].split()[1])) for m in result["missing"]}
    rows = []
    for kind in kinds:
        found = [cells.get((*key(kind), n), "missing" if (*key(kind), n) in missing else "–")
                 for n in counts]
        if any(f != "–" for f in found):
            rows.append([label(kind), *found])
    return table(["engine", *["M = 1, GB/s" if n == 1 else f"M = {n}, GMAC/s" for n in counts]],
                 rows) if rows else ""


# Linnet's scheme, and the rows that its rate is divided by: the best of the engines at that scheme.
RATIOS = [("int4_32", ["ik_llama.cpp"], "int4_32"), ("int4_32", ["llama.cpp"], "int4_32"),
          ("int4_32", ["litert", "xnnpack"], "int4_32"),
          ("int4_128", ["litert", "xnnpack"], "int4_channel"),
          ("int4_128", ["ik_llama.cpp"], "q4_K"), ("int8", ["litert", "xnnpack"], "int8"),
          ("int8", ["llama.cpp"], "int8"), ("f32", ["onnxruntime"], "f32"),
          ("f32", ["litert", "xnnpack"], "f32")]


def ratio_table(result):
    """Linnet's rate over those of others on AVX2 and one thread, and what a second thread gives."""
    isa = result["isas"][-1]
    layer_ms = {(t["engine"], t["scheme"], t["rows"], t["threads"]): t["median_ms"] / t["layers"]
                for t in result["times"] if t["isa"] == isa}
    titles = {t["engine"]: t["title"] for t in result["times"]}
    counts = sorted({t["rows"] for t in result["times"]})
    few, many = min(t["threads"] for t in result["times"]), max(
        t["threads"] for t in result["times"])
    lines = []
    for scheme, engines, theirs in RATIOS:
        cells = []
        for rows in counts:
            own = layer_ms.get(("linnet", scheme, rows, few))
            peers = [layer_ms[e, theirs, rows, few] for e in engines
                     if (e, theirs, rows, few) in layer_ms]
            cells.append(f"{min(peers) / own:.2f}" if own and peers else "–")
        names = " or ".join(titles[e] for e in engines if e in titles)
        lines.append([f"{SCHEMES[scheme]}: rate / {names} {SCHEMES[theirs]}", *cells])
    for scheme in ("f32", "int8", "int4_32"):
        cells = []
        for rows in counts:
            one, two = (layer_ms.get(("linnet", scheme, rows, t)) for t in (few, many))
            cells.append(f"{one / two:.2f}" if one and two else "–")
        lines.append([f"{SCHEMES[scheme]}: {threads_text(many)} / {threads_text(few)}", *cells])
    return table(["rate of Linnet" + (", AVX2 only" if isa else ""), *[f"M = {n}" for n in counts]],
                 lines)


def cosine_table(result):
    counts = sorted({c["rows"] for c in result["cosines"]})
    rows = {}
    for c in result["cosines"]:
        rows.setdefault(label(c), {})[c["rows"]] = c["cosine"]
    return table(["cosine", *[f"M = {n}" for n in counts]],
                 [[name, *[f"{r[n]:.4f}" if n in r else "–" for n in counts]]
                  for name, r in rows.items()])


def sections(result):
    parts = [ratio_table(result)]
    for threads in sorted({t["threads"] for t in result["times"]}):
        for title, schemes in GROUPS.items():
            if text := group_table(result, schemes, threads):
                parts += [f"### {title}, {threads_text(threads)}", text]
    return parts + ["### Cosine of one layer's result to ONNX Runtime's float result",
                    cosine_table(result)]
