# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products with a signed filter, whose blocks of zeros are skipped, against NumPy:
filters of zeros alone, of one weight in a block's last place, of few and of many, in
every kernel of bytes and of planes that the machine has."""

from pathlib import Path

import numpy as np
import pytest
from compiled import Module
from test_tiles import TARGETS, WIDE, Conv, tensor

# AVX-512, without and with VNNI, no matrix unit.
CPU = Path("/proc/cpuinfo")
if CPU.exists() and "GenuineIntel" in CPU.read_text():
    for flag, name in (("avx512bw", "skylake-avx512"), ("avx512_vnni", "cascadelake")):
        if flag in CPU.read_text():
            TARGETS = [*TARGETS, name]

SHAPES = [
    Conv(1, 1, 1, 1, 1, 1, (1, 1)),
    Conv(2, 5, 4, 1, 33, 19, (3, 2)),
    Conv(1, 9, 10, 3, 5, 4, (3, 3), (1, 2), (2, 3)),
    Conv(3, 7, 8, 1, 70, 37, dynamic=True),
    Conv(3, 2, 2, 1, 700, 33, (1, 1)),  # a segment in several chunks
    Conv(5, 1, 1, 1, 96, 80, (1, 1), dynamic=True),
]
# Of the input and the filter: the next shape gets the next one.
BITS = [(8, 8), (8, 5), (8, 2), (2, 5), (6, 3), (8, 7), (1, 2)]
PRODUCTS = [(SHAPES[(i + j) % len(SHAPES)], bits, "bytes")
            for i, bits in enumerate(BITS) for j in ((0, 1, 2, 3, 4, 5) if i == 0 else (1, 3))]
PLANES = [(1, 2, "popcount"), (1, 2, "lookup"), (6, 2, "lookup"), (3, 3, "popcount"),
          (2, 2, "lookup"), (4, 2, "popcount")]
PRODUCTS += [(SHAPES[(i + j) % len(SHAPES)], (p, q), kind)
             for i, (p, q, kind) in enumerate(PLANES) for j in (1, 3)]


def filters(rng, size, bits):
    """Signed bytes [G, KH, KW, C, F] by how they are filled."""
    least = -(1 << bits - 1)
    dense = rng.integers(least, -least, size).astype(np.int8)
    last, first = np.zeros((2, *size), np.int8)
    last[-1, -1, -1, -1, -1] = least
    first[0, 0, 0, 0, 0] = -1 - least
    few = np.where(rng.random(size) < 0.004, dense, np.int8(0))
    half = dense.copy()
    half[..., : size[3] // 2, :] = 0
    return {
        "zeros": dense * 0, "dense": dense, "first": first, "last": last, "few": few,
        "half": half, "lowest": np.full(size, least, np.int8),
    }


def pack(shape, a, b, bits, kind):
    if kind == "bytes":
        return shape.pack(a, b.view(np.uint8), 8, 8, True)
    return shape.pack(a, b.view(np.uint8), *bits, False)


def convolution(number, shape, bits, kind):
    """(arguments, line, result) of one op."""
    a, b = shape.codes(lambda size, bits: np.zeros(size, np.uint8), 8, 8)
    left, right = pack(shape, a, b, bits, kind)
    types = shape.types(left.shape, right.shape, shape.expected(a, b).shape)
    attributes = [*shape.attributes, "rhs_signed"]
    if kind == "bytes":
        attributes.append(f"byte_bits = array<i64: {bits[0]}, {bits[1]}>")
    else:
        attributes.append(f"strategy = #bitserial.strategy<{kind}>")
    names = [f"%{letter}{number}" for letter in "abs"]
    line = (
        f"  %r{number} = bitserial.conv2d ins({names[0]}, {names[1]} : {types[0]}, {types[1]}) "
        f"outs({names[2]} : {types[2]}) {{{', '.join(attributes)}}} -> {types[2]}"
    )
    return list(zip(names, types)), line, (f"%r{number}", types[2])


@pytest.mark.parametrize("target", ["reference", *TARGETS])
def test_products(target, tmp_path):
    parts = [convolution(i, *product) for i, product in enumerate(PRODUCTS)]
    head = ", ".join(f"{name}: {kind}" for part in parts for name, kind in part[0])
    results = ", ".join(part[2][1] for part in parts)
    values = ", ".join(part[2][0] for part in parts)
    body = "\n".join(part[1] for part in parts)
    compiled = Module(
        f"func.func @f({head}) -> ({results}) {{\n{body}\n  return {values} : {results}\n}}\n",
        tmp_path)
    rng = np.random.default_rng(3)
    few = ("dense", "last") if target in ("reference", "x86-64") else ()
    for fill in few or filters(rng, (1, 1, 1, 1, 1), 8):
        arguments, expected = [], []
        for i, (shape, bits, kind) in enumerate(PRODUCTS):
            a, b = shape.codes(
                lambda size, bits: rng.integers(0, 1 << bits, size).astype(np.uint8), *bits)
            if fill == "lowest":
                a[:] = (1 << bits[0]) - 1
            b = filters(rng, b.shape, bits[1])[fill]
            sums = shape.expected(a, b)
            start = rng.integers(-99, 99, sums.shape) * (i % 2)
            arguments += [*pack(shape, a, b, bits, kind), start.astype(np.int32)]
            expected.append(start + sums)
        for product, got, want in zip(PRODUCTS, compiled.call("f", arguments, target), expected):
            np.testing.assert_array_equal(got, want, f"{product} {fill}")


# One panel of 16 columns, 16 steps of four codes in four blocks: sums of 32 bits; of
# 16, with a drain for each two steps, and with one for the chunk.
PANELS, LISTS, SUMS = tensor((1, 1, 1, 16, 64), "i8"), tensor((1, 1, 1, 5)), tensor((1, 1, 1, 1, 16))
FORMS = ["quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4",
         "bytes, bits = 8 x 5, bytes = 64, tile = 1 x 1, drain = 2, unroll = 2",
         "bytes, bits = 8 x 3, bytes = 64, tile = 1 x 1, drain = 4, unroll = 2"]


def blocks(form):
    return f"""
