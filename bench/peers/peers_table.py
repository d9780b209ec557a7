#!/usr/bin/env python3
"""Writes the tables of build/bench/peers.json into docs/performance.md and README.md, and those of
peers_busy.json and peers_gemm.json into docs/performance.md, each between its lines
"<!-- COMMAND: begin -->" and "<!-- COMMAND: end -->", COMMAND being "script/bench --peers", with
" busy" or " gemm" behind it.
"""
import json
import re
import sys
from pathlib import Path

import busy_tables
import matmul_tables
import network_tables
from table_format import limits_table, machine_text, missing_list

JSON_NAMES = {"networks": "peers.json", "busy": "peers_busy.json", "gemm": "peers_gemm.json"}
TABLES = {"networks": network_tables, "busy": busy_tables, "gemm": matmul_tables}
ROOT = Path(__file__).resolve().parents[2]


def name_of(what):
    """A network's title, or the number of rows of a multiplication."""
    return network_tables.TITLES.get(what) or "M = " + what.split()[1]


def full_table(result):
    parts = [machine_text(result), *TABLES[result["mode"]].sections(result)]
    if result["missing"]:
        parts += ["### Missing", missing_list(result, name_of)]
    return "\n\n".join([*parts, "### Limits of this machine", limits_table(result)])


def write_between(path, command, text):
    if not path.is_file():
        return
    begin, end = (f"<!-- {command}: {word} -->" for word in ("begin", "end"))
    old = path.read_text(encoding="utf-8")
    new = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: f"{begin}\n\n{text}\n\n{end}",
                 old, flags=re.S)
    if new != old:
        path.write_text(new, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


def write_documents(result):
    networks = result["mode"] == "networks"
    command = "script/bench --peers" + ("" if networks else f" {result['mode']}")
    write_between(ROOT / "docs" / "performance.md", command, full_table(result))
    if networks:
        write_between(ROOT / "README.md", command, network_tables.short_table(result))


if __name__ == "__main__":
    paths = [Path(p) for p in sys.argv[1:] if Path(p).is_file()]
    if not paths:
        sys.exit("peers_table.py: no such file; run script/bench --peers first")
    for json_path in paths:
        write_documents(json.loads(json_path.read_text(encoding="utf-8")))
