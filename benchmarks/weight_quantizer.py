#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times the quantizer of power-of-two weights against reading the weights.

    python3 -m benchmarks.weight_quantizer [--threads=N] [--rounds=N]

The exact scan tries a few exponents; each may take three times as long as reading
the weights once or twice, which is three to six readings. What reads is a reduction
of the same tensor, the maximum of |w|, compiled by the same pipeline. Prints the
medians of reading, of the search for the scale and of the whole quantizer, which
writes the codes too, and how many readings each exponent takes. Weights are uniform
in [-1, 1), which leaves two exponents to try. Needs a build (scripts/build).
"""

import argparse
import os
import statistics
import sys
import tempfile

import numpy as np

from . import machine, ours, table

sys.path.insert(0, os.path.join(ours.ROOT, "python"))
from dorefa.model import pow2  # noqa: E402  (the path comes first)

# In L2, in a shared cache, in memory: 64 KiB to 36 MiB of floats.
SIZES = ((64, 256), (256, 2304), (4096, 2304))
# Weights that a process reads while it is timed, and calls at least.
READ, CALLS = 100_000_000, 50


def module(rows, columns, bits):
    weights = f"tensor<{rows}x{columns}xf32>"
    codes = f"tensor<{rows}x{columns}x!dorefa.code<{bits}, pow2>>"
    return f"""
func.func @quantize(%w: {weights}) -> ({codes}, tensor<f32>) {{
  %codes, %scale = dorefa.quantize_weight %w : {weights} -> {codes}, tensor<f32>
  return %codes, %scale : {codes}, tensor<f32>
}}
func.func @search(%w: {weights}) -> tensor<f32> {{
  %codes, %scale = dorefa.quantize_weight %w : {weights} -> {codes}, tensor<f32>
  return %scale : tensor<f32>
}}
func.func @read(%w: {weights}) -> tensor<i32> {{
  %zero = arith.constant dense<0> : tensor<i32>
  %most = linalg.generic {{
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}} ins(%w : {weights}) outs(%zero : tensor<i32>) {{
    ^bb0(%x: f32, %sofar: i32):
      %magnitude = math.absf %x : f32
      %bits = arith.bitcast %magnitude : f32 to i32
      %larger = arith.maxsi %sofar, %bits : i32
      linalg.yield %larger : i32
  }} -> tensor<i32>
  return %most : tensor<i32>
}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(machine.describe(ours.OPT) + f"; {options.threads} threads\n", flush=True)
    rows = [["weights", "bits", "exponents", "read, us", "search, us", "quantize, us",
             "readings an exponent", "with codes"]]
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            sample = np.random.default_rng(1).uniform(-1, 1, size).astype(np.float32)
            tried = len(pow2.candidate_exponents(np.abs(sample)))
            calls = max(READ // sample.size, CALLS)
            for bits in (2, 4, 6):
                file = os.path.join(folder, "quantizer.mlir")
                with open(file, "w") as out:
                    out.write(module(*size, bits))
                seconds = {"read": [], "search": [], "quantize": []}
                for _ in range(options.rounds):
                    for entry, times in seconds.items():
                        report, _ = ours.run(file, entry, options.threads, calls)
                        times.append(report["seconds_median"])
                read, *others = (statistics.median(times) for times in seconds.values())
                rows.append([f"{sample.size:,}", str(bits), str(tried),
                             *(f"{time * 1e6:.1f}" for time in (read, *others)),
                             *(f"{time / read / tried:.2f}" for time in others)])
    print(table.as_text(rows))


main()