func.func @list(%panels: {PANELS}) -> {LISTS} {{
  %init = tensor.empty() : {LISTS}
  %kept = bitserial.list_blocks ins(%panels : {PANELS}) outs(%init : {LISTS})
      {{form = #bitserial.form<{form}, signed = true>, chunk = 16 : i64}} -> {LISTS}
  return %kept : {LISTS}
}}
func.func @product(%rows: tensor<1x1x64xi8>, %panels: {PANELS}, %kept: {LISTS}) -> {SUMS} {{
  %init = tensor.empty() : {SUMS}
  %sums = bitserial.tile_product ins(%rows, %panels : tensor<1x1x64xi8>, {PANELS})
      kept(%kept : {LISTS}) outs(%init : {SUMS})
      {{form = #bitserial.form<{form}, signed = true>, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64}} -> {SUMS}
  return %sums : {SUMS}
}}
"""


def test_every_weight_of_a_block_counts(tmp_path):
    """One weight that is not zero, in each place of a panel, keeps its block and no
    other."""
    compiled = Module(blocks(FORMS[0]), tmp_path)
    for place in (0, 63, 255, 256, 511, 640, 1023):
        panels = np.zeros(1024, np.int8)
        panels[place] = -128 if place % 2 else 1
        (kept,) = compiled.call("list", [panels.reshape(1, 1, 1, 16, 64)], "host")
        assert kept.ravel()[:2].tolist() == [1, place // 256], place
    (kept,) = compiled.call("list", [np.zeros((1, 1, 1, 16, 64), np.int8)], "host")
    assert kept.ravel()[0] == 0
    (kept,) = compiled.call("list", [np.ones((1, 1, 1, 16, 64), np.int8)], "host")
    assert kept.ravel().tolist() == [4, 0, 1, 2, 3]


@pytest.mark.parametrize("form", FORMS)
def test_a_block_that_is_not_listed_is_missing(form, tmp_path):
    """The lists say what is multiplied: a wrong one gives a wrong sum."""
    compiled = Module(blocks(form), tmp_path)
    rng = np.random.default_rng(7)
    rows = rng.integers(1, 256, (1, 1, 64)).astype(np.uint8)
    most = 1 << int(form.partition(" x ")[2][0]) - 1
    panels = rng.integers(1, most, (1, 1, 1, 16, 64)).astype(np.int8)
    # [block, step, column, code] of the panel, [block, step, code] of the row.
    terms = panels.reshape(4, 4, 16, 4).astype(WIDE) * rows.reshape(4, 4, 1, 4)
    for listed in ([0, 1, 2, 3], [0, 1, 2], [1, 3], []):
        kept = np.array([len(listed), *listed, *[0] * (4 - len(listed))], np.int32)
        (sums,) = compiled.call(
            "product", [rows.view(np.int8), panels, kept.reshape(1, 1, 1, 5)], "host")
        want = terms[listed].sum(axis=(0, 1, 3))
        np.testing.assert_array_equal(sums.ravel(), want)
        assert (want == terms.sum(axis=(0, 1, 3))).all() == (len(listed) == 4)



# Of planes: bytes of a step of a row and of a panel, sums of a panel.
PLANE_FORMS = {
    "lookup, bits = 2 x 2, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4": (16, 64, 32),
    "lookup, bits = 6 x 2, bytes = 64, tile = 1 x 1, drain = 1, unroll = 1": (16, 64, 32),
    "nibbles, bits = 1 x 2, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4": (4, 128, 16),
    "counts, bits = 1 x 2, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4": (4, 128, 16),
}


@pytest.mark.parametrize("form", PLANE_FORMS)
def test_a_block_of_planes_that_is_not_listed_is_missing(form, tmp_path):
    """As if it were zeros, which it is not."""
    row, step, columns = PLANE_FORMS[form]
    rows, panels = tensor((1, 1, 16 * row), "i8"), tensor((1, 1, 1, 16, step), "i8")
    sums = tensor((1, 1, 1, 1, columns))
    compiled = Module(f"""
func.func @product(%rows: {rows}, %panels: {panels}, %kept: {LISTS}) -> {sums} {{
  %init = tensor.empty() : {sums}
  %sums = bitserial.tile_product ins(%rows, %panels : {rows}, {panels})
      kept(%kept : {LISTS}) outs(%init : {sums})
      {{form = #bitserial.form<{form}, signed = true>, pixel_bytes = {16 * row} : i64, row_taps = 1 : i64,
       chunk = 16 : i64}} -> {sums}
  return %sums : {sums}
}}
""", tmp_path)
    rng = np.random.default_rng(7)
    left = rng.integers(1, 16, (1, 1, 16 * row)).astype(np.int8)
    if "lookup" in form:
        left[..., ::16] = 0  # the sum of no codes
    right = rng.integers(1, 16, (1, 1, 1, 16, step)).astype(np.int8)

    def call(listed, right):
        kept = np.array([len(listed), *listed, *[0] * (4 - len(listed))], np.int32)
        return compiled.call("product", [left, right, kept.reshape(1, 1, 1, 5)], "host")[0]

    whole = call([0, 1, 2, 3], right)
    for listed in ([0, 1, 2], [1, 3], []):
        masked = right.reshape(4, -1).copy()
        masked[[i for i in range(4) if i not in listed]] = 0
        found = call(listed, right)
        np.testing.assert_array_equal(found, call([0, 1, 2, 3], masked.reshape(right.shape)))
        assert (found != whole).any() and (found.any() or not listed)
