# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products on the emulator's tensor cores; and products that are wrong."""

import numpy as np
import pytest
from kernels import ORDERS, product

ROWS, COLUMNS, WORDS = 32, 16, 16


def words(seed, rows):
    rng = np.random.default_rng(seed)
    values = rng.integers(-(2**31), 2**31, (rows, WORDS)).astype(np.int32)
    values[-1] = -1  # all bits set: the largest sums
    return values


A, B = words(1, ROWS), words(2, COLUMNS)


def bit_products(combine):
    both = combine(A[:, None, :], B[None, :, :]).view(np.uint8)
    return np.unpackbits(both, axis=-1).sum(-1, dtype=np.int32)


def byte_products(left, right):
    a = A.view(left).astype(np.int64)
    return (a @ B.view(right).astype(np.int64).T).astype(np.int32)


@pytest.mark.parametrize("order", ORDERS)
def test_bits(emulator, order):
    (got,) = emulator.run(product(ROWS, COLUMNS, WORDS), [A, B], order)
    np.testing.assert_array_equal(got, bit_products(np.bitwise_and))


@pytest.mark.parametrize(
    "kind, left, right",
    [("s8", np.int8, np.int8), ("u8", np.uint8, np.uint8), ("u8s8", np.uint8, np.int8)],
)
def test_bytes(emulator, kind, left, right):
    (got,) = emulator.run(product(ROWS, COLUMNS, WORDS, kind), [A, B])
    np.testing.assert_array_equal(got, byte_products(left, right))


def test_xor_in_place_of_and(emulator):
    (got,) = emulator.run(product(ROWS, COLUMNS, WORDS, op="xor_popc"), [A, B])
    np.testing.assert_array_equal(got, bit_products(np.bitwise_xor))
    assert (got != bit_products(np.bitwise_and)).mean() > 0.9


def test_wrong_fragment_layout(emulator):
    wrong = product(ROWS, COLUMNS, WORDS, fragment=(0, 2, 1, 3))
    (got,) = emulator.run(wrong, [A, B])
    assert (got != bit_products(np.bitwise_and)).mean() > 0.9


@pytest.mark.parametrize("missing", [0, 1])
def test_missing_barrier(emulator, missing):
    """Without the first barrier a lane overwrites what others still read: only
    some orders show it. Without the second one all do."""
    barriers = ["gpu.barrier", "gpu.barrier"]
    barriers[missing] = ""
    text = product(ROWS, COLUMNS, WORDS, barriers=barriers)
    wrong = []
    for order in ORDERS:
        (got,) = emulator.run(text, [A, B], order)
        wrong.append((got != bit_products(np.bitwise_and)).any())
    # mma itself holds the lanes of a warp together: behind it nothing is read.
    assert all(wrong) if missing == 1 else not any(wrong)
