# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of products that make codes of their sums and words of the codes: all
kinds of kernels and words, columns that fill words and that do not, rows beyond the
end; and mistakes in the exchange between threads, each of which is seen."""

import re

import numpy as np
import pytest
from kernels import ORDERS
from test_generated import LOOP, TENSOR, WARPGROUP, Product, change, is_wrong, lower, run

KERNELS = (LOOP, TENSOR, WARPGROUP)


class PackedProduct(Product):
    """Codes `3 sum + shift of the column`, of which `bits` are packed, the lowest
    ones: as planes or as bytes. With `others` these numbers are a result, too; of
    `unknown` rows the kernels do not know how many there are."""

    def __init__(
        self, rows, words, columns, bits, bytes=False, others=False, unknown=False, **kwargs
    ):
        super().__init__(rows, words, columns, **kwargs)
        self.bits, self.bytes, self.others, self.unknown = bits, bytes, others, unknown
        self.shifts = np.arange(columns, dtype=np.int32) * 7 % 61 - 30

    @property
    def arguments(self):
        return [self.a.view(np.int32), self.b.view(np.int32), self.shifts]

    @property
    def text(self):
        rows, columns = "?" if self.unknown else len(self.a), self.b.shape[2]
        size = "%rows" if self.unknown else ""
        per_word, planes = (4, 1) if self.bytes else (32, self.bits)
        words = f"{rows}x{-(-columns // per_word)}x{planes}xi32"
        lhs, rhs = (
            "x".join(map(str, sizes)) + "xi32"
            for sizes in ((rows, *self.a.shape[1:]), self.b.shape)
        )
        shape = f"{rows}x{columns}x"
        kind = "byte_bits = array<i64: {}, {}>".format(*self.byte_bits) if self.byte_bits else ""
        pack = "bytes, " if self.bytes else ""

        def more(text):
            return text if self.others else ""

        return f"""
