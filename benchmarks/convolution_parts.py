# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times a quantized convolution whole, from codes on, and its product alone.

    python3 -m benchmarks.convolution_parts [--pairs=W1A2,..] [--rounds=N]

Of one image, one thread, weights laid out ahead: from floats to floats; from codes in
bytes to floats, without what reads and quantizes floats; and the product of operands
in the form of tiles, without what packs codes, makes tables of them, corrects sums
and makes them floats. The least time of all rounds, in turns.
"""

import argparse
import os
import tempfile

from . import machine, modules, ours, table, tiles
from .packed_products import PAIRS
from .works import CONVOLUTIONS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", default=",".join(PAIRS))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(machine.describe(ours.OPT) + "; 1 thread\n", flush=True)
    here = tiles.machine_here(open("/proc/cpuinfo").read().split())
    rows = [["shape", "pair", "whole, us", "from codes, us", "product, us",
             "reading and quantizing", "packing and sums", "product"]]
    with tempfile.TemporaryDirectory() as folder:
        for shape in CONVOLUTIONS:
            size, channels, filters, kernel, stride = shape
            matrix = ((-(-size // stride)) ** 2, filters, channels * kernel * kernel)
            calls = max(20, int(2e10 / (matrix[0] * matrix[1] * matrix[2])))
            for pair in options.pairs.split(","):
                parts = {"whole": (modules.convolution(*shape, pair), "conv"),
                         "codes": (modules.convolution(*shape, pair, of_codes=True), "conv"),
                         "product": (tiles.product(matrix, pair, PAIRS[pair], here), "product")}
                least = {}
                for _ in range(options.rounds):
                    for name, (text, entry) in parts.items():
                        file = os.path.join(folder, f"{name}.mlir")
                        with open(file, "w") as out:
                            out.write(text)
                        frozen = ["--freeze"] if entry == "conv" else []
                        report, _ = ours.run(file, entry, 1, calls, *frozen)
                        least[name] = min(least.get(name, 1e9), report["seconds_min"])
                whole, codes, product = (least[name] for name in parts)
                name = "x".join(map(str, shape[:4])) + (f"/{stride}" if stride != 1 else "")
                rows.append([name, pair, *(f"{part * 1e6:.1f}" for part in (whole, codes, product)),
                             *(f"{part / whole:.0%}" for part in
                               (whole - codes, codes - product, product))])
    print(table.as_text(rows))


if __name__ == "__main__":
    main()
