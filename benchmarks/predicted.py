# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""llvm-mca's view of the hot loops on machines that are not here.

    python3 -m benchmarks.predicted [--pairs=W1A2,...] [--cpus=znver4,...]

Compiles the same products for each CPU, takes the innermost loop that does the
most multiply-adds, and asks llvm-mca for its cycles: operands in the first cache,
nothing but this loop. What a drain, a correction or a miss costs is not in it.
"""

import argparse
import os
import re
import shutil
import tempfile

from . import modules, ours, process, table, tiles, works

TITLE = "Predicted by llvm-mca"
# CPU: its triple, features, and what its tiles may be made of. Of the matrix unit
# llvm-mca 22 expects nearly twice as much as there is: it is left out.
CPUS = {
    "znver3": ("x86_64-linux-gnu", "", "avx2"),
    "znver4": ("x86_64-linux-gnu", "", "avx512"),
    "sapphirerapids": ("x86_64-linux-gnu", ",-amx-int8", "avx512"),
    "neoverse-v2": ("aarch64-linux-gnu", "", "neon"),
}
MCA = os.environ.get("LLVM_MCA") or shutil.which("llvm-mca-22") or "llvm-mca"
SHAPE = (784, 128, 1152)
ITERATIONS = 100
WIDTHS = {"z": 512, "y": 256, "x": 128}


def vector_bits(operands):
    """The width of the widest register among the operands."""
    found = re.findall(r"%([xyz])mm", operands)
    return max((WIDTHS[letter] for letter in found), default=128)


def macs_of(strategy, pair, instructions):
    """Multiply-adds of a list of (mnemonic, operands), by the instructions that do
    them: a count of bits, a product of bytes, a lookup of partial sums."""
    w, a = modules.bits_of(pair)
    names = {name for name, _ in instructions}
    total = 0.0
    for name, operands in instructions:
        bits = vector_bits(operands)
        if strategy == "popcount":
            if name.startswith("vpopcnt") or name == "cnt":
                total += bits / (w * a)
            elif name in ("vpshufb", "pshufb"):  # counts of 4 bits, looked up
                total += bits / 2 / (w * a)
        elif strategy == "integer":
            if name in ("vpdpbusd", "vpdpbssd", "udot", "usdot", "sdot"):
                total += bits / 8
            elif name in ("vpmaddubsw", "pmaddubsw"):
                total += bits / 8
            elif name in ("vpmaddwd", "pmaddwd", "vpdpwssd"):
                # Behind products of bytes it adds their halves up.
                if not names & {"vpmaddubsw", "pmaddubsw"}:
                    total += bits / 16
            elif name in ("ummla", "smmla", "usmmla"):
                total += 32
        elif strategy == "lookup":
            # A byte holds 4 rows of a column; a table byte of two columns counts twice.
            columns = 2 if w == a == 1 else 1
            if name in ("vpshufb", "pshufb", "tbl"):
                total += bits / 8 * 4 * columns / min(w, a)
            elif name == "vpermb":
                total += bits / 8 * 6 * columns / min(w, a)
    return total


def loops(assembly):
    """The innermost loops of an assembly text, each a list of its lines."""
    # "# comment" on x86, "// comment" on AArch64, where # stands before numbers.
    lines = [re.split(r"\s# |\s//|^# ", line)[0].rstrip() for line in assembly.splitlines()]
    labels = {match[1]: number for number, line in enumerate(lines)
              if (match := re.match(r"(\.L\w+):", line))}
    found = []
    for number, line in enumerate(lines):
        target = re.search(r"(\.L\w+)$", line)
        if target and re.match(r"\s+(j\w+|b\.?\w*|cbn?z|tbn?z)\s", line):
            start = labels.get(target[1], number + 1)
            if start < number:
                found.append((start, number))
    inner = [(s, e) for s, e in found if not any(s <= s2 and e2 <= e and (s, e) != (s2, e2)
                                                 for s2, e2 in found)]
    return [[line for line in lines[s + 1:e + 1]
             if line.startswith("\t") and not line.lstrip().startswith(".")] for s, e in inner]


def split(line):
    name, _, operands = line.strip().removeprefix("{vex}").strip().partition("\t")
    return name, operands


def hot_loop(assembly, strategy, pair):
    """(multiply-adds of one iteration, lines) of the loop that does the most."""
    rated = [(macs_of(strategy, pair, [split(line) for line in loop]), loop)
             for loop in loops(assembly)]
    return max(rated, key=lambda entry: entry[0], default=(0, []))


def cycles_of(loop, cpu, folder):
    """Cycles of one iteration."""
    source = os.path.join(folder, "loop.s")
    with open(source, "w") as out:
        out.write("\n".join(loop) + "\n")
    report = process.run([MCA, f"-mtriple={CPUS[cpu][0]}", f"-mcpu={cpu}",
                          f"-iterations={ITERATIONS}", source]).stdout
    return int(re.search(r"Total Cycles:\s+(\d+)", report)[1]) / ITERATIONS


def assemble(shape, strategy, pair, cpu, folder):
    """The assembly text of a packed product, without anything that packs; None if
    there is no such product for this CPU."""
    triple, features, machine = CPUS[cpu]
    source, assembly = (os.path.join(folder, name) for name in ("product.mlir", "product.s"))
    text = tiles.product(shape, pair, strategy, machine)
    if not text and strategy == "lookup":
        return None
    with open(source, "w") as out:
        out.write(text or modules.packed_product(*shape, pair, strategy))
    process.run([ours.DRIVER, "compile", source, "--emit=asm", f"--target={triple}:{cpu}{features}",
                 "-o", assembly])
    with open(assembly) as text:
        return text.read()


def predict(shape, strategy, pair, cpu, folder):
    """Multiply-adds in a cycle; None if there is no such product for this CPU."""
    assembly = assemble(shape, strategy, pair, cpu, folder)
    if not assembly:
        return None
    macs, loop = hot_loop(assembly, strategy, pair)
    return macs / cycles_of(loop, cpu, folder) if macs else None


def rows(pairs, folder, records=(), cpus=tuple(CPUS)):
    """A row for each pair and strategy; what was measured stands behind."""
    m, n, k = SHAPE
    measured = {(r["pair"], r["strategy"]): r for r in records
                if r["work"] == "packed product" and r["engine"] == "dorefa"
                and r["shape"] == f"{m}x{n}x{k}"}
    counted = any(r["mac_per_cycle"] for r in measured.values())
    head = ["pair", "strategy", *(f"{cpu}, predicted MAC/cycle" for cpu in cpus)]
    if measured:
        head.append("measured here, " + ("MAC/cycle" if counted else "GOPS"))
    found = [head]
    for pair in pairs:
        for strategy in ours.STRATEGIES[:-1]:
            rates = [predict(SHAPE, strategy, pair, cpu, folder) for cpu in cpus]
            if not any(rates):
                continue
            row = [pair, strategy, *(f"{rate:.0f}" if rate else "" for rate in rates)]
            if measured:
                here = measured.get((pair, strategy))
                rate = here and here["mac_per_cycle" if counted else "gops"]
                row.append(f"{rate:.0f}" if rate else "")
            found.append(row)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", default=",".join(works.PAIRS))
    parser.add_argument("--cpus", default=",".join(CPUS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(table.as_text(rows(options.pairs.split(","), folder,
                                 cpus=options.cpus.split(","))))


if __name__ == "__main__":
    main()
