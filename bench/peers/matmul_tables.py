"""The tables of matrix multiplications (script/bench --peers gemm)."""
from cases import SIZE, WEIGHT_BYTES
from table_format import arithmetic_limit, in_order, key, label, table, threads_text

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


def cosine_table(result):
    counts = sorted({c["rows"] for c in result["cosines"]})
    rows = {}
    for c in result["cosines"]:
        rows.setdefault(label(c), {})[c["rows"]] = c["cosine"]
    return table(["cosine", *[f"M = {n}" for n in counts]],
                 [[name, *[f"{r[n]:.4f}" if n in r else "–" for n in counts]]
                  for name, r in rows.items()])


def sections(result):
    parts = []
    for threads in sorted({t["threads"] for t in result["times"]}):
        for title, schemes in GROUPS.items():
            if text := group_table(result, schemes, threads):
                parts += [f"### {title}, {threads_text(threads)}", text]
    return parts + ["### Cosine of one layer's result to ONNX Runtime's float result",
                    cosine_table(result)]
