# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products on the emulator's tensor cores; and products that are wrong."""

import numpy as np
import pytest
from kernels import ORDERS, module, product

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


# Eight rows of 16 bytes, the other 16 bytes of a row 128 bytes further; the next
# eight rows 256 bytes further. 64 rows are 2048 bytes.
DESCRIPTOR = 128 >> 4 << 16 | 256 >> 4 << 32


def warpgroup(lhs=DESCRIPTOR, threads=128, kind="", steps=1, stride=0):
    """All threads multiply 64 rows by 8 columns of shared memory that nobody has
    written: all bits are set. `lhs` may be the text of a value."""
    start = f"arith.constant {lhs} : i64" if isinstance(lhs, int) else lhs
    body = f"""
      %t = gpu.thread_id x
      %zero = arith.constant 0 : i32
      %rhs = arith.constant {DESCRIPTOR} : i64
      %lhs = {start}
      %r:4 = bitserial.warpgroup_multiply %lhs, %rhs, sums(%zero, %zero, %zero, %zero)
          {{{kind} columns = 8 : i64, steps = {steps} : i64, planes = array<i64: 1, 1>,
           lhs_strides = array<i64: {stride}, 0>, rhs_strides = array<i64: 0, 0>}}
      memref.store %r#3, %out[%t] : memref<{threads}xi32>"""
    return module([], f"memref<{threads}xi32>", 1, threads, body, dynamic=2048)


@pytest.mark.parametrize("kind, sum", [("", 256), ("bytes,", 32 * 255**2)])
def test_warpgroup(emulator, kind, sum):
    (got,) = emulator.run(warpgroup(kind=kind), [], "shuffled")
    np.testing.assert_array_equal(got, np.full(128, sum))
    (got,) = emulator.run(warpgroup(kind=kind, steps=3), [], "reversed")
    np.testing.assert_array_equal(got, np.full(128, 3 * sum))


@pytest.mark.parametrize(
    "text, message",
    [
        (warpgroup(DESCRIPTOR + 1), "reads at byte 2048 of shared memory of 2048 bytes"),
        (warpgroup(steps=2, stride=16), "reads at byte 2048 of shared memory of 2048 bytes"),
        (warpgroup(DESCRIPTOR | 1 << 62), "a descriptor with bits that the emulator knows nothing of"),
        (warpgroup("arith.index_cast %t : index to i64"), "the lanes of a warpgroup bring different descriptors"),
        (
            warpgroup(threads=96),
            "divergent warpgroup: thread (0, 0, 0) waits at a product of its warpgroup at ",
        ),
        (warpgroup(threads=160), "divergent warpgroup: thread (128, 0, 0) waits at a product"),
    ],
    ids=["start", "stride", "swizzle", "lanes", "few", "rest"],
)
def test_wrong_warpgroup(emulator, text, message):
    out = emulator.run(text, [])
    assert isinstance(out, str) and message in out, out
