# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products that run in tiles (lookup tables, nibbles, products of bytes), for
several targets, against NumPy: depths beside a word and beside a chunk, odd
sizes, a single element, nothing at all, strides, dilations, groups, and rows of
the largest codes, where sums of bytes and of 16 bits would overflow."""

import platform
from dataclasses import dataclass
from typing import Tuple

import numpy as np
import pytest
from compiled import Module, tool
import subprocess

TARGETS = ["host"]
if platform.machine() == "x86_64":
    TARGETS += ["x86-64-v3", "x86-64"]
WIDE = np.int64

# Bits of the lhs and the rhs, all that have tables.
LOOKUPS = [(p, q) for p in range(1, 7) for q in range(1, 7) if min(p, q) <= 2]
PLANES = [(1, 1), (1, 2), (3, 3), (6, 1), (4, 2), (8, 8)]
BYTES = [(4, 4), (8, 8), (8, 7), (7, 8), (1, 8), (6, 6), (8, 4), (7, 7), (6, 8)]


def words(codes, axis, bits, in_bytes):
    """The definition of bitserial.pack."""
    codes = np.moveaxis(codes, axis, 0).astype(np.uint32)
    per_word = 4 if in_bytes else 32
    codes = np.pad(codes, [(0, -len(codes) % per_word)] + [(0, 0)] * (codes.ndim - 1))
    if in_bytes:
        planes = [sum(codes[b::4] << np.uint32(8 * b) for b in range(4))]
    else:
        planes = [
            sum((codes[b::32] >> np.uint32(p) & 1) << np.uint32(b) for b in range(32))
            for p in range(bits)
        ]
    out = np.stack(planes, 1).astype(np.uint32).view(np.int32)
    return np.moveaxis(out, (0, 1), (axis, axis + 1))


def tensor(shape, element="i32"):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


@dataclass(frozen=True)
class Matmul:
    m: int
    k: int
    n: int
    transposed: bool = False
    dynamic: bool = False
    name = "matmul"

    def codes(self, draw, p, q):
        return draw((self.m, self.k), p), draw((self.k, self.n), q)

    def expected(self, a, b):
        return a.astype(WIDE) @ b.astype(WIDE)

    def pack(self, a, b, p, q, in_bytes):
        left = words(a, 1, p, in_bytes)
        if self.transposed:
            left = np.moveaxis(left, 0, 2)
        return left, words(b, 0, q, in_bytes)

    def types(self, left, right, out):
        left, out = list(left), list(out)
        if self.dynamic:
            left[2 if self.transposed else 0] = out[0] = "?"
        return tensor(left), tensor(right), tensor(out)

    @property
    def attributes(self):
        return ["transpose_lhs"] if self.transposed else []


@dataclass(frozen=True)
class Conv:
    n: int
    h: int
    w: int
    g: int
    c: int
    f: int
    kernel: Tuple[int, int] = (3, 3)
    strides: Tuple[int, int] = (1, 1)
    dilations: Tuple[int, int] = (1, 1)
    dynamic: bool = False
    name = "conv2d"

    def codes(self, draw, p, q):
        image = draw((self.n, self.h, self.w, self.g, self.c), p)
        return image, draw((self.g, *self.kernel, self.c, self.f), q)

    def expected(self, a, b):
        (sh, sw), (dh, dw), (kh, kw) = self.strides, self.dilations, self.kernel
        oh = (self.h - dh * (kh - 1) - 1) // sh + 1
        ow = (self.w - dw * (kw - 1) - 1) // sw + 1
        total = np.zeros((self.n, oh, ow, self.g, self.f), WIDE)
        for i, j in np.ndindex(kh, kw):
            window = a[:, i * dh :: sh, j * dw :: sw][:, :oh, :ow].astype(WIDE)
            total += np.einsum("nyxgc,gcf->nyxgf", window, b[:, i, j].astype(WIDE))
        return total

    def pack(self, a, b, p, q, in_bytes):
        return words(a, 4, p, in_bytes), words(b, 3, q, in_bytes)

    def types(self, left, right, out):
        left, out = list(left), list(out)
        if self.dynamic:
            left[0] = out[0] = "?"
        return tensor(left), tensor(right), tensor(out)

    @property
    def attributes(self):
        numbers = {"strides": self.strides, "dilations": self.dilations}
        return [f"{k} = array<i64: {v[0]}, {v[1]}>" for k, v in numbers.items()]


# Every pair of bits gets one of these in turn, so that each is met by several.
SHAPES = [
    Matmul(1, 1, 1),
    Conv(2, 5, 4, 1, 33, 19, (3, 2)),
    Matmul(3, 33, 37, transposed=True),
    Conv(1, 9, 10, 3, 5, 4, (3, 3), (1, 2), (2, 3)),
    Matmul(7, 70, 130, dynamic=True),
    Conv(3, 7, 8, 1, 40, 9, dynamic=True),
    Matmul(5, 1500, 3),
    Conv(1, 6, 6, 1, 64, 70, (3, 3), (2, 2)),
    Matmul(0, 32, 8, dynamic=True),
    Conv(5, 1, 1, 1, 96, 33, (1, 1), dynamic=True),
    Conv(2, 4, 3, 2, 64, 5, (1, 1)),
    Matmul(83, 1030, 70),  # more than a block of rows, several panels
]
KINDS = {"lookup": LOOKUPS, "popcount": PLANES, "bytes": BYTES}
# A matrix unit reads pixels of these in place: rows of a tile cross the padding, the
# last tile overlaps the one before it, sums of several chunks add up; where all
# images are one run, some are shorter than a tile or than a half, and tiles are stored
# as they are where no column is left over.
IN_PLACE = [
    Conv(2, 12, 11, 1, 64, 40),
    Conv(1, 8, 8, 1, 520, 20, dynamic=True),
    Conv(1, 9, 10, 2, 64, 8, (3, 2)),
    Conv(3, 16, 4, 1, 33, 33, (1, 1), dynamic=True),
    Conv(1, 13, 14, 1, 70, 5, (3, 3), (1, 1), (2, 3)),
    Conv(3, 6, 7, 1, 64, 160, (3, 3)),
    Matmul(75, 64, 64),
    Matmul(23, 260, 32, dynamic=True),
    Matmul(2, 100, 96, dynamic=True),
    Matmul(41, 5000, 32, dynamic=True),
    Conv(37, 3, 3, 1, 64, 50, dynamic=True),
    Conv(2, 5, 5, 2, 64, 32, (1, 1), dynamic=True),
]


def product(number, shape, p, q, kind):
    """(arguments, lines, result) of a function's text, and what to call it on."""
    in_bytes = kind == "bytes"
    zeros = lambda size, bits: np.zeros(size, np.uint8)  # noqa: E731
    a, b = shape.codes(zeros, p, q)
    left, right = shape.pack(a, b, p, q, in_bytes)
    types = shape.types(left.shape, right.shape, shape.expected(a, b).shape)
    attributes = list(shape.attributes)
    if in_bytes:
        attributes.append(f"byte_bits = array<i64: {p}, {q}>")
    else:
        attributes.append(f"strategy = #bitserial.strategy<{kind}>")
    names = [f"%{letter}{number}" for letter in "abs"]
    line = (
        f"  %r{number} = bitserial.{shape.name} ins({names[0]}, {names[1]} : {types[0]}, "
        f"{types[1]}) outs({names[2]} : {types[2]}) {{{', '.join(attributes)}}} -> {types[2]}"
    )
    return list(zip(names, types)), line, (f"%r{number}", types[2])


