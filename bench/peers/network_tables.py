"""The tables of whole networks (script/bench --peers)."""
from table_format import (SCHEMES, arithmetic_limit, in_order, key, label, own, table,
                          threads_text)

TITLES = {"mobilenet_v1": "MobileNetV1", "mobilenet_v2": "MobileNetV2", "resnet_50": "ResNet-50"}


def index(result):
    return {(t["what"], t["threads"], *key(t)): t for t in result["times"]}


def settings(result):
    """(networks, thread counts) that were measured, in order."""
    return (list(dict.fromkeys(t["what"] for t in result["times"])),
            sorted({t["threads"] for t in result["times"]}))


def all_rows(result):
    """Every row that any network has or lacks."""
    return in_order(result, [*result["times"], *result["missing"]])


def ratio_to_ort(times, row):
    """The row's time over ONNX Runtime's with the same instruction set; int4 over its float."""
    scheme = "int8" if row["scheme"] == "int8" else "f32"
    ort = times.get((row["what"], row["threads"], "onnxruntime", scheme, row["isa"]))
    return f"{row['median_ms'] / ort['median_ms']:.2f}" if ort else "–"


def times_table(result, network, threads):
    times, rows = index(result), []
    for kind in all_rows(result):
        row = times.get((network, threads, *key(kind)))
        if row is None:
            rows.append([label(kind), "missing", *["–"] * 4])
            continue
        rate = row["macs"] / row["median_ms"] / 1e6
        limit = arithmetic_limit(result, row)
        rows.append([label(row), f"{row['median_ms']:.2f}",
                     f"{row['low_ms']:.2f}–{row['high_ms']:.2f}", ratio_to_ort(times, row),
                     f"{rate:.1f}", f"{rate / limit * 100:.0f} %" if limit else "–"])
    return table(["engine", "ms", "spread", "time / ONNX Runtime's", "GMAC/s",
                  "of the machine's limit"], rows)


def fastest_peer(result, network, threads, scheme, isa):
    rows = [t for t in result["times"] if not own(t) and t["what"] == network and
            t["threads"] == threads and t["scheme"] == scheme and t["isa"] == isa]
    return min(rows, key=lambda t: t["median_ms"], default=None)


def goals(result):
    """The statements of the tables that matter most, checked against the figures."""
    times, lines = index(result), []
    networks, counts = settings(result)
    for isa in reversed(result["isas"]):
        for network in networks:
            for threads in counts:
                line = [f"{TITLES[network]}, {threads_text(threads)}" +
                        (", AVX2 only" if isa else "")]
                mine = {s: times.get((network, threads, "linnet", s, isa)) for s in SCHEMES}
                if not mine["int8"] or not mine["f32"]:
                    continue
                line.append(f"{mine['int8']['median_ms'] / mine['f32']['median_ms']:.2f}")
                for scheme in ("int8", "f32"):
                    peer = fastest_peer(result, network, threads, scheme, isa)
                    line.append(f"{mine[scheme]['median_ms'] / peer['median_ms']:.2f} "
                                f"({peer['title']})" if peer else "–")
                lines.append(line)
    return table(["time ratio", "Linnet int8 / its f32", "Linnet int8 / the fastest peer's int8",
                  "Linnet f32 / the fastest peer's f32"], lines)


def cosine_table(result):
    networks = list(dict.fromkeys(c["what"] for c in result["cosines"]))
    rows = {}
    for c in result["cosines"]:
        rows.setdefault(label(c), {})[c["what"]] = c["cosine"]
    return table(["cosine", *[TITLES[n] for n in networks]],
                 [[name, *[f"{r[n]:.4f}" if n in r else "–" for n in networks]]
                  for name, r in rows.items()])


def sections(result):
    networks, counts = settings(result)
    parts = [goals(result)]
    for network in networks:
        macs = next(t["macs"] for t in result["times"] if t["what"] == network)
        for threads in counts:
            parts += [f"### {TITLES[network]}, {threads_text(threads)} ({macs / 1e9:.2f} GMAC)",
                      times_table(result, network, threads)]
    return parts + ["### Cosine of the scores to ONNX Runtime's float scores",
                    cosine_table(result)]


def short_table(result):
    """For the README: milliseconds of one run with the fewest threads, one column a network and
    instruction set."""
    times = index(result)
    networks, counts = settings(result)
    columns = [(isa, network) for isa in result["isas"] for network in networks]
    rows = []
    for kind in in_order(result, [{**row, "isa": ""} for row in all_rows(result)]):
        found = [times.get((network, counts[0], *key({**kind, "isa": isa})))
                 for isa, network in columns]
        rows.append([label(kind),
                     *[f"{row['median_ms']:.1f}" if row else "missing" for row in found]])
    header = [f"ms, {threads_text(counts[0])}",
              *[TITLES[network] + (", AVX2 only" if isa else "") for isa, network in columns]]
    timed = {row["title"] for row in result["times"]}
    versions = ", ".join(f"{name} {version}"
                         for name, version in result["machine"]["versions"].items()
                         if any(title.startswith(name) for title in timed))
    return f"{table(header, rows)}\n\n{versions}."
