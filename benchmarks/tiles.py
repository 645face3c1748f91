# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of operands that are packed in the form of a tile, as the compiler
chooses it: nothing but the product is in the function."""

import re
import subprocess

from . import modules, ours

# Width of the vectors: what a tile may be made of.
FEATURES = {128: "neon,dotprod", 256: "avx2,ssse3",
            512: "avx512bw,avx512vnni,avx512vl,avx512vpopcntdq,avx2,ssse3"}


def width_here(flags):
    """The width of this machine's vectors, by the flags of /proc/cpuinfo."""
    return 512 if "avx512bw" in flags else 256 if "avx2" in flags else 128


def product(shape, pair, strategy, width):
    """@product: a matrix of rows and one of panels. None where the strategy has no
    tiles at this width: its words are those of modules.packed_product."""
    m, n, k = shape
    done = subprocess.run(
        [ours.OPT, "-", f"--bitserial-tile-products=vector-bits={width} features={FEATURES[width]}"],
        input=modules.packed_product(m, n, k, pair, strategy), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    found = re.search(
        r"bitserial\.tile_product ins\(%\S+, %\S+ : tensor<[?\d]+x1x(\d+)xi8>, (tensor<\S+>)\).*?(\{.*\}) ->",
        done.stdout)
    if done.returncode or not found:
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
