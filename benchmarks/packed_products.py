# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times products of operands in the form of a tile, beside kernels written by hand.

    python3 -m benchmarks.packed_products --limits=SOURCE.cpp [--target=CPU]
        [--machine=NAME] [--pairs=W1A2,..] [--shapes=0,1,..] [--rounds=N] [--json=FILE]
        [--strategy=NAME]

A product of a matrix of rows and one of panels is compiled for CPU (host), one
thread, and takes turns with the kernels of a C++ program, which is compiled here
for the same CPU (it takes --pairs, --shapes, --rounds and --json). Neither one's packing
is timed.
The table shows the share of the hand-written kernel's speed that ours reaches: the
fastest call of all rounds over the fastest one, and, of each round's fastest calls,
the median of the shares. On a machine that others share a call is never faster than
the code, and often slower: medians of calls compare neighbours.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile

from . import ours, process, tiles
from .peers import COMPILER
from .works import GEMMS

PAIRS = {"W1A1": "lookup", "W1A2": "lookup", "W1A4": "lookup", "W1A6": "lookup",
         "W2A2": "lookup", "W2A4": "lookup", "W2A6": "lookup", "W4A4": "integer",
         "W8A8": "integer"}


def by_hand(program, pair, number, folder):
    """The least seconds of the fastest kernel of the C++ program."""
    report = os.path.join(folder, "limit.json")
    process.run([program, "--pairs", pair, "--shapes", str(number), "--rounds", "5", "--json", report])
    with open(report) as out:
        return min(entry["seconds_min"] for entry in json.load(out))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limits", required=True)
    parser.add_argument("--target", default="host")
    parser.add_argument("--machine", default="avx2", choices=list(tiles.MACHINES),
                        help="what the tiles may be made of")
    parser.add_argument("--pairs", default=",".join(PAIRS))
    parser.add_argument("--shapes", default="0,1,2,3,4")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--strategy")
    parser.add_argument("--json")
    options = parser.parse_args()
    ours.target = options.target
    records = []
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "limits")
        cpu = "native" if options.target == "host" else options.target
        process.run([COMPILER, "-O3", f"-march={cpu}", "-std=c++17", options.limits, "-o", program])
        work = []
        for pair in options.pairs.split(","):
            for number in map(int, options.shapes.split(",")):
                strategy = options.strategy or PAIRS[pair]
                text = tiles.product(GEMMS[number], pair, strategy, options.machine)
                if not text:
                    print(f"{pair} has no tiles of the strategy {strategy}", file=sys.stderr)
                    continue
                file = os.path.join(folder, f"{pair}-{number}.mlir")
                with open(file, "w") as out:
                    out.write(text)
                work.append((pair, number, strategy, file, [], []))
        for _ in range(options.rounds):
            for pair, number, _, file, mine, limit in work:
                m, n, k = GEMMS[number]
                report, _ = ours.run(file, "product", 1, max(10, int(2e9 / (m * n * k))))
                mine.append(report["seconds_min"])
                limit.append(by_hand(program, pair, number, folder))
    for pair, number, strategy, _, mine, limit in work:
        m, n, k = GEMMS[number]
        rates = [2e-9 * m * n * k / min(times) for times in (mine, limit)]
        paired = statistics.median(b / a for a, b in zip(mine, limit))
        records.append({"pair": pair, "shape": [m, n, k], "strategy": strategy, "target": options.target,
                        "gops": rates[0], "limit_gops": rates[1], "share": rates[0] / rates[1],
                        "share_median": paired})
        print(f"{pair} {m}x{n}x{k} {strategy}: {rates[0]:.0f} GOPS, by hand {rates[1]:.0f}, "
              f"{rates[0] / rates[1]:.0%}, by round {paired:.0%}")
    for kind, key in (("of the fastest", "share"), ("by round", "share_median")):
        shares = [record[key] for record in records]
        if shares:
            print(f"{kind}: median {statistics.median(shares):.0%}, least {min(shares):.0%}")
    if options.json:
        with open(options.json, "w") as out:
            json.dump(records, out, indent=1)


if __name__ == "__main__":
    main()
