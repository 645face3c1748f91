# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kernels that convert-bitserial-to-gpu makes, and what becomes of them when
something in their IR is wrong: a layout, an operation, a barrier, a fence. Right and wrong
ones go the same way: from text to the emulator."""

import re
import subprocess

import numpy as np
import pytest
from kernels import ORDERS

LOOP, TENSOR = ("sm_80", "loop"), ("sm_80", "tensor")
WARPGROUP = ("sm_90a", "warpgroup")
PRODUCT_OPS = {TENSOR: "nvvm.mma.sync", WARPGROUP: "bitserial.warpgroup_multiply"}


class Product:
    """The product of words [M, W, P] and [W, Q, N], of planes or, with `byte_bits`,
    of bytes: random, but for a row and a column with all bits set."""

    def __init__(self, rows, words, columns, planes=(1, 1), byte_bits=None):
        rng = np.random.default_rng(rows + words + columns)
        p, q = planes
        self.byte_bits = byte_bits
        self.a = rng.integers(0, 2**32, (rows, words, p), np.uint32)
        self.b = rng.integers(0, 2**32, (words, q, columns), np.uint32)
        self.a[-1], self.b[..., -1] = 2**32 - 1, 2**32 - 1
        if byte_bits:
            self.a &= 0x01010101 * (2 ** byte_bits[0] - 1)
            self.b &= 0x01010101 * (2 ** byte_bits[1] - 1)

    @property
    def arguments(self):
        return [self.a.view(np.int32), self.b.view(np.int32)]

    @property
    def text(self):
        """@main: zero sums, and the product added to them."""
        lhs, rhs, sums = (
            "x".join(map(str, shape)) + "xi32"
            for shape in (self.a.shape, self.b.shape, (len(self.a), self.b.shape[2]))
        )
        kind = ""
        if self.byte_bits:
            kind = "byte_bits = array<i64: {}, {}>".format(*self.byte_bits)
        return f"""
