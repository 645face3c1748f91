# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Threads of a block: barriers, shuffles, votes, copies; and what is refused."""

import numpy as np
import pytest
from kernels import ORDERS, SHARED, constants, module

F32 = np.float32


def elementwise(body, grid=3, block=64, **others):
    """%x[%i] of 192 i32 goes to %out[%i] as %y; %t is the thread."""
    text = f"""
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %d = gpu.block_dim x
      %base = arith.muli %b, %d : index
      %i = arith.addi %base, %t : index
      %x = memref.load %a0[%i] : memref<192xi32>
{body}
      memref.store %y, %out[%i] : memref<192xi32>"""
    return module(["memref<192xi32>"], "memref<192xi32>", grid, block, text, **others)


X = np.arange(192, dtype=np.int32) * 7 - 300
LANE = np.arange(192) % 32

REVERSE = f"""
{constants(63)}
      memref.store %x, %s[%t] : memref<64xi32, {SHARED}>
      {{barrier}}
      %other = arith.subi %c63, %t : index
      %y = memref.load %s[%other] : memref<64xi32, {SHARED}>"""
BUFFER = {"shared": [("%s", f"memref<64xi32, {SHARED}>")]}


@pytest.mark.parametrize("order", ORDERS)
def test_barrier(emulator, order):
    text = elementwise(REVERSE.format(barrier="gpu.barrier"), **BUFFER)
    (got,) = emulator.run(text, [X], order)
    np.testing.assert_array_equal(got, X.reshape(3, 64)[:, ::-1].ravel())


def test_race(emulator):
    """Orders of threads tell a kernel that lacks a barrier from one that has."""
    text = elementwise(REVERSE.format(barrier=""), **BUFFER)
    results = [emulator.run(text, [X], order)[0] for order in ORDERS]
    assert (results[0] != results[1]).any()
    assert (results[0] != X.reshape(3, 64)[:, ::-1].ravel()).any()


