# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles product kernels to PTX, for a machine that has a GPU but no LLVM.

    pack_kernels.py FOLDER [--chip=sm_80] [--only=TEXT]

writes FOLDER/kernels.txt, which tells dorefa-gpu-check what to launch, the PTX
beside it, and of every checked kernel its operands and the sums that NumPy gives.
dorefa-opt and LLVM's tools are taken from the path. Kernels of warpgroups are for
sm_90a whatever the chip, and dorefa-gpu-check leaves them out on another GPU.

A line of kernels.txt:

    check|time|pair NAME STRATEGY LHS_BITS RHS_BITS ROWS DEPTH COLUMNS
        LHS_WORDS RHS_WORDS SUMS  GRID(3) BLOCK(3) SHARED_BYTES ENTRY
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LAUNCHES = ("--canonicalize", "--cse", "--gpu-launch-sink-index-computations", "--gpu-kernel-outlining",
            "--bitserial-bound-occupancy")
BINARY = ("builtin.module(gpu-lower-to-nvvm-pipeline{{cubin-chip={chip} cubin-features=+ptx80 "
          "cubin-format=isa opt-level=3 kernel-bare-ptr-calling-convention=1 "
          "host-bare-ptr-calling-convention=1}})")


@dataclass
class Product:
    """A matrix product or, with `taps`, a convolution of NHWC images."""

    name: str
    strategy: str  # loop, tensor or warpgroup
    bits: tuple
    rows: int = 0
    depth: int = 0  # codes
    columns: int = 0
    in_bytes: bool = False
    image: tuple = ()  # N, H, W, C as the valid convolution sees it
    taps: int = 0
    checked: bool = False
    of_pairs: bool = False  # a number of a table of all pairs
    largest: bool = False

    @property
    def kind(self):
        return "check" if self.checked else "pair" if self.of_pairs else "time"

    def chip(self, chip):
        return "sm_90a" if self.strategy == "warpgroup" else chip

    @property
    def per_word(self):
        return 4 if self.in_bytes else 32

    @property
    def planes(self):
        return (1, 1) if self.in_bytes else self.bits

    def shapes(self):
        """Of the words of both sides and of the sums."""
        p, q = self.planes
        if not self.taps:
            words = -(-self.depth // self.per_word)
            return (self.rows, words, p), (words, q, self.columns), (self.rows, self.columns)
        n, h, w, c = self.image
        k, words = self.taps, -(-c // self.per_word)
        return ((n, h, w, 1, words, p), (1, k, k, words, q, self.columns),
                (n, h - k + 1, w - k + 1, 1, self.columns))

    def sizes(self):
        """Rows, depth in codes and columns of the matrix product."""
        if not self.taps:
            return self.rows, self.depth, self.columns
        n, h, w, c = self.image
        k = self.taps
        return n * (h - k + 1) * (w - k + 1), k * k * c, self.columns

    def module(self):
        lhs, rhs, sums = (f"memref<{'x'.join(map(str, shape))}xi32>" for shape in self.shapes())
        op = "conv2d" if self.taps else "matmul"
        a, b = self.bits
        attributes = f"{{byte_bits = array<i64: {a}, {b}>}}" if self.in_bytes else ""
        return (f"func.func @f(%lhs: {lhs}, %rhs: {rhs}, %sums: {sums}) {{\n"
                f"  bitserial.{op} ins(%lhs, %rhs : {lhs}, {rhs}) outs(%sums : {sums}) {attributes}\n"
                "  return\n}\n")


def checks():
    """Odd sizes, one element, several tiles, largest codes; each pair of bits."""
    for strategy in ("tensor", "warpgroup"):
        yield Product(f"one-{strategy}", strategy, (1, 1), 1, 1, 1, largest=True, checked=True)
        yield Product(f"tiles-{strategy}", strategy, (1, 1), 300, 4096, 520, checked=True)
    for strategy in ("tensor", "warpgroup", "loop"):
        for a in range(1, 9):
            for b in range(1, 9):
                yield Product(f"pair{a}{b}", strategy, (a, b), 45, 321, 70, checked=True)
    for strategy in ("tensor", "warpgroup", "loop"):
        yield Product(f"odd-{strategy}", strategy, (2, 1), 77, 1000, 131, checked=True)
        yield Product(f"bytes-{strategy}", strategy, (8, 8), 77, 999, 131, in_bytes=True, checked=True)
        yield Product(f"largest-{strategy}", strategy, (8, 8), 33, 4096, 65, in_bytes=True,
                      largest=True, checked=True)
        yield Product(f"planes-{strategy}", strategy, (3, 6), 33, 2048, 65, largest=True, checked=True)
        yield Product(f"conv-{strategy}", strategy, (2, 1), columns=65, image=(3, 9, 11, 96), taps=3,
                      checked=True)
    yield Product("vector", "loop", (1, 2), 1, 4096, 1000, checked=True)


def timings():
    # What is compared with others comes before the pairs, which are many.
    for size in (4096, 8192):
        cube = dict(rows=size, depth=size, columns=size)
        for strategy in ("tensor", "warpgroup"):
            yield Product(f"{size}^3", strategy, (1, 1), **cube)
        for strategy in ("tensor", "warpgroup", "loop"):
            yield Product(f"{size}^3", strategy, (8, 8), in_bytes=True, **cube)
    yield Product("vector-4096", "loop", (1, 2), 1, 4096, 4096)
    for side, channels in ((56, 64), (28, 128), (14, 256), (7, 512)):
        for bits, in_bytes in (((2, 1), False), ((4, 4), True)):
            for strategy in ("tensor", "warpgroup"):
                yield Product(f"resnet18-{side}x{side}x{channels}", strategy, bits, columns=channels,
                              image=(64, side + 2, side + 2, channels), taps=3, in_bytes=in_bytes)
    for strategy in ("tensor", "warpgroup"):
        yield Product("gemm-64x1024x1024", strategy, (2, 1), 64, 1024, 1024)
        yield Product("conv-16x16x1024", strategy, (2, 1), columns=1024, image=(1, 18, 18, 1024), taps=3)
    # All pairs of planes, those of least work first. As bytes, all pairs are one product.
    pairs = sorted(((a, b) for a in range(1, 9) for b in range(1, 9)), key=lambda pair: pair[0] * pair[1])
    for strategy in ("tensor", "warpgroup", "loop"):
        for bits in pairs:
            for size in (4096, 8192):
                yield Product(f"{size}^3", strategy, bits, size, size, size, of_pairs=True)


def run(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def compile_kernel(product, chip):
    """PTX, entry point, grid, block and bytes of shared memory."""
    ir = run(["dorefa-opt", f"--convert-bitserial-to-gpu=chip={chip} strategy={product.strategy}",
              "--convert-bitserial-to-nvvm", *LAUNCHES], product.module())
    # The runner passes the operands in this order, and nothing else.
    if not re.search(r"args\(%arg0 : memref<[^>]*>, %arg1 : memref<[^>]*>, %arg2 : memref<[^>]*>\)", ir):
        sys.exit(f"{product.name}: a kernel with other arguments than its operands")
    grid, block = ([int(n) for n in re.search(rf"{name} = array<i32: ([\d, ]+)>", ir).group(1).split(",")]
                   for name in ("known_grid_size", "known_block_size"))
    shared = re.search(r"dynamic_shared_memory_size %c(\d+)_i32", ir)
    entry = re.search(r"gpu\.func @(\w+)", ir).group(1)
    ir = run(["mlir-opt", f"--pass-pipeline={BINARY.format(chip=chip)}"], ir)
    text = re.search(r'"((?:[^"\\]|\\.)*\.version(?:[^"\\]|\\.)*)"', ir).group(1)
    ptx = re.sub(r"\\([0-9A-Fa-f]{2})", lambda m: chr(int(m.group(1), 16)), text).rstrip("\0")
    return ptx, entry, grid, block, int(shared.group(1)) if shared else 0


def packed(codes, axis, product, bits):
    """The words of `codes` along `axis`, as bitserial.pack has them."""
    codes = np.moveaxis(codes, axis, -1).astype(np.uint64)
    fill = -codes.shape[-1] % product.per_word
    codes = np.concatenate([codes, np.zeros((*codes.shape[:-1], fill), np.uint64)], -1)
    words = codes.reshape(*codes.shape[:-1], -1, product.per_word)
    if product.in_bytes:
        planes = (words << np.arange(0, 32, 8, dtype=np.uint64)).sum(-1)[..., None]
    else:
        places = np.arange(32, dtype=np.uint64)
        planes = np.stack([((words >> np.uint64(p) & np.uint64(1)) << places).sum(-1)
                           for p in range(bits)], -1)
    return np.moveaxis(planes, (-2, -1), (axis, axis + 1)).astype("<u4")


def write_data(product, folder, stem, random):
    """Operands and expected sums, one file behind the other."""
    a, b = product.bits
    make = ((lambda shape, bits: np.full(shape, 2**bits - 1)) if product.largest
            else (lambda shape, bits: random.integers(0, 2**bits, shape)))
    if not product.taps:
        lhs, rhs = make((product.rows, product.depth), a), make((product.depth, product.columns), b)
        # Whole numbers below 2^53, as NumPy multiplies integers without BLAS.
        sums = (lhs.astype(np.float64) @ rhs.astype(np.float64)).astype(np.int64)
        words = packed(lhs, 1, product, a), packed(rhs, 0, product, b)
    else:
        n, h, w, c = product.image
        k = product.taps
        lhs, rhs = make((n, h, w, 1, c), a), make((1, k, k, c, product.columns), b)
        sums = sum(np.einsum("nyxgc,gcf->nyxgf", lhs[:, i:i + h - k + 1, j:j + w - k + 1], rhs[:, i, j])
                   for i in range(k) for j in range(k))
        words = packed(lhs, 4, product, a), packed(rhs, 3, product, b)
    data = b"".join(np.ascontiguousarray(x).tobytes() for x in (*words, sums.astype("<i4")))
    (folder / f"{stem}.data").write_bytes(data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--chip", default="sm_80")
    parser.add_argument("--only", default="", help="products whose names contain this text")
    options = parser.parse_args()
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    lines = []
    products = [product for product in [*checks(), *timings()] if options.only in product.name]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        kernels = pool.map(lambda product: compile_kernel(product, product.chip(options.chip)), products)
    for product, (ptx, entry, grid, block, shared) in zip(products, kernels):
        stem = f"kernel{len(lines)}"
        (folder / f"{stem}.ptx").write_text(ptx)
        if product.checked:
            write_data(product, folder, stem, random)
        strategy = product.strategy + ("-bytes" if product.in_bytes else "-bits")
        counts = [int(np.prod(shape)) for shape in product.shapes()]
        lines.append(" ".join(map(str, [
            product.kind, product.name, strategy, *product.bits,
            *product.sizes(), *counts, *grid, *block, shared, entry])))
    # Last: a folder without it is one that was not finished.
    (folder / "kernels.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
