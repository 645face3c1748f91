# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of bytes with a signed filter, whose blocks of zeros are skipped,
against NumPy: filters of zeros alone, of one weight in a block's last place, of
few and of many, in every kernel that the machine has."""

from pathlib import Path

import numpy as np
import pytest
from compiled import Module
from test_frozen import run
from test_tiles import TARGETS, WIDE, Conv, tensor

VNNI = "cascadelake"  # AVX-512 with VNNI, no matrix unit
CPU = Path("/proc/cpuinfo")
if CPU.exists() and "avx512_vnni" in CPU.read_text() and "GenuineIntel" in CPU.read_text():
    TARGETS = [*TARGETS, VNNI]

SHAPES = [
    Conv(1, 1, 1, 1, 1, 1, (1, 1)),
    Conv(2, 5, 4, 1, 33, 19, (3, 2)),
    Conv(1, 9, 10, 3, 5, 4, (3, 3), (1, 2), (2, 3)),
    Conv(3, 7, 8, 1, 70, 37, dynamic=True),
    Conv(3, 2, 2, 1, 700, 33, (1, 1)),  # a segment in several chunks
    Conv(5, 1, 1, 1, 96, 80, (1, 1), dynamic=True),
]


def filters(rng, size):
    """Signed bytes [G, KH, KW, C, F] by how they are filled."""
    dense = rng.integers(-128, 128, size).astype(np.int8)
    last, first = np.zeros((2, *size), np.int8)
    last[-1, -1, -1, -1, -1] = -128
    first[0, 0, 0, 0, 0] = 127
    few = np.where(rng.random(size) < 0.004, dense, np.int8(0))
    half = dense.copy()
    half[..., : size[3] // 2, :] = 0
    return {
        "zeros": dense * 0, "dense": dense, "first": first, "last": last, "few": few,
        "half": half, "lowest": np.full(size, -128, np.int8),
    }


def convolution(number, shape):
    """(arguments, line, result) of one op."""
    a, b = shape.codes(lambda size, bits: np.zeros(size, np.uint8), 8, 8)
    left, right = shape.pack(a, b, 8, 8, True)
    types = shape.types(left.shape, right.shape, shape.expected(a, b).shape)
    attributes = [*shape.attributes, "byte_bits = array<i64: 8, 8>", "rhs_signed"]
    names = [f"%{letter}{number}" for letter in "abs"]
    line = (
        f"  %r{number} = bitserial.conv2d ins({names[0]}, {names[1]} : {types[0]}, {types[1]}) "
        f"outs({names[2]} : {types[2]}) {{{', '.join(attributes)}}} -> {types[2]}"
    )
    return list(zip(names, types)), line, (f"%r{number}", types[2])


@pytest.mark.parametrize("target", ["reference", *TARGETS])
def test_products(target, tmp_path):
    parts = [convolution(i, shape) for i, shape in enumerate(SHAPES)]
    head = ", ".join(f"{name}: {kind}" for part in parts for name, kind in part[0])
    results = ", ".join(part[2][1] for part in parts)
    values = ", ".join(part[2][0] for part in parts)
    body = "\n".join(part[1] for part in parts)
    compiled = Module(
        f"func.func @f({head}) -> ({results}) {{\n{body}\n  return {values} : {results}\n}}\n",
        tmp_path)
    rng = np.random.default_rng(3)
    few = ("dense", "last") if target in ("reference", "x86-64") else ()
    for fill in few or filters(rng, (1, 1, 1, 1, 1)):
        arguments, expected = [], []
        for i, shape in enumerate(SHAPES):
            a, b = shape.codes(lambda size, bits: rng.integers(0, 256, size).astype(np.uint8), 8, 8)
            if fill == "lowest":
                a[:] = 255
            b = filters(rng, b.shape)[fill]
            sums = shape.expected(a, b)
            start = rng.integers(-99, 99, sums.shape) * (i % 2)
            arguments += [*shape.pack(a, b.view(np.uint8), 8, 8, True), start.astype(np.int32)]
            expected.append(start + sums)
        for shape, got, want in zip(SHAPES, compiled.call("f", arguments, target), expected):
            np.testing.assert_array_equal(got, want, f"{shape} {fill}")


# One panel of 16 columns, 16 steps of four codes in four blocks.
FORM = ("#bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, "
        "signed = true>")
PANELS, LISTS, SUMS = tensor((1, 1, 1, 16, 64), "i8"), tensor((1, 1, 1, 5)), tensor((1, 1, 1, 1, 16))
BLOCKS = f"""
func.func @list(%panels: {PANELS}) -> {LISTS} {{
  %init = tensor.empty() : {LISTS}
  %kept = bitserial.list_blocks ins(%panels : {PANELS}) outs(%init : {LISTS})
      {{form = {FORM}, chunk = 16 : i64}} -> {LISTS}
  return %kept : {LISTS}
}}
func.func @product(%rows: tensor<1x1x64xi8>, %panels: {PANELS}, %kept: {LISTS}) -> {SUMS} {{
  %init = tensor.empty() : {SUMS}
  %sums = bitserial.tile_product ins(%rows, %panels : tensor<1x1x64xi8>, {PANELS})
      kept(%kept : {LISTS}) outs(%init : {SUMS})
      {{form = {FORM}, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64}} -> {SUMS}
  return %sums : {SUMS}
}}
"""


def test_every_weight_of_a_block_counts(tmp_path):
    """One weight that is not zero, in each place of a panel, keeps its block and no
    other."""
    compiled = Module(BLOCKS, tmp_path)
    for place in (0, 63, 255, 256, 511, 640, 1023):
        panels = np.zeros(1024, np.int8)
        panels[place] = -128 if place % 2 else 1
        (kept,) = compiled.call("list", [panels.reshape(1, 1, 1, 16, 64)], "host")
        assert kept.ravel()[:2].tolist() == [1, place // 256], place
    (kept,) = compiled.call("list", [np.zeros((1, 1, 1, 16, 64), np.int8)], "host")
    assert kept.ravel()[0] == 0
    (kept,) = compiled.call("list", [np.ones((1, 1, 1, 16, 64), np.int8)], "host")
    assert kept.ravel().tolist() == [4, 0, 1, 2, 3]


def test_a_block_that_is_not_listed_is_missing(tmp_path):
    """The lists say what is multiplied: a wrong one gives a wrong sum."""
    compiled = Module(BLOCKS, tmp_path)
    rng = np.random.default_rng(7)
    rows = rng.integers(1, 256, (1, 1, 64)).astype(np.uint8)
    panels = rng.integers(1, 128, (1, 1, 1, 16, 64)).astype(np.int8)
    # [block, step, column, code] of the panel, [block, step, code] of the row.
    terms = panels.reshape(4, 4, 16, 4).astype(WIDE) * rows.reshape(4, 4, 1, 4)
    for listed in ([0, 1, 2, 3], [0, 1, 2], [1, 3], []):
        kept = np.array([len(listed), *listed, *[0] * (4 - len(listed))], np.int32)
        (sums,) = compiled.call(
            "product", [rows.view(np.int8), panels, kept.reshape(1, 1, 1, 5)], "host")
        want = terms[listed].sum(axis=(0, 1, 3))
        np.testing.assert_array_equal(sums.ravel(), want)
        assert (want == terms.sum(axis=(0, 1, 3))).all() == (len(listed) == 4)


CODES = "!dorefa.code<{}, {}>"


def frozen_layer(bits):
    """A convolution of frozen weights: 64 channels, 48 filters."""
    image, weights = "tensor<?x6x6x64x" + CODES.format(8, "unipolar") + ">", "tensor<48x3x3x64x"
    code = weights + CODES.format(bits, "pow2") + ">"
    return f"""