func.func @main(%a: tensor<{lhs}>, %b: tensor<{rhs}>) -> tensor<{sums}> {{
  %zero = arith.constant 0 : i32
  %a_m = bufferization.to_buffer %a : tensor<{lhs}> to memref<{lhs}>
  %b_m = bufferization.to_buffer %b : tensor<{rhs}> to memref<{rhs}>
  %c = memref.alloc() : memref<{sums}>
  linalg.fill ins(%zero : i32) outs(%c : memref<{sums}>)
  bitserial.matmul ins(%a_m, %b_m : memref<{lhs}>, memref<{rhs}>)
      outs(%c : memref<{sums}>) {{{kind}}}
  %r = bufferization.to_tensor %c restrict writable : memref<{sums}> to tensor<{sums}>
  return %r : tensor<{sums}>
}}
"""

    def expected(self):
        if self.byte_bits:
            a = self.a.copy().view(np.uint8).reshape(len(self.a), -1).astype(np.int64)
            b = np.ascontiguousarray(self.b[:, 0].T).view(np.uint8).astype(np.int64)
            return (a @ b.T).astype(np.int32)
        out = 0
        for p in range(self.a.shape[2]):
            for q in range(self.b.shape[1]):
                both = self.a[:, None, :, p] & self.b[:, q].T[None]
                counts = np.unpackbits(np.ascontiguousarray(both).view(np.uint8), axis=-1)
                out = out + (counts.sum(-1, dtype=np.int64) << (p + q))
        return out.astype(np.int32)


def lower(emulator, product, kernel):
    """The text of a module whose kernels are outlined and not yet lowered."""
    chip, strategy = kernel
    options = f"--convert-bitserial-to-gpu=chip={chip} strategy={strategy}"
    done = subprocess.run(
        [str(emulator.tool.parent / "dorefa-opt"), options, "--cse",
         "--gpu-launch-sink-index-computations", "--gpu-kernel-outlining"],
        input=product.text, capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(emulator, text, product, order="forward"):
    out = emulator.run(text, product.arguments, order)
    return out if isinstance(out, str) else out[0]


PRODUCTS = {
    "one": Product(1, 1, 1),
    "odd": Product(70, 19, 37, (2, 1)),
    "planes": Product(65, 9, 20, (2, 3)),
    "vectors": Product(64, 32, 64),
    "bytes": Product(130, 18, 9, byte_bits=(8, 8)),
    "deep": Product(129, 300, 70, (1, 2)),
}


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("kernel", [TENSOR, WARPGROUP], ids=lambda kernel: kernel[1])
def test_products(emulator, kernel, name):
    product = PRODUCTS[name]
    text = lower(emulator, product, kernel)
    assert PRODUCT_OPS[kernel] in text
    order = ORDERS[list(PRODUCTS).index(name) % len(ORDERS)]
    np.testing.assert_array_equal(run(emulator, text, product, order), product.expected())


def change(text, pattern, replacement):
    out, changed = re.subn(pattern, replacement, text)
    assert changed
    return out


def is_wrong(emulator, text, product):
    """Whether any order of threads gives other sums, or an error of the kernel."""
    for order in ORDERS:
        out = run(emulator, text, product, order)
        if isinstance(out, str):
            assert re.search(r"kernel 'main_(loop|tensor|warpgroup)_(bits|bytes)', block \(", out)
            return True
        if (out != product.expected()).any():
            return True
    return False


SMALL = Product(40, 24, 24, (1, 2))
MISTAKES = {
    "xor": (TENSOR, r"and_popc", "xor_popc"),
    "xor of a loop": (LOOP, r"arith\.andi (.* : i32)", r"arith.xori \1"),
    # Rows 8 to 15 in the place of words 4 to 7.
    "fragments": (TENSOR, r"A\[(%\w+), (%\w+), (%\w+), (%\w+)\]", r"A[\1, \3, \2, \4]"),
    # Words q and q + 4 of a column.
    "columns": (TENSOR, r"B\[(%\w+), (%\w+)\]", r"B[\2, \1]"),
    "barrier": (TENSOR, r"gpu\.barrier.*", ""),
    "wait": (TENSOR, r"nvvm\.cp\.async\.wait\.group .*", ""),
    "wait of warpgroups": (WARPGROUP, r"nvvm\.cp\.async\.wait\.group .*", ""),
    # Planes exchanged with steps.
    "strides": (WARPGROUP, r"strides = array<i64: (\d+), (\d+)>", r"strides = array<i64: \2, \1>"),
}


@pytest.mark.parametrize("kernel", [LOOP, TENSOR, WARPGROUP], ids=lambda kernel: kernel[1])
def test_no_mistake(emulator, kernel):
    assert not is_wrong(emulator, lower(emulator, SMALL, kernel), SMALL)


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(emulator, name):
    kernel, pattern, replacement = MISTAKES[name]
    text = lower(emulator, SMALL, kernel)
    assert is_wrong(emulator, change(text, pattern, replacement), SMALL)


def test_wrong_descriptor(emulator):
    """The two distances of core matrices exchanged."""
    text = lower(emulator, SMALL, WARPGROUP)
    values = {int(v) for v in re.findall(r"= arith\.constant (\d+) : i64", text)}
    distances = [v for v in values if v >> 32]
    assert distances
    for value in distances:
        along_depth, along_rows = value >> 16 & 0x3FFF, value >> 32
        exchanged = along_rows << 16 | along_depth << 32
        text = change(text, f"constant {value} : i64", f"constant {exchanged} : i64")
    assert is_wrong(emulator, text, SMALL)


@pytest.mark.parametrize(
    "op, missing",
    [(r"nvvm\.fence\.proxy .*", "proxy fence of the writer"), (r"gpu\.barrier.*", "barrier")],
)
def test_unseen_writes(emulator, op, missing):
    text = lower(emulator, SMALL, WARPGROUP)
    out = run(emulator, change(text, op, ""), SMALL)
    assert isinstance(out, str)
    assert f"shared memory was written, and no {missing} came before a product" in out
