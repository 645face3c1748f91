# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module whose @main packs and unpacks and prints what went wrong.

    pack_cases.py SHAPES AXES BITS [--layout=LAYOUTS] [--bytes] [--break]

SHAPES (like 2x33x5), AXES, BITS and LAYOUTS are comma-separated lists. In each
combination, codes are packed and the words compared, one by one, with their
definition; the words are unpacked and compared with the codes. Codes and words
lie inside of larger buffers full of ones, which must not show in the result nor
change. Layouts: `plain` static shapes, the buffers just larger on the outermost
axis; `inside` a subview with margins on every axis; `dynamic` as inside, sizes
and outer strides dynamic; `any` strides of two along the last axis. --bytes
packs into words of bytes, from which nothing is unpacked; the codes then have
upper bits that are to be dropped. --break flips one bit of the packed words,
which the comparisons must notice.

Each combination prints (its number, wrong words, wrong codes, changed margins).
"""

import argparse
import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "Inputs"))
from loop_writer import dims, fill_codes, strides_of, write_module  # noqa: E402


class Buffer:
    """A buffer in the middle of another one full of ones."""

    def __init__(self, w, shape, element, layout):
        self.shape, self.element = shape, element
        step = 2 if layout == "any" else 1
        margins = [1] * len(shape) if layout != "plain" else (
            [1] + [0] * (len(shape) - 1))
        self.margins = margins
        self.outer = [s * (step if i == len(shape) - 1 else 1) + 2 * m
                      for i, (s, m) in enumerate(zip(shape, margins))]
        self.outer_type = f"memref<{dims(self.outer, element)}>"
        self.whole = w.let(f"memref.alloc() : {self.outer_type}")
        ones = w.constant(-1, element)
        w.put(f"linalg.fill ins({ones} : {element}) "
              f"outs({self.whole} : {self.outer_type})")
        outer_strides = strides_of(self.outer)
        offset = sum(m * s for m, s in zip(margins, outer_strides))
        strides = outer_strides[:-1] + [step]
        self.type = (f"memref<{dims(shape, element)}, "
                     f"strided<{strides}, offset: {offset}>>")
        static = self.type
        self.view = w.let(
            f"memref.subview {self.whole}{margins} {shape} "
            f"{[1] * (len(shape) - 1) + [step]} : {self.outer_type} to {static}")
        self.step = step

    def load(self, w, indices):
        return w.let(f"memref.load {self.view}[{', '.join(indices)}] : {self.type}")

    def store(self, w, value, indices):
        w.put(f"memref.store {value}, {self.view}[{', '.join(indices)}] : {self.type}")

    def argument(self, w, dynamic, keep=()):
        """The view, with its sizes (but those of axes in `keep`) hidden."""
        if not dynamic:
            return self.view, self.type
        shape = [s if i in keep else "?" for i, s in enumerate(self.shape)]
        strides = ["?"] * (len(shape) - 1) + [str(self.step)]
        type = (f"memref<{dims(shape, self.element)}, "
                f"strided<[{', '.join(strides)}], offset: ?>>")
        return w.let(f"memref.cast {self.view} : {self.type} to {type}"), type

    def changed(self, w):
        """Elements of the margins that are not full of ones any more."""
        ones = w.constant(-1, self.element)
        limits = [(w.constant(m), w.constant(m + s * (self.step if i == len(self.shape) - 1 else 1)))
                  for i, (m, s) in enumerate(zip(self.margins, self.shape))]
        zero, one = w.constant(0, "i32"), w.constant(1, "i32")
        yes = w.let("arith.constant true")
        two, none = w.constant(2), w.constant(0)

        def body(ivs):
            inside = yes
            for iv, (low, high) in zip(ivs, limits):
                for relation, limit in (("uge", low), ("ult", high)):
                    test = w.let(f"arith.cmpi {relation}, {iv}, {limit} : index")
                    inside = w.let(f"arith.andi {inside}, {test} : i1")
            if self.step == 2:
                relative = w.let(f"arith.subi {ivs[-1]}, {limits[-1][0]} : index")
                odd = w.let(f"arith.remui {relative}, {two} : index")
                even = w.let(f"arith.cmpi eq, {odd}, {none} : index")
                inside = w.let(f"arith.andi {inside}, {even} : i1")
            value = w.let(f"memref.load {self.whole}[{', '.join(ivs)}] : {self.outer_type}")
            wrong = w.let(f"arith.cmpi ne, {value}, {ones} : {self.element}")
            outside = w.let(f"arith.xori {inside}, {yes} : i1")
            wrong = w.let(f"arith.andi {wrong}, {outside} : i1")
            return w.let(f"arith.extui {wrong} : i1 to i32")

        return w.loops(self.outer, body)


def write_case(w, shape, axis, bits, layout, in_bytes, broken):
    per_word, planes = (4, 1) if in_bytes else (32, bits)
    words_shape = shape[:axis] + [-(-shape[axis] // per_word), planes] + shape[axis + 1:]
    codes = Buffer(w, shape, "i8", layout)
    words = Buffer(w, words_shape, "i32", layout)
    back = Buffer(w, shape, "i8", layout)
    dynamic = layout == "dynamic"
    one, zero = w.constant(1, "i32"), w.constant(0, "i32")
    size = w.constant(shape[axis])
    codes_per_word = w.constant(per_word)

    fill_codes(w, shape, 8 if in_bytes else bits, lambda value, ivs: codes.store(w, value, ivs))
    a, a_type = codes.argument(w, dynamic)
    p, p_type = words.argument(w, dynamic, [axis + 1])
    b, b_type = back.argument(w, dynamic)
    w.put(f"bitserial.pack ins({a} : {a_type}) outs({p} : {p_type}) "
          f"{{axis = {axis} : i64, bits = {bits} : i64{', bytes' if in_bytes else ''}}}")
    if broken:
        at = [w.constant(s - 1) for s in words_shape]
        value = words.load(w, at)
        words.store(w, w.let(f"arith.xori {value}, {one} : i32"), at)
    if in_bytes:
        w.put(f"memref.copy {a}, {b} : {a_type} to {b_type}")
    else:
        w.put(f"bitserial.unpack ins({p} : {p_type}) outs({b} : {b_type}) "
              f"{{axis = {axis} : i64}}")

    def wrong_words(ivs):
        start = w.let(f"arith.muli {ivs[axis]}, {codes_per_word} : index")
        plane = w.let(f"arith.index_cast {ivs[axis + 1]} : index to i32")
        zero_index, one_index = w.constant(0), w.constant(1)
        w.count += 1
        bit, acc, result = (f"%{x}{w.count}" for x in ("b", "e", "w"))
        w.put(f"{result} = scf.for {bit} = {zero_index} to {codes_per_word} step "
              f"{one_index} iter_args({acc} = {zero}) -> (i32) {{")
        w.depth += 1
        position = w.let(f"arith.addi {start}, {bit} : index")
        there = w.let(f"arith.cmpi ult, {position}, {size} : index")
        w.count += 1
        got = f"%g{w.count}"
        w.put(f"{got} = scf.if {there} -> (i32) {{")
        w.depth += 1
        code = codes.load(w, ivs[:axis] + [position] + ivs[axis + 2:])
        code = w.let(f"arith.extui {code} : i8 to i32")
        amount = w.let(f"arith.index_cast {bit} : index to i32")
        if in_bytes:
            largest = w.constant((1 << bits) - 1, "i32")
            code = w.let(f"arith.andi {code}, {largest} : i32")
            amount = w.let(f"arith.muli {amount}, {w.constant(8, 'i32')} : i32")
        else:
            code = w.let(f"arith.shrui {code}, {plane} : i32")
            code = w.let(f"arith.andi {code}, {one} : i32")
        code = w.let(f"arith.shli {code}, {amount} : i32")
        w.put(f"scf.yield {code} : i32")
        w.depth -= 1
        w.put("} else {")
        w.put(f"  scf.yield {zero} : i32")
        w.put("}")
        sum = w.let(f"arith.addi {acc}, {got} : i32")
        w.put(f"scf.yield {sum} : i32")
        w.depth -= 1
        w.put("}")
        value = words.load(w, ivs)
        wrong = w.let(f"arith.cmpi ne, {value}, {result} : i32")
        return w.let(f"arith.extui {wrong} : i1 to i32")

    def wrong_codes(ivs):
        wrong = w.let(f"arith.cmpi ne, {codes.load(w, ivs)}, {back.load(w, ivs)} : i8")
        return w.let(f"arith.extui {wrong} : i1 to i32")

    results = [w.loops(words_shape, wrong_words), w.loops(shape, wrong_codes)]
    changed = [b.changed(w) for b in (codes, words, back)]
    total = w.let(f"arith.addi {changed[0]}, {changed[1]} : i32")
    results.append(w.let(f"arith.addi {total}, {changed[2]} : i32"))
    for buffer in (codes, words, back):
        w.put(f"memref.dealloc {buffer.whole} : {buffer.outer_type}")
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shapes")
    parser.add_argument("axes")
    parser.add_argument("bits")
    parser.add_argument("--layout", default="plain")
    parser.add_argument("--bytes", dest="in_bytes", action="store_true")
    parser.add_argument("--break", dest="broken", action="store_true")
    options = parser.parse_args()
    shapes = [[int(s) for s in shape.split("x")] for shape in options.shapes.split(",")]
    axes = [int(a) for a in options.axes.split(",")]
    bits = [int(b) for b in options.bits.split(",")]
    cases = list(itertools.product(shapes, axes, bits, options.layout.split(",")))
    print(write_module([
        lambda w, case=case: write_case(
            w, *case, options.in_bytes, options.broken) for case in cases]))


if __name__ == "__main__":
    main()