def each_pair(kind):
    return [
        (SHAPES[(i + j) % len(SHAPES)], p, q)
        for i, (p, q) in enumerate(KINDS[kind])
        for j in (0, 1, 4)
    ]


def module(cases, kind, folder):
    parts = [product(i, *case, kind) for i, case in enumerate(cases)]
    arguments = sum((part[0] for part in parts), [])
    head = ", ".join(f"{name}: {type}" for name, type in arguments)
    results = ", ".join(part[2][1] for part in parts)
    values = ", ".join(part[2][0] for part in parts)
    body = "\n".join(part[1] for part in parts)
    text = f"func.func @f({head}) -> ({results}) {{\n{body}\n  return {values} : {results}\n}}\n"
    return Module(text, folder)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", KINDS)
def test_products(kind, target, tmp_path):
    check(each_pair(kind), kind, target, tmp_path)


def test_pixels_that_are_read_in_place(tmp_path):
    cases = [(shape, p, q) for shape in IN_PLACE for p, q in ((8, 8), (3, 5))]
    check(cases, "bytes", "host", tmp_path)


def check(cases, kind, target, folder):
    rng = np.random.default_rng(8)
    compiled = module(cases, kind, folder)
    for largest in (False, True):

        def draw(size, bits):
            if largest:
                return np.full(size, 2**bits - 1, np.uint8)
            return rng.integers(0, 2**bits, size).astype(np.uint8)

        arguments, expected = [], []
        for i, (shape, p, q) in enumerate(cases):
            a, b = shape.codes(draw, p, q)
            sums = shape.expected(a, b)
            # Most start with zeros, as products of layers do.
            start = rng.integers(-99, 99, sums.shape) * (i % 4 == 0)
            arguments += [*shape.pack(a, b, p, q, kind == "bytes"), start.astype(np.int32)]
            expected.append(start + sums)
        actual = compiled.call("f", arguments, target)
        for case, got, want in zip(cases, actual, expected):
            np.testing.assert_array_equal(got, want, f"{case} largest {largest}")


