#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times products of operands in the form of a tile, beside kernels written by hand.

    benchmarks/packed_products.py --limits=SOURCE.cpp [--target=CPU] [--pairs=W1A2,..]
        [--shapes=0,1,..] [--rounds=N] [--json=FILE]

A product of a matrix of rows and one of panels is compiled for CPU (host), one
thread, and takes turns with the kernels of a C++ program, which is compiled here
(it takes --pairs, --shapes, --rounds and --json). Neither one's packing is timed.
The table shows the share of the hand-written kernel's speed that ours reaches,
median of the rounds over median of the rounds.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("DOREFA_BIN", os.path.join(ROOT, "build", "bin"))

# Pixels, channels, depth: a square, then ResNet-18's convolutions as matrices.
SHAPES = [(1024, 1024, 1024), (3136, 64, 576), (784, 128, 1152), (196, 256, 2304),
          (49, 512, 4608)]
PAIRS = {"W1A1": "lookup", "W1A2": "lookup", "W1A4": "lookup", "W1A6": "lookup",
         "W2A2": "lookup", "W2A4": "lookup", "W2A6": "lookup", "W4A4": "integer",
         "W8A8": "integer"}
FEATURES = {256: "avx2,ssse3", 512: "avx512bw,avx512vnni,avx512vl,avx2,ssse3"}


def matmul(m, n, k, pair, strategy):
    """The product of words that a tile's form is chosen for."""
    w, a = int(pair[1]), int(pair[3])
    in_bytes = strategy == "integer"
    count, planes = (-(-k // 4), (1, 1)) if in_bytes else (-(-k // 32), (a, w))
    left = f"tensor<{m}x{count}x{planes[0]}xi32>"
    right = f"tensor<{count}x{planes[1]}x{n}xi32>"
    attribute = (f"byte_bits = array<i64: {a}, {w}>" if in_bytes
                 else f"strategy = #bitserial.strategy<{strategy}>")
    out = f"tensor<{m}x{n}xi32>"
    return f"""
func.func @f(%a: {left}, %b: {right}, %c: {out}) -> {out} {{
  %r = bitserial.matmul ins(%a, %b : {left}, {right}) outs(%c : {out}) {{{attribute}}} -> {out}
  return %r : {out}
}}
"""


def packed_module(shape, pair, strategy, bits):
    """A function of rows and panels, in the form that the compiler chooses."""
    m, n, k = shape
    text = subprocess.run(
        [f"{BIN}/dorefa-opt", "-", f"--bitserial-tile-products=vector-bits={bits} features={FEATURES[bits]}"],
        input=matmul(m, n, k, pair, strategy), text=True, check=True, stdout=subprocess.PIPE).stdout
    found = re.search(
        r"bitserial\.tile_product ins\(%\S+, %\S+ : tensor<[?\d]+x1x(\d+)xi8>, (tensor<\S+>)\).*?(\{.*\}) ->", text)
    if not found:
        return None
    row_bytes, panels, attributes = found.groups()
    rows = -(-m // 2) if "form<pairs" in attributes else m
    left, out = f"tensor<{rows}x1x{row_bytes}xi8>", f"tensor<{m}x1x1x1x{n}xi32>"
    return f"""
func.func @product(%rows: {left}, %panels: {panels}) -> {out} {{
  %empty = tensor.empty() : {out}
  %sums = bitserial.tile_product ins(%rows, %panels : {left}, {panels}) outs(%empty : {out})
      {attributes} -> {out}
  return %sums : {out}
}}
"""


def measure(file, target, folder, repeat):
    report = os.path.join(folder, "report.json")
    subprocess.run([f"{BIN}/dorefa-run", "bench", file, "--entry=product", "--threads=1",
                    f"--repeat={repeat}", f"--target={target}", f"--json={report}"],
                   check=True, stdout=subprocess.DEVNULL)
    with open(report) as out:
        return json.load(out)["seconds_median"]


def measure_limit(program, pair, number, folder):
    report = os.path.join(folder, "limit.json")
    subprocess.run([program, "--pairs", pair, "--shapes", str(number), "--rounds", "5", "--json", report],
                   check=True, stdout=subprocess.DEVNULL)
    with open(report) as out:
        return min(entry["seconds_median"] for entry in json.load(out))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limits", required=True)
    parser.add_argument("--target", default="host")
    parser.add_argument("--vector-bits", type=int, default=256, choices=(256, 512))
    parser.add_argument("--pairs", default=",".join(PAIRS))
    parser.add_argument("--shapes", default="0,1,2,3,4")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--strategy")
    parser.add_argument("--json")
    options = parser.parse_args()
    records = []
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "limits")
        subprocess.run(["clang++-22", "-O3", "-march=native", "-std=c++17", options.limits, "-o", program],
                       check=True)
        work = []
        for pair in options.pairs.split(","):
            for number in map(int, options.shapes.split(",")):
                strategy = options.strategy or PAIRS[pair]
                text = packed_module(SHAPES[number], pair, strategy, options.vector_bits)
                if not text:
                    print(f"{pair} has no form of the strategy {strategy}", file=sys.stderr)
                    continue
                file = os.path.join(folder, f"{pair}-{number}.mlir")
                with open(file, "w") as out:
                    out.write(text)
                work.append((pair, number, strategy, file, [], []))
        for _ in range(options.rounds):
            for pair, number, _, file, ours, limit in work:
                m, n, k = SHAPES[number]
                repeat = max(10, int(2e9 / (m * n * k)))
                ours.append(measure(file, options.target, folder, repeat))
                limit.append(measure_limit(program, pair, number, folder))
    for pair, number, strategy, _, ours, limit in work:
        m, n, k = SHAPES[number]
        mine, theirs = statistics.median(ours), statistics.median(limit)
        records.append({"pair": pair, "shape": [m, n, k], "strategy": strategy, "target": options.target,
                        "gops": 2e-9 * m * n * k / mine, "limit_gops": 2e-9 * m * n * k / theirs,
                        "share": theirs / mine})
        print(f"{pair} {m}x{n}x{k} {strategy}: {2e-9 * m * n * k / mine:.0f} GOPS, "
              f"by hand {2e-9 * m * n * k / theirs:.0f}, {100 * theirs / mine:.0f} %")
    if records:
        shares = [record["share"] for record in records]
        print(f"median {100 * statistics.median(shares):.0f} %, least {100 * min(shares):.0f} %")
    if options.json:
        with open(options.json, "w") as out:
            json.dump(records, out, indent=1)


if __name__ == "__main__":
    main()