#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
func.func @main(%a: tensor<{lhs}>, %b: tensor<{rhs}>, %t: tensor<{columns}xi32>)
    -> (tensor<{words}>{more(f", tensor<{shape}i32>")}) {{
  %zero = arith.constant 0 : i32
  %first = arith.constant 0 : index
  %three = arith.constant 3 : i32
  %a_m = bufferization.to_buffer %a : tensor<{lhs}> to memref<{lhs}>
  %b_m = bufferization.to_buffer %b : tensor<{rhs}> to memref<{rhs}>
  %t_m = bufferization.to_buffer %t : tensor<{columns}xi32> to memref<{columns}xi32>
  %rows = memref.dim %a_m, %first : memref<{lhs}>
  %c = memref.alloc({size}) : memref<{shape}i32>
  linalg.fill ins(%zero : i32) outs(%c : memref<{shape}i32>)
  %codes = memref.alloc({size}) : memref<{shape}i8>
  {more(f"%others = memref.alloc({size}) : memref<{shape}i32>")}
  bitserial.matmul ins(%a_m, %b_m : memref<{lhs}>, memref<{rhs}>)
      outs(%c : memref<{shape}i32>) {{{kind}}}
  linalg.generic {{
      indexing_maps = [#id, #column, #id{more(", #id")}],
      iterator_types = ["parallel", "parallel"]}}
      ins(%c, %t_m : memref<{shape}i32>, memref<{columns}xi32>)
      outs(%codes{more(", %others")} : memref<{shape}i8>{more(f", memref<{shape}i32>")}) {{
  ^bb0(%sum: i32, %shift: i32, %out: i8{more(", %o: i32")}):
    %x = arith.muli %sum, %three : i32
    %y = arith.addi %x, %shift : i32
    %code = arith.trunci %y : i32 to i8
    linalg.yield %code{more(", %y")} : i8{more(", i32")}
  }}
  memref.dealloc %c : memref<{shape}i32>
  %words = memref.alloc({size}) : memref<{words}>
  bitserial.pack ins(%codes : memref<{shape}i8>) outs(%words : memref<{words}>)
      {{{pack}axis = 1 : i64, bits = {self.bits} : i64}}
  memref.dealloc %codes : memref<{shape}i8>
  %r = bufferization.to_tensor %words restrict writable : memref<{words}> to tensor<{words}>
  {more(f"%s = bufferization.to_tensor %others restrict writable : memref<{shape}i32> to tensor<{shape}i32>")}
  return %r{more(", %s")} : tensor<{words}>{more(f", tensor<{shape}i32>")}
}}
"""

    def values(self):
        return 3 * super().expected() + self.shifts

    def expected(self):
        codes = self.values() & (2**self.bits - 1)
        per_word = 4 if self.bytes else 32
        missing = -codes.shape[1] % per_word
        codes = np.pad(codes, ((0, 0), (0, missing))).reshape(len(codes), -1, per_word)
        if self.bytes:
            planes, distance = codes[:, :, None], 8
        else:
            planes = np.stack([codes >> p & 1 for p in range(self.bits)], 2)
            distance = 1
        places = np.arange(per_word, dtype=np.uint32) * np.uint32(distance)
        return (planes.astype(np.uint32) << places).sum(-1, dtype=np.uint32).view(np.int32)


def name_of(value):
    return value[1] if isinstance(value, tuple) else None


PRODUCTS = {
    "one": PackedProduct(1, 1, 1, bits=1),
    "word": PackedProduct(17, 3, 32, bits=2),
    "odd": PackedProduct(70, 9, 37, bits=3, planes=(2, 1)),
    "two blocks": PackedProduct(130, 5, 133, bits=1),
    "all planes": PackedProduct(33, 4, 65, bits=8, planes=(1, 2)),
    "bytes": PackedProduct(41, 6, 30, bits=5, bytes=True, byte_bits=(8, 8)),
    "one byte": PackedProduct(3, 2, 65, bits=8, bytes=True, planes=(1, 3)),
    "others": PackedProduct(20, 4, 39, bits=2, others=True),
}


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("kernel", KERNELS, ids=name_of)
def test_words(emulator, kernel, name):
    product = PRODUCTS[name]
    text = lower(emulator, product, kernel)
    # One kernel, and no codes in memory.
    assert text.count("gpu.launch_func") == 1 and "bitserial.pack" not in text
    assert "i8>" not in re.sub("memref<.xi8, .*", "", text)
    order = ORDERS[list(PRODUCTS).index(name) % len(ORDERS)]
    out = emulator.run(text, product.arguments, order)
    assert not isinstance(out, str), out
    np.testing.assert_array_equal(out[0], product.expected())
    if product.others:
        np.testing.assert_array_equal(out[1], product.values())


@pytest.mark.parametrize("chip", ["sm_80", "sm_90a"])
@pytest.mark.parametrize("rows", [2, 37])
def test_few_or_many_rows(emulator, rows, chip):
    """Of two kernels the host takes one."""
    product = PackedProduct(rows, 3, 70, bits=2, others=True, unknown=True)
    text = lower(emulator, product, (chip, "auto"))
    assert text.count("gpu.launch_func") == 2 and "bitserial.pack" not in text
    out = emulator.run(text, product.arguments, "shuffled")
    assert not isinstance(out, str), out
    np.testing.assert_array_equal(out[0], product.expected())
    np.testing.assert_array_equal(out[1], product.values())


SMALL = PackedProduct(20, 3, 45, bits=2)
BYTES = PackedProduct(20, 3, 45, bits=5, bytes=True)
WRONG_PARTNER = (r"(gpu\.shuffle\s+xor \S+) %c2_i32\w*", r"\1 %c1_i32")
# Threads beyond the last column have bits, too.
COLUMNS_BEYOND = (r"(else \{\s+scf\.yield) %c0_i32\w* : i32", r"\1 %c3_i32 : i32")
MISTAKES = {
    "partner": (TENSOR, SMALL, *WRONG_PARTNER),
    "partner in a warpgroup": (WARPGROUP, SMALL, *WRONG_PARTNER),
    "partner of bytes": (TENSOR, BYTES, r"(gpu\.shuffle\s+xor \S+) %c1_i32\w*", r"\1 %c2_i32"),
    "partner of bytes in a loop": (LOOP, BYTES, *WRONG_PARTNER),
    # Bit 8 of a word at 9, where another one is.
    "place": (TENSOR, SMALL, r"shli (\S+), %c8_i32\w*", r"shli \1, %c9_i32"),
    "plane": (TENSOR, SMALL, r"shrui (\S+), %c1_i32\w*", r"shrui \1, %c2_i32"),
    "plane of a loop": (LOOP, SMALL, r"shrui (\S+), %c1_i32\w*", r"shrui \1, %c2_i32"),
    "voters": (LOOP, SMALL, r"(nvvm\.vote\.sync +ballot) %c-1_i32\w*", r"\1 %c1_i32"),
    "beyond": (TENSOR, SMALL, *COLUMNS_BEYOND),
    "beyond in a warpgroup": (WARPGROUP, SMALL, *COLUMNS_BEYOND),
    "beyond in a loop": (LOOP, SMALL, *COLUMNS_BEYOND),
}


@pytest.mark.parametrize("product", [SMALL, BYTES], ids=["planes", "bytes"])
@pytest.mark.parametrize("kernel", KERNELS, ids=name_of)
def test_no_mistake(emulator, kernel, product):
    assert not is_wrong(emulator, lower(emulator, product, kernel), product)


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(emulator, name):
    kernel, product, pattern, replacement = MISTAKES[name]
    text = lower(emulator, product, kernel)
    assert is_wrong(emulator, change(text, pattern, replacement), product)