@pytest.mark.parametrize(
    "mode, offset, source",
    [
        ("xor", 5, LANE ^ 5),
        ("up", 3, np.where(LANE >= 3, LANE - 3, LANE)),
        ("down", 9, np.where(LANE + 9 < 32, LANE + 9, LANE)),
        ("idx", 17, np.full(192, 17)),
    ],
)
def test_shuffle(emulator, mode, offset, source):
    text = elementwise(f"""
      %offset = arith.constant {offset} : i32
      %width = arith.constant 32 : i32
      %y, %valid = gpu.shuffle {mode} %x, %offset, %width : i32""")
    (got,) = emulator.run(text, [X], "shuffled")
    np.testing.assert_array_equal(got, X[np.arange(192) // 32 * 32 + source])


def test_vote(emulator):
    text = elementwise("""
      %zero = arith.constant 0 : i32
      %all = arith.constant -1 : i32
      %negative = arith.cmpi slt, %x, %zero : i32
      %y = nvvm.vote.sync ballot %all, %negative -> i32""")
    (got,) = emulator.run(text, [X], "reversed")
    bits = (X < 0).reshape(6, 32) @ (1 << np.arange(32, dtype=np.uint64))
    np.testing.assert_array_equal(got.view(np.uint32), np.repeat(bits, 32))


ASYNC = f"""
{constants(0, 63)}
      %first = nvgpu.device_async_copy %a0[%i], %s[%t], 1 : memref<192xi32> to memref<64xi32, {SHARED}>
      %group = nvgpu.device_async_create_group %first
      {{wait}}
      gpu.barrier
      %other = arith.subi %c63, %t : index
      %y = memref.load %s[%other] : memref<64xi32, {SHARED}>"""


def test_asynchronous_copy(emulator):
    wait = "nvgpu.device_async_wait %group {numGroups = 0 : i32}"
    text = elementwise(ASYNC.format(wait=wait), **BUFFER)
    (got,) = emulator.run(text, [X])
    np.testing.assert_array_equal(got, X.reshape(3, 64)[:, ::-1].ravel())
    (late,) = emulator.run(elementwise(ASYNC.format(wait=""), **BUFFER), [X])
    assert (late == -1).all()  # nothing has arrived


def test_matrix_load(emulator):
    """Four 8x8 matrices of 16 bits; a lane gets two elements of each."""
    stores = "\n".join(
        f"      %v{m} = vector.extract %r[{m}, 0] : i32 from vector<4x1xi32>\n"
        f"      memref.store %v{m}, %out[%t, %c{m}] : memref<32x4xi32>"
        for m in range(4)
    )
    text = f"""
{constants(0, 1, 2, 3, 4, 8, 32)}
      %t = gpu.thread_id x
      scf.for %j = %c0 to %c4 step %c1 {{
        %v = memref.load %a0[%t, %j] : memref<32x4xi32>
        memref.store %v, %s[%t, %j] : memref<32x4xi32, {SHARED}>
      }}
      gpu.barrier
      %r = nvgpu.ldmatrix %s[%t, %c0] {{transpose = false, numTiles = 4 : i32}}
          : memref<32x4xi32, {SHARED}> -> vector<4x1xi32>
{stores}"""
    rows = np.arange(128, dtype=np.int32).reshape(32, 4) * 65537
    buffer = [("%s", f"memref<32x4xi32, {SHARED}>")]
    text = module(["memref<32x4xi32>"], "memref<32x4xi32>", 1, 32, text, buffer)
    (got,) = emulator.run(text, [rows])
    lanes = np.arange(32)
    want = [rows[8 * m + lanes // 4, lanes % 4] for m in range(4)]
    np.testing.assert_array_equal(got, np.stack(want, 1))


def refused(emulator, text, *parts, order="forward"):
    message = emulator.run(text, [X], order)
    assert isinstance(message, str), message
    for part in parts:
        assert part in message, message


@pytest.mark.parametrize("order", ORDERS)
def test_divergent_barrier(emulator, order):
    text = elementwise(f"""
{constants(5)}
      %few = arith.cmpi ult, %t, %c5 : index
      scf.if %few {{
        gpu.barrier
      }}
      %y = arith.addi %x, %x : i32""")
    refused(
        emulator,
        text,
        "kernel 'kernel', block (",
        "divergent barrier: thread (0, 0, 0) waits at a barrier at ",
        "and thread (5, 0, 0) has ended",
        order=order,
    )


def test_two_barriers(emulator):
    text = elementwise(f"""
{constants(5)}
      %few = arith.cmpi ult, %t, %c5 : index
      scf.if %few {{
        memref.store %x, %out[%i] : memref<192xi32>
        gpu.barrier
      }} else {{
        gpu.barrier
      }}
      %y = arith.addi %x, %x : i32""")
    refused(emulator, text, "divergent barrier: it waits at ", ", others of its block at ")


def test_divergent_warp(emulator):
    text = elementwise(f"""
{constants(5)}
      %one = arith.constant 1 : i32
      %width = arith.constant 32 : i32
      %few = arith.cmpi ult, %t, %c5 : index
      %y = scf.if %few -> i32 {{
        %z, %valid = gpu.shuffle xor %x, %one, %width : i32
        scf.yield %z : i32
      }} else {{
        scf.yield %x : i32
      }}""")
    refused(emulator, text, "divergent warp: thread (0, 0, 0) waits at a shuffle")


@pytest.mark.parametrize(
    "index, text",
    [
        (192, "4 bytes at byte 768 of an allocation of 768 bytes"),
        (4000, "4 bytes at byte 16000 of an allocation of 768 bytes"),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_out_of_bounds(emulator, index, text, write):
    place = f"""
      %place = arith.constant {index} : index"""
    body = (
        f"{place}\n      memref.store %x, %out[%place] : memref<192xi32>"
        "\n      %y = arith.addi %x, %x : i32"
        if write
        else f"{place}\n      %y = memref.load %a0[%place] : memref<192xi32>"
    )
    refused(emulator, elementwise(body), "writes " if write else "reads ", text)


def test_out_of_bounds_of_shared_memory(emulator):
    """Another variable of the block is behind it: that is no excuse."""
    text = elementwise(
        f"""
{constants(64)}
      %far = arith.addi %t, %c64 : index
      memref.store %x, %s[%far] : memref<64xi32, {SHARED}>
      %y = memref.load %u[%t] : memref<64xi32, {SHARED}>""",
        shared=[BUFFER["shared"][0], ("%u", f"memref<64xi32, {SHARED}>")],
    )
    refused(emulator, text, "writes 4 bytes at byte 256 of shared memory of 256 bytes")


@pytest.mark.parametrize(
    "grid, block, text",
    [
        (0, 64, "with a grid of 0 blocks along x; expected 1 to 2147483647"),
        (1, 2048, "with a block of 2048 threads along x; expected 1 to 1024"),
    ],
)
def test_launch(emulator, grid, block, text):
    refused(emulator, elementwise("      %y = arith.addi %x, %x : i32", grid, block), text)


def test_too_much_shared_memory(emulator):
    text = elementwise("      %y = arith.addi %x, %x : i32", dynamic=300000)
    refused(emulator, text, "shared memory of 300000 bytes; expected at most 232448")