func.func @f(%x: {image} {{dorefa.input}}, %w: {weights}f32> {{dorefa.parameter = "w"}})
    -> (tensor<?x6x6x48xf32> {{dorefa.output}}) {{
  %c, %s = dorefa.quantize_weight %w : {weights}f32> -> {code}, tensor<f32>
  %z = dorefa.conv2d %x, %c filter_scale(%s : tensor<f32>) {{pads = array<i64: 1, 1, 1, 1>}}
      : {image}, {code} -> tensor<?x6x6x48xf32>
  return %z : tensor<?x6x6x48xf32>
}}
"""


@pytest.mark.parametrize("bits", [5, 6])
def test_frozen_weights(bits, tmp_path):
    """Weights of the two largest powers: all other parts are zeros. Then with one
    weight in them, with some, and with nothing but the smallest power."""
    path = tmp_path / "layer.mlir"
    path.write_text(frozen_layer(bits))
    rng = np.random.default_rng(bits)
    x = rng.integers(0, 256, (3, 6, 6, 64)).astype(np.uint8)
    large = rng.choice(np.float32([-1, -0.5, 0.5, 1]), (48, 3, 3, 64))
    one, some = large.copy(), large.copy()
    one[-1, -1, -1, -1] = -(2.0 ** (1 - 2 ** (bits - 2)))
    some[rng.random(some.shape) < 0.02] *= 2.0 ** -9
    found = []
    for w in (large, one, some, large * 0):
        prepared = run(path, "f_prepare", [w], tmp_path, "--freeze")
        (frozen,) = run(path, "f", [x, *prepared], tmp_path, "--freeze")
        (reference,) = run(path, "f", [x, w], tmp_path, "--target=reference")
        np.testing.assert_array_equal(frozen, reference)
        found.append(frozen)
    assert (found[0] != found[1]).any() and (found[0] != found[2]).any() and not found[3].any()