@pytest.mark.parametrize(
    "p, q, rows, depth, tile, drain, steps, chunk",
    [
        (2, 1, 200, 960, "2 x 3", "drain = 20, unroll = 2", 240, 240),
        (6, 1, 241, 576, "2 x 2", "drain = 1, unroll = 1", 144, 144),
    ],
)
def test_rows_that_are_read_ahead(p, q, rows, depth, tile, drain, steps, chunk, tmp_path):
    """One panel and more rows than a cache holds, in a product that is not cut into pieces."""
    form = f"#bitserial.form<lookup, bits = {p} x {q}, bytes = 32, tile = {tile}, {drain}>"
    left = tensor((rows, 1, 1, 1, depth // 32, p))
    right = tensor((1, 1, depth // 32, q, 20))
    packed = tensor((rows, 1, 16 * steps), "i8")
    panels = tensor((1, 1, 1, steps, 64), "i8")
    out = tensor((rows, 1, 1, 1, 20))
    text = f"""
    func.func @f(%a: {left}, %b: {right}) -> {out} {{
      %0 = tensor.empty() : {packed}
      %1 = tensor.empty() : {panels}
      %2 = tensor.empty() : {out}
      %rows = bitserial.pack_rows ins(%a : {left}) outs(%0 : {packed}) {{form = {form}}} -> {packed}
      %panels = bitserial.pack_panels ins(%b : {right}) outs(%1 : {panels}) {{form = {form}}} -> {panels}
      %sums = bitserial.tile_product ins(%rows, %panels : {packed}, {panels}) outs(%2 : {out})
          {{form = {form}, pixel_bytes = {4 * depth} : i64, row_taps = 1 : i64, chunk = {chunk} : i64}} -> {out}
      return %sums : {out}
    }}
    """
    rng = np.random.default_rng(9)
    a, b = rng.integers(0, 1 << p, (rows, depth)), rng.integers(0, 1 << q, (depth, 20))
    a[[0, 1, -1]], b[:, :2] = (1 << p) - 1, (1 << q) - 1
    lhs = words(a, 1, p, False).reshape(rows, 1, 1, 1, depth // 32, p)
    rhs = words(b, 0, q, False).reshape(1, 1, depth // 32, q, 20)
    (sums,) = Module(text, tmp_path).call("f", [lhs, rhs], "host")
    np.testing.assert_array_equal(sums.reshape(rows, 20), a @ b)


def test_no_kernel(tmp_path):
    """A forced strategy that has no kernel for the bits says so."""
    arguments, line, (value, type) = product(0, SHAPES[0], 3, 3, "lookup")
    head = ", ".join(f"{name}: {kind}" for name, kind in arguments)
    text = f"func.func @f({head}) -> {type} {{\n{line}\n  return {value} : {type}\n}}\n"
    path = tmp_path / "module.mlir"
    path.write_text(text)
    done = subprocess.run(
        [tool("dorefa-run"), "compile", str(path), "--emit=obj", "-o", str(tmp_path / "out.o")],
        text=True,
        capture_output=True,
    )
    assert done.returncode == 1
    assert "has no lookup kernel for 3 by 3 bits" in done.stderr
