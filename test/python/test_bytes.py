# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Packing into words of bytes and products of them, compiled for several
targets, against NumPy."""

import platform

import numpy as np
import pytest
from compiled import Module

SIZES = (1, 3, 4, 5, 16, 33, 65, 70)
BITS = ((1, 1), (8, 8), (8, 7), (7, 8), (4, 4))
TARGETS = ["reference", "host"]
if platform.machine() == "x86_64":
    TARGETS += ["x86-64-v3", "x86-64"]
WIDE = np.int64  # for products that NumPy makes


def words(codes, axis, bits):
    """The definition of bitserial.pack with `bytes`."""
    codes = np.moveaxis(codes & (2**bits - 1), axis, 0).astype(np.uint32)
    rest = -len(codes) % 4
    codes = np.pad(codes, [(0, rest)] + [(0, 0)] * (codes.ndim - 1))
    out = sum(codes[b::4] << np.uint32(8 * b) for b in range(4))
    return np.expand_dims(np.moveaxis(out, 0, axis), axis + 1).astype(np.int32)


def draw(rng, shape, bits, largest=False):
    if largest:
        return np.full(shape, 2**bits - 1, np.uint8)
    return rng.integers(0, 2**bits, shape).astype(np.uint8)


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


def function(name, arguments, lines, results):
    """Text of a function; arguments and results are (name, type)."""
    head = ", ".join(f"{value}: {kind}" for value, kind in arguments)
    types = ", ".join(kind for _, kind in results)
    values = ", ".join(value for value, _ in results)
    body = "".join(f"  {line}\n" for line in lines)
    return (
        f"func.func @{name}({head}) -> ({types}) {{\n{body}"
        f"  return {values} : {types}\n}}\n"
    )


# Packing: by rows along the last axis, by lanes along the first


def pack_op(number, codes, axis, sizes=""):
    """Lines that pack %x<number> of shape `codes` (6 bits) into %y<number>."""
    open_sizes = "?" in codes
    count = "?" if open_sizes else -(-codes[axis] // 4)
    kind = tensor(codes, "i8")
    packed = tensor(codes[:axis] + [count, 1] + codes[axis + 1 :], "i32")
    lines = [
        f"%e{number} = tensor.empty({sizes}) : {packed}",
        f"%y{number} = bitserial.pack ins(%x{number} : {kind}) "
        f"outs(%e{number} : {packed}) {{axis = {axis}, bits = 6, bytes}} -> {packed}",
    ]
    return (f"%x{number}", kind), lines, (f"%y{number}", packed)


def static_packs(shapes):
    ops = [pack_op(i, shape, axis) for i, (shape, axis) in enumerate(shapes)]
    arguments, lines, results = zip(*ops)
    return function("pack", arguments, sum(lines, []), results)


def dynamic_pack(axis):
    sizes = ["%d0", "%d1"]
    sizes[axis] = "%words"
    argument, lines, result = pack_op(0, ["?", "?"], axis, ", ".join(sizes))
    before = []
    for i in (0, 1):
        before += [
            f"%c{i} = arith.constant {i} : index",
            f"%d{i} = tensor.dim %x0, %c{i} : tensor<?x?xi8>",
        ]
    before += [
        "%four = arith.constant 4 : index",
        f"%words = arith.ceildivui %d{axis}, %four : index",
    ]
    return function(f"pack{axis}", [argument], before + lines, [result])


@pytest.mark.parametrize("target", TARGETS)
def test_pack(target, tmp_path):
    """Codes have bits above those that are packed."""
    rng = np.random.default_rng(5)
    shapes = [([3, size], 1) for size in SIZES] + [([size, 7], 0) for size in SIZES]
    text = static_packs(shapes) + dynamic_pack(0) + dynamic_pack(1)
    packs = Module(text, tmp_path)
    codes = [draw(rng, shape, 8) for shape, _ in shapes]
    static = packs.call("pack", codes, target)
    for array, actual, (shape, axis) in zip(codes, static, shapes):
        expected = words(array, axis, 6)
        np.testing.assert_array_equal(actual, expected, f"{shape}")
        (actual,) = packs.call(f"pack{axis}", [array], target)
        np.testing.assert_array_equal(actual, expected, f"dynamic {shape}")


# Products


def products(op, lhs, rhs, sums):
    """A function of one product for each pair of bits."""
    left, right, out = (tensor(shape, "i32") for shape in (lhs, rhs, sums))
    arguments, lines, results = [], [], []
    for i, (p, q) in enumerate(BITS):
        arguments += [(f"%a{i}", left), (f"%b{i}", right), (f"%s{i}", out)]
        results.append((f"%r{i}", out))
        lines.append(
            f"%r{i} = bitserial.{op} ins(%a{i}, %b{i} : {left}, {right}) "
            f"outs(%s{i} : {out}) {{byte_bits = array<i64: {p}, {q}>}} -> {out}"
        )
    return function(op, arguments, lines, results)


def check(module, op, target, axes, operands, starts, expected):
    arguments = []
    for (p, q), (a, b), start in zip(BITS, operands, starts):
        arguments += [words(a, axes[0], p), words(b, axes[1], q), start]
    actual = module.call(op, arguments, target)
    for bits, got, start, want in zip(BITS, actual, starts, expected):
        np.testing.assert_array_equal(got, start + want, f"bits {bits}")


@pytest.mark.parametrize("target", TARGETS)
def test_matmul(target, tmp_path):
    rng = np.random.default_rng(6)
    m, k, n = 3, 33, 37
    text = products("matmul", [m, 9, 1], [9, 1, n], [m, n])
    module = Module(text, tmp_path)
    starts = rng.integers(-99, 99, (len(BITS), m, n)).astype(np.int32)
    for largest in (False, True):
        operands = [
            (draw(rng, (m, k), p, largest), draw(rng, (k, n), q, largest))
            for p, q in BITS
        ]
        expected = [a.astype(WIDE) @ b.astype(WIDE) for a, b in operands]
        check(module, "matmul", target, (1, 0), operands, starts, expected)


@pytest.mark.parametrize("target", TARGETS)
def test_conv2d(target, tmp_path):
    rng = np.random.default_rng(7)
    m, c, f = 2, 6, 19
    text = products("conv2d", [m, 5, 3, 1, 2, 1], [1, 3, 2, 2, 1, f], [m, 3, 2, 1, f])
    module = Module(text, tmp_path)
    starts = rng.integers(-99, 99, (len(BITS), m, 3, 2, 1, f)).astype(np.int32)
    operands = [
        (draw(rng, (m, 5, 3, 1, c), p, True), draw(rng, (1, 3, 2, c, f), q))
        for p, q in BITS
    ]
    expected = []
    for a, b in operands:
        total = np.zeros((m, 3, 2, 1, f), WIDE)
        for i, j in np.ndindex(3, 2):
            window = a[:, i : i + 3, j : j + 2].astype(WIDE)
            total += np.einsum("nyxgc,gcf->nyxgf", window, b[:, i, j].astype(WIDE))
        expected.append(total)
    check(module, "conv2d", target, (4, 3), operands, starts, expected)
