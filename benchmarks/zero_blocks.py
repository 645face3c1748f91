#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times convolutions of frozen power-of-two weights of which blocks are zeros.

    python3 -m benchmarks.zero_blocks [--target=CPU,..] [--bits=2,..] [--activations=8]
        [--strategy=NAME] [--layers=0,..] [--against=DRIVER] [--rounds=N]

The weights are random, of them every second run of 64 channels, or 64 filters, set to
zero, or all. Fills take turns; the table has medians over the rounds, and what each
fill takes of the time of weights without such blocks. --against names another
`dorefa-run`, of a build to compare with, which takes its turns on the dense weights.
One thread. Needs a build (scripts/build).
"""

import argparse
import os
import statistics
import tempfile

from . import machine, ours, table

# Images, height and width, channels, filters, kernel.
LAYERS = ((8, 16, 128, 128, 3), (8, 8, 256, 256, 3), (64, 1, 1024, 1024, 1))
FILLS = ("dense", "channels", "filters", "zeros")
# Products that a process computes while it is timed.
PRODUCTS = 6e9


def module(layer, bits, activations, fill):
    """@f: a convolution of codes with weights, masked by what depends on them alone."""
    _, size, channels, filters, kernel = layer
    image = f"tensor<?x{size}x{size}x{channels}x!dorefa.code<{activations}, unipolar>>"
    weights = f"tensor<{filters}x{kernel}x{kernel}x{channels}x"
    out = f"tensor<?x{size}x{size}x{filters}xf32>"
    kept = {
        "dense": "%kept = arith.constant true",
        "zeros": "%kept = arith.constant false",
        "channels": "%c = linalg.index 3 : index\n%b = arith.divui %c, %run : index\n"
                    "%r = arith.remui %b, %two : index\n%kept = arith.cmpi eq, %r, %zero : index",
        "filters": "%c = linalg.index 0 : index\n%b = arith.divui %c, %run : index\n"
                   "%r = arith.remui %b, %two : index\n%kept = arith.cmpi eq, %r, %zero : index",
    }[fill]
    code = f"{weights}!dorefa.code<{bits}, pow2>>"
    pad = kernel // 2
    return f"""
func.func @f(%x: {image} {{dorefa.input}}, %w: {weights}f32> {{dorefa.parameter = "w"}})
    -> ({out} {{dorefa.output}}) {{
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %run = arith.constant 64 : index
  %nothing = arith.constant 0.0 : f32
  %init = tensor.empty() : {weights}f32>
  %masked = linalg.generic {{
      indexing_maps = [affine_map<(f, i, j, c) -> (f, i, j, c)>, affine_map<(f, i, j, c) -> (f, i, j, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
      ins(%w : {weights}f32>) outs(%init : {weights}f32>) {{
    ^bb0(%value: f32, %old: f32):
      {kept}
      %new = arith.select %kept, %value, %nothing : f32
      linalg.yield %new : f32
  }} -> {weights}f32>
  %codes, %scale = dorefa.quantize_weight %masked : {weights}f32> -> {code}, tensor<f32>
  %y = dorefa.conv2d %x, %codes filter_scale(%scale : tensor<f32>)
      {{pads = array<i64: {pad}, {pad}, {pad}, {pad}>}} : {image}, {code} -> {out}
  return %y : {out}
}}
"""


def seconds(layer, file, driver, strategy):
    images, size, channels, filters, kernel = layer
    products = images * size * size * channels * filters * kernel * kernel
    ours.DRIVER = driver
    report, _ = ours.run(file, "f", 1, max(10, int(PRODUCTS / products)), f"--batch={images}",
                         f"--strategy={strategy}", "--freeze", "--no-tuned")
    return report["seconds_min"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", default="host")
    parser.add_argument("--bits", default="2,3,4,5,6")
    parser.add_argument("--activations", type=int, default=8)
    parser.add_argument("--strategy", default="auto")
    parser.add_argument("--layers", default="0,1,2")
    parser.add_argument("--against", metavar="DRIVER")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    drivers = {"": ours.DRIVER}
    print(machine.describe(ours.OPT) + "; 1 thread\n", flush=True)
    if options.against:
        drivers["against"] = options.against
    rows = [["target", "layer", "bits", *(f"{fill}, us" for fill in FILLS),
             *(f"{fill}, of dense" for fill in FILLS[1:]), *(["dense, of other"] if options.against else [])]]
    with tempfile.TemporaryDirectory() as folder:
        for target in options.target.split(","):
            ours.target = target
            for number in map(int, options.layers.split(",")):
                layer = LAYERS[number]
                for bits in map(int, options.bits.split(",")):
                    runs = [(fill, "") for fill in FILLS]
                    if options.against:
                        runs.append(("dense", "against"))
                    times = {run: [] for run in runs}
                    for _ in range(options.rounds):
                        for (fill, driver), found in times.items():
                            file = os.path.join(folder, f"{fill}-{number}-{bits}.mlir")
                            with open(file, "w") as out:
                                out.write(module(layer, bits, options.activations, fill))
                            found.append(seconds(layer, file, drivers[driver], options.strategy))
                    medians = {run: statistics.median(found) for run, found in times.items()}
                    dense = medians["dense", ""]
                    row = [target, "x".join(map(str, layer)), str(bits)]
                    row += [f"{medians[fill, ''] * 1e6:.0f}" for fill in FILLS]
                    row += [f"{medians[fill, ''] / dense:.2f}" for fill in FILLS[1:]]
                    if options.against:
                        row.append(f"{dense / medians['dense', 'against']:.2f}")
                    rows.append(row)
    print(table.as_text(rows))


if __name__ == "__main__":
    main()
