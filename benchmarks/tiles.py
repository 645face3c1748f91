# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of operands that are packed in the form of a tile, as the compiler
chooses it: nothing but the product is in the function."""

import re
import subprocess

from . import modules, ours

AVX2 = "avx2,ssse3"
AVX512 = f"avx512bw,avx512vnni,avx512vl,avx512vpopcntdq,{AVX2}"
# What a tile may be made of: width of the vectors, features.
MACHINES = {"neon": (128, "neon,dotprod"), "avx2": (256, AVX2), "avx512": (512, AVX512),
            "amx": (512, f"amx-int8,{AVX512}")}


def machine_here(flags, allowed="all"):
    """The machine that this one is, by the flags of /proc/cpuinfo, or as much of it
    as is allowed."""
    if allowed != "all":
        return allowed
    for name, flag in (("amx", "amx_int8"), ("avx512", "avx512bw"), ("avx2", "avx2")):
        if flag in flags:
            return name
    return "neon"


def product(shape, pair, strategy, machine):
    """@product: a matrix of rows and one of panels. None where the strategy has no
    tiles on this machine: its words are those of modules.packed_product."""
    m, n, k = shape
    width, features = MACHINES[machine]
    done = subprocess.run(
        [ours.OPT, "-", f"--bitserial-tile-products=vector-bits={width} features={features}"],
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
