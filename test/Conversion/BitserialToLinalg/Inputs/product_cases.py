# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module whose @main multiplies packed codes, compares the sums with
those of plain loops over the codes, and prints (case number, wrong sums).

    product_cases.py [--break] CASE...

where CASE is KIND:NUMBERS:LHSxRHS[:FLAGS], LHS and RHS the numbers of bits:

    matmul:MxKxN:2x1[:transposed][,largest][,bytes]
    conv:NxHxWxGxCxF,KHxKW[,SHxSW[,DHxDW]]:2x1[:largest][,bytes]
    popsum:MxKxN:2[:largest][,bytes]

C and F count the channels of one group, H and W what the convolution sees. With
`largest` all codes are the largest ones, with `bytes` words hold bytes. popsum
adds over K. The accumulators start with numbers, which a product adds to and
popsum overwrites. --break adds one to a code behind the back of the plain loops.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "Inputs"))
from loop_writer import dims, fill_codes, write_module  # noqa: E402


class Array:
    def __init__(self, w, shape, element):
        self.w, self.shape = w, shape
        self.type = f"memref<{dims(shape, element)}>"
        self.name = w.let(f"memref.alloc() : {self.type}")

    def load(self, *indices):
        return self.w.let(f"memref.load {self.name}[{', '.join(indices)}] : {self.type}")

    def store(self, value, indices):
        self.w.put(f"memref.store {value}, {self.name}[{', '.join(indices)}] : {self.type}")

    def load_code(self, *indices):
        return self.w.let(f"arith.extui {self.load(*indices)} : i8 to i32")

    def packed(self, axis, bits, in_bytes):
        per_word, planes = (4, 1) if in_bytes else (32, bits)
        shape = self.shape[:axis] + [-(-self.shape[axis] // per_word), planes] + (
            self.shape[axis + 1:])
        words = Array(self.w, shape, "i32")
        self.w.put(f"bitserial.pack ins({self.name} : {self.type}) outs({words.name} : "
                   f"{words.type}) {{axis = {axis} : i64, bits = {bits} : i64"
                   f"{', bytes' if in_bytes else ''}}}")
        return words


def compare(w, op, attributes, operands, shape, expect, accumulates, broken):
    """Runs the op and counts the sums that differ from what `expect` builds."""
    sums = Array(w, shape, "i32")
    names = ", ".join(words.name for _, words in operands)
    types = ", ".join(words.type for _, words in operands)
    codes = operands[-1][0]

    def number(ivs):
        return w.let(f"arith.index_cast {w.flat_index(ivs, shape)} : index to i32")

    w.loops(shape, lambda ivs: sums.store(number(ivs), ivs))
    w.put(f"{op} ins({names} : {types}) outs({sums.name} : {sums.type}) {attributes}")
    if broken:
        last = [w.constant(size - 1) for size in codes.shape]
        one = w.constant(1, "i8")
        codes.store(w.let(f"arith.addi {codes.load(*last)}, {one} : i8"), last)

    def wrong(ivs):
        expected = expect(ivs)
        if accumulates:
            expected = w.let(f"arith.addi {number(ivs)}, {expected} : i32")
        test = w.let(f"arith.cmpi ne, {expected}, {sums.load(*ivs)} : i32")
        return w.let(f"arith.extui {test} : i1 to i32")

    return [w.loops(shape, wrong)]


def filled(w, shape, axis, bits, flags):
    codes = Array(w, shape, "i8")
    fill_codes(w, shape, bits, codes.store, "largest" in flags)
    return codes, codes.packed(axis, bits, "bytes" in flags)


def byte_bits(bits, flags):
    """The attribute of a product of words of bytes, in a list."""
    numbers = ", ".join(map(str, bits))
    return [f"byte_bits = array<i64: {numbers}>"] if "bytes" in flags else []


def attributes(items):
    return "{" + ", ".join(items) + "}"


def write_matmul(w, numbers, bits, flags, broken):
    m, k, n = numbers[0]
    transposed = "transposed" in flags
    lhs = filled(w, [k, m] if transposed else [m, k], 0 if transposed else 1,
                 bits[0], flags)
    rhs = filled(w, [k, n], 0, bits[1], flags)

    def product(ivs):
        def term(depth):
            at = depth + ivs[:1] if transposed else ivs[:1] + depth
            x, y = lhs[0].load_code(*at), rhs[0].load_code(*depth, ivs[1])
            return w.let(f"arith.muli {x}, {y} : i32")
        return w.loops([k], term)

    items = byte_bits(bits, flags) + ["transpose_lhs"] * transposed
    return compare(w, "bitserial.matmul", attributes(items),
                   [lhs, rhs], [m, n], product, True, broken)


def write_conv(w, numbers, bits, flags, broken):
    (n, height, width, g, c, f), (kh, kw) = numbers[:2]
    strides = numbers[2] if len(numbers) > 2 else [1, 1]
    dilations = numbers[3] if len(numbers) > 3 else [1, 1]
    image = filled(w, [n, height, width, g, c], 4, bits[0], flags)
    kernel = filled(w, [g, kh, kw, c, f], 3, bits[1], flags)
    out = [(size - d * (k - 1) - 1) // s + 1 for size, k, s, d in
           zip((height, width), (kh, kw), strides, dilations)]

    def position(output, tap, axis):
        start = w.let(f"arith.muli {output}, {w.constant(strides[axis])} : index")
        offset = w.let(f"arith.muli {tap}, {w.constant(dilations[axis])} : index")
        return w.let(f"arith.addi {start}, {offset} : index")

    def product(ivs):
        b, y, x, group, channel = ivs

        def term(inner):
            i, j, depth = inner
            a = image[0].load_code(b, position(y, i, 0), position(x, j, 1), group, depth)
            v = kernel[0].load_code(group, i, j, depth, channel)
            return w.let(f"arith.muli {a}, {v} : i32")
        return w.loops([kh, kw, c], term)

    lists = [f"array<i64: {a}, {b}>" for a, b in (strides, dilations)]
    items = [f"strides = {lists[0]}", f"dilations = {lists[1]}"]
    return compare(w, "bitserial.conv2d", attributes(items + byte_bits(bits, flags)),
                   [image, kernel], [n, *out, g, f], product, True, broken)


def write_popsum(w, numbers, bits, flags, broken):
    m, k, n = numbers[0]
    operand = filled(w, [m, k, n], 1, bits[0], flags)
    items = ["axis = 1 : i64"]
    if "bytes" in flags:
        items.append(f"byte_bits = {bits[0]} : i64")

    def total(ivs):
        return w.loops([k], lambda depth: operand[0].load_code(ivs[0], *depth, ivs[1]))

    return compare(w, "bitserial.popsum", attributes(items), [operand], [m, n],
                   total, False, broken)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="+")
    parser.add_argument("--break", dest="broken", action="store_true")
    options = parser.parse_args()
    cases = []
    for case in options.cases:
        kind, numbers, bits, flags = (case.split(":") + [""])[:4]
        numbers = [[int(n) for n in part.split("x")] for part in numbers.split(",")]
        bits = [int(b) for b in bits.split("x")]
        write = {"matmul": write_matmul, "conv": write_conv,
                 "popsum": write_popsum}[kind]
        cases.append(lambda w, write=write, arguments=(numbers, bits, flags.split(",")):
                     write(w, *arguments, options.broken))
    print(write_module(cases))


if __name__ == "__main__":
    main()
