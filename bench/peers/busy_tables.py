"""The table of runs beside a busy process (script/bench --peers busy)."""
from network_tables import TITLES
from table_format import in_order, key, label, table, threads_text


def sections(result):
    """Rows engines; per network the times without and with the busy process, and the ratio of the
    last to one thread alone."""
    times = {(t["what"], t["threads"], t["busy"], *key(t)): t["median_ms"] for t in result["times"]}
    networks = list(dict.fromkeys(t["what"] for t in result["times"]))
    counts = sorted({t["threads"] for t in result["times"]})
    parts = []
    for network in networks:
        rows = []
        for kind in in_order(result, [*result["times"], *result["missing"]]):
            alone = times.get((network, counts[0], False, *key(kind)))
            free = times.get((network, counts[-1], False, *key(kind)))
            busy = times.get((network, counts[-1], True, *key(kind)))
            if not (alone and free and busy):
                rows.append([label(kind), "missing", *["–"] * 3])
                continue
            rows.append([label(kind), f"{alone:.2f}", f"{free:.2f}", f"{busy:.2f}",
                         f"{busy / alone:.2f}"])
        many = threads_text(counts[-1])
        parts += [f"### {TITLES[network]}, one core taken",
                  table(["engine", f"{threads_text(counts[0])}, ms", f"{many}, ms",
                         f"{many} and a busy process, ms", "that / one thread"], rows)]
    return parts
