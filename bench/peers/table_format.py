"""Markdown that the tables of networks and of matrix multiplications share."""

SCHEMES = {"f32": "f32", "int8": "int8", "int4": "int4 weights", "int4_32": "int4, block 32",
           "int4_128": "int4, block 128", "int4_channel": "int4, one scale a row",
           "q4_K": "int4, q4_K"}
# The limit that a row's multiply-accumulates are compared with, by precision and kind of machine.
LIMITS = {("f32", "avx2"): "f32_fma_avx2", ("f32", "avx512"): "f32_fma_avx512",
          ("f32", "avx512vnni"): "f32_fma_avx512", ("int8", "avx2"): "int8_unsigned_pairs_avx2",
          ("int8", "avx512"): "int8_unsigned_pairs_avx2",
          ("int8", "avx512vnni"): "int8_dot_product_avx512vnni",
          ("int4", "avx2"): "int4_16_bit_sums_avx2", ("int4", "avx512"): "int4_16_bit_sums_avx2",
          ("int4", "avx512vnni"): "int8_dot_product_avx512vnni"}


def table(header, rows):
    """Markdown; the first column is text, the others are figures."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def threads_text(threads):
    return f"{threads} thread{'s' * (int(threads) > 1)}"


def label(row):
    """Engine and scheme of a row of times, cosines or missing ones."""
    return f"{row['title']} {SCHEMES[row['scheme']]}" + (", AVX2 only" if row["isa"] else "")


def key(row):
    return row["engine"], row["scheme"], row["isa"]


def in_order(result, rows):
    """One row of each key: best instruction set first, then as the engines are listed."""
    found = {}
    for row in rows:
        found.setdefault(key(row), row)
    return sorted(found.values(), key=lambda r: (
        result["isas"].index(r["isa"]), result["engines"].index(r["engine"]),
        list(SCHEMES).index(r["scheme"])))


def own(row):
    return row["engine"].startswith("linnet")


def arithmetic_limit(result, row):
    """GMAC/s that this machine can do at most at the row's precision and instruction set, or 0."""
    precision = "int4" if row["scheme"] == "q4_K" else row["scheme"].split("_")[0]
    name = LIMITS.get((precision, row["isa"] or result["machine"]["isa"]), "")
    return result["limits"].get(name, {}).get(str(row["threads"]), 0)


def machine_text(result):
    m, busy = result["machine"], result["load"]["before"]
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    lines = [
        f"Machine: {m['processor']} ({m['family']}; {m['cores']} cores; L2 {m['l2']}, "
        f"L3 {m['l3']}; best instruction set of Linnet's kernels {m['isa']}" +
        (f"; the processor also has {m['more']}" if m["more"] else "") + ")" +
        (f", a {m['virtual']}" if m["virtual"] else "") + f", {m['system']}.",
        f"Compiler: {m['compiler']}, flags `{m['flags']}` and those of each instruction set.",
        f"Versions: {m['linnet']} ({m['commit']}), {versions}.",
        f"Command: `{result['command']}`."]
    if busy > 0.5:
        lines.append(f"Load average at the start: {busy:.1f}. It counts the minute before; if "
                     "that work went on, do not quote these figures.")
    return "\n".join(lines)


def limits_table(result):
    counts = sorted({t for v in result["limits"].values() for t in v}, key=int)
    rows = [[name.replace("_", " ") + (" (GB/s)" if name == "read_memory" else " (GMAC/s)"),
             *[f"{v[t]:.1f}" if t in v else "–" for t in counts]]
            for name, v in result["limits"].items()]
    return table(["limit", *[threads_text(t) for t in counts]], rows)


def missing_list(result, names):
    """One line a reason: which engines, and at which networks or sizes (names(what))."""
    isas = {}
    for m in result["missing"]:
        isas.setdefault((m["title"], m["scheme"], m["what"], m["reason"]), set()).add(m["isa"])
    places = {}
    for (title, scheme, what, reason), found in isas.items():
        every = len(found) == len(result["isas"])
        only = "" if every else ", AVX2 only" if "avx2" in found else ", all instruction sets"
        places.setdefault((f"{title} {SCHEMES[scheme]}{only}", reason), []).append(names(what))
    reasons = {}
    for (engine, reason), where in places.items():
        reasons.setdefault((reason, ", ".join(where)), []).append(engine)
    return "\n".join(f"- {'; '.join(engines)} ({where}): {reason}"
                     for (reason, where), engines in reasons.items())
