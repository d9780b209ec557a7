"""Finds the hot loop of a compiled kernel and asks llvm-mca how many cycles it takes. Used by script/arm-evidence."""

import collections
import dataclasses
import json
import re
import subprocess

Instruction = collections.namedtuple("Instruction", "address text target")
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(.*?)\s*$")
SYMBOL = re.compile(r"^[0-9a-f]+ <(.*)>:$")
BRANCH = re.compile(r"^(?:b(?:\.\w+)?\s|cbn?z\s|tbn?z\s).*?(0x[0-9a-f]+)$")
BRANCH_TARGET = re.compile(r"0x[0-9a-f]+$")
STACK = re.compile(r"\[sp\b")

# Multiply-accumulates of one instruction, by mnemonic and shape of the destination.
INTEGER = [
    (re.compile(r"^([su]|us|su)dot\s+v\d+\.4s"), 16),
    (re.compile(r"^([su]|us|su)dot\s+v\d+\.2s"), 8),
    (re.compile(r"^([su]|us)mmla\s+v\d+\.4s"), 32),
    (re.compile(r"^([su]ml[as]l2?|[su]mull2?|mul|mla)\s+v\d+\.8h"), 8),
    (re.compile(r"^([su]ml[as]l2?|[su]mull2?|mul|mla)\s+v\d+\.4s"), 4),
]
FLOATING = [(re.compile(r"^fml[as]\s+v\d+\.4s"), 4), (re.compile(r"^fml[as]\s+v\d+\.2s"), 2)]


def disassemble(objdump, object_file):
    """{function: [Instruction]} of an object file."""
    out = subprocess.run([objdump, "-d", "--no-show-raw-insn", "--mattr=+v8.6a,+dotprod,+i8mm,+fullfp16", object_file],
                         check=True, capture_output=True, text=True).stdout
    functions, body = {}, None
    for line in out.splitlines():
        if symbol := SYMBOL.match(line):
            body = functions.setdefault(symbol[1], [])
        elif body is not None and (match := LINE.match(line)):
            text = re.sub(r"\s+<.*>$", "", match[2].split("//")[0].strip()).replace("\t", " ")
            branch = BRANCH.match(text)
            body.append(Instruction(int(match[1], 16), text, int(branch[1], 16) if branch else None))
    return functions


@dataclasses.dataclass
class Loop:
    """One iteration of an innermost loop."""

    instructions: list
    table: list  # INTEGER or FLOATING

    def __post_init__(self):
        self.multiplies, self.macs = [], 0
        for instruction in self.instructions:
            count = next((n for pattern, n in self.table if pattern.match(instruction.text)), 0)
            if count:
                self.multiplies.append(instruction.text)
                self.macs += count

    @property
    def stack_accesses(self):
        return sum(bool(STACK.search(i.text)) for i in self.instructions)

    def fits(self, conditions):
        """Conditions, all of them: +REGEX some instruction matches, -REGEX none does, =N multiply-accumulates."""
        def met(kind, value):
            if kind in "=/":
                return kind == "/" or self.macs == int(value)
            return any(re.match(value, i.text) for i in self.instructions) == (kind == "+")
        return all(met(condition[0], condition[1:]) for condition in conditions)

    def assembly(self):
        return [".Lloop:"] + [BRANCH_TARGET.sub(".Lloop", i.text) if i.target else i.text for i in self.instructions]


def innermost_loops(functions, table):
    """Every backward branch with none inside."""
    for body in functions.values():
        index = {instruction.address: i for i, instruction in enumerate(body)}
        spans = [(index[b.target], i) for i, b in enumerate(body)
                 if b.target is not None and b.target <= b.address and b.target in index]
        for first, last in spans:
            if not any(first <= f and l <= last and (f, l) != (first, last) for f, l in spans):
                yield Loop(body[first:last + 1], table)


def hot_loop(functions, table, conditions):
    """Of the innermost loops that meet the conditions, the one with the most multiply-accumulates, of equals the shortest;
    None without one.

    A condition /N is none: it says that only one in N of the multiply-accumulates is of use.
    """
    loops = [loop for loop in innermost_loops(functions, table) if loop.macs and loop.fits(conditions)]
    best = max(loops, key=lambda loop: (loop.macs, -len(loop.instructions)), default=None)
    for condition in conditions:
        if best and condition[0] == "/":
            best.macs //= int(condition[1:])
    return best


class Analyser:
    """llvm-mca; remembers what it was asked."""

    def __init__(self, mca):
        self.mca = mca
        self.known = {}

    def run(self, lines, cpu, iterations):
        out = subprocess.run([self.mca, "-mtriple=aarch64", f"-mcpu={cpu.mcpu}", f"-mattr={cpu.features}",
                              f"-iterations={iterations}", "--json"],
                             input="\n".join(lines) + "\n", capture_output=True, text=True)
        if out.returncode != 0:
            raise RuntimeError(f"llvm-mca -mcpu={cpu.mcpu}: {out.stderr.strip()[:400]}")
        return json.loads(out.stdout)

    def summary(self, lines, cpu, iterations=1):
        return self.run(lines, cpu, iterations)["CodeRegions"][0]["SummaryView"]

    def cycles(self, loop, cpu):
        """Cycles of one iteration in the steady state, and what its multiplies alone take at their full rate."""
        key = (tuple(i.text for i in loop.instructions), cpu.mcpu)
        if key not in self.known:
            lines = loop.assembly()
            few, many = self.summary(lines, cpu, 20), self.summary(lines, cpu, 60)
            limit = self.summary(loop.multiplies, cpu)["BlockRThroughput"]
            self.known[key] = ((many["TotalCycles"] - few["TotalCycles"]) / 40, limit)
        return self.known[key]

    def model(self, cpu):
        """The scheduling model behind a CPU name, from the names of its resources, and how many operations it issues."""
        out = self.run(["add x0, x1, x2"], cpu, 1)
        resource = out["TargetInfo"]["Resources"][0]
        return re.sub(r"Unit.*", "", resource), out["CodeRegions"][0]["SummaryView"]["DispatchWidth"]
