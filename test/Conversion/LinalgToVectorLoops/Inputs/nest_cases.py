# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module with one function per linalg op, and a @main that runs them.

    nest_cases.py GROUP... [--fractions]

Every buffer lies inside a larger one, all of which is printed after the call:
a write beside the operands shows. Elements are small integers, so that float
sums are exact in any order and two lowerings must print the same; --fractions
makes them fractions, for which order matters. --list names the groups.
"""

import argparse
import math

MARGIN = 16  # elements before and behind each operand


class Buffer:
    """An operand: element type, shape (a name for a dynamic size), and strides
    with an offset where the layout is not the identity (None: dynamic)."""

    def __init__(self, element, *shape, strides=None, offset=0):
        self.element, self.shape = element, shape
        self.strides, self.offset = strides, offset

    @property
    def type(self):
        sizes = "".join(f"{'?' if isinstance(s, str) else s}x" for s in self.shape)
        if self.strides is None:
            return f"memref<{sizes}{self.element}>"
        show = ["?" if s is None else str(s) for s in (*self.strides, self.offset)]
        return (f"memref<{sizes}{self.element}, strided<[{', '.join(show[:-1])}], "
                f"offset: {show[-1]}>>")


def f32(*shape, **layout):
    return Buffer("f32", *shape, **layout)


def i32(*shape, **layout):
    return Buffer("i32", *shape, **layout)


def i8(*shape, **layout):
    return Buffer("i8", *shape, **layout)


class Cases:
    def __init__(self):
        self.groups = {}

    def op(self, group, name, buffers, text, **sizes):
        """`text` is the op on %0, %1, ...; `sizes` are the dynamic ones."""
        self.groups.setdefault(group, []).append((name, buffers, text, sizes))

    def generic(self, group, name, buffers, loops, maps, body, outputs=1, **sizes):
        """`loops` as in "m n | k", reductions behind the bar. `body` may use
        %b0, %b1, ...; its last line is what it yields."""
        parallel, _, reduction = loops.partition("|")
        dims = parallel.split() + reduction.split()
        kinds = ['"parallel"'] * len(parallel.split())
        kinds += ['"reduction"'] * len(reduction.split())
        affine = [f"affine_map<({', '.join(dims)}) -> ({m})>" for m in maps.split("; ")]
        count = len(buffers) - outputs

        def clause(word, numbers):
            if not numbers:
                return ""
            values = ", ".join(f"%{n}" for n in numbers)
            types = ", ".join(buffers[n].type for n in numbers)
            return f" {word}({values} : {types})"

        *lines, result = body.strip().splitlines()
        elements = [b.element for b in buffers]
        arguments = ", ".join(f"%b{n}: {e}" for n, e in enumerate(elements))
        lines.append(f"linalg.yield {result.strip()} : {', '.join(elements[count:])}")
        text = (f"linalg.generic {{indexing_maps = [{', '.join(affine)}], "
                f"iterator_types = [{', '.join(kinds)}]}}"
                f"{clause('ins', range(count))}"
                f"{clause('outs', range(count, len(buffers)))} {{\n"
                f"    ^bb0({arguments}):\n      " + "\n      ".join(lines) + "\n    }")
        self.op(group, name, buffers, text, **sizes)


cases = Cases()


def elementwise():
    g = "elementwise"
    scale = "%x = arith.mulf %b0, %b1 : f32\n%y = arith.addf %x, %b0 : f32\n%y"
    for c in (33, 1, 10, 3, 64):
        for n in (0, 1, 5):
            cases.generic(g, f"channels_{c}_{n}", [f32("n", 7, c), f32(c), f32("n", 7, c)],
                          "n w c", "n, w, c; c; n, w, c", scale, n=n)
    sub = "%x = arith.subf %b0, %b1 : f32\n%x"
    cases.generic(g, "dynamic", [f32("n", 10)] * 3, "n c", "n, c; n, c; n, c", sub, n=37)
    cases.generic(g, "long_rows", [f32("n", 28, 28, 32), f32("n"), f32("n", 28, 28, 32)],
                  "n h w c", "n, h, w, c; n; n, h, w, c", sub, n=3)
    cases.generic(g, "one_long_row", [f32(100003)] * 2, "n", "n; n",
                  "%z = arith.constant 3.0 : f32\n%x = arith.addf %b0, %z : f32\n%x")
    cases.generic(g, "all_dynamic", [f32("n", "m"), f32("m"), f32("n", "m")], "n m",
                  "n, m; m; n, m", sub, n=3, m=45)
    cases.generic(g, "bytes_to_float", [i8(5, 77), f32(5), f32(5, 77)], "i j",
                  "i, j; i; i, j", "%x = arith.sitofp %b0 : i8 to f32\n"
                  "%y = arith.mulf %x, %b1 : f32\n%y")
    cases.generic(g, "bytes", [i8(3, 5, 77)] * 3, "k i j", "k, i, j; k, i, j; k, i, j",
                  "%x = arith.addi %b0, %b1 : i8\n%x")
    cases.generic(g, "wide_integers", [i32(5, 19), Buffer("i64", 5, 19)], "i j", "i, j; i, j",
                  "%x = arith.extsi %b0 : i32 to i64\n%y = arith.muli %x, %x : i64\n%y")
    cases.generic(g, "doubles", [Buffer("f64", 5, 19)] * 2, "i j", "i, j; i, j",
                  "%x = arith.mulf %b0, %b0 : f64\n%x")
    cases.generic(g, "indices", [f32(6, 21)] * 2, "i j", "i, j; i, j", """
        %i = linalg.index 0 : index
        %j = linalg.index 1 : index
        %ii = arith.index_cast %i : index to i32
        %jj = arith.index_cast %j : index to i32
        %k = arith.muli %ii, %jj : i32
        %s = arith.addi %i, %j : index
        %si = arith.index_cast %s : index to i32
        %t = arith.addi %k, %si : i32
        %x = arith.sitofp %t : i32 to f32
        %y = arith.addf %x, %b0 : f32
        %y""")
    # Blocks of four elements share a value; one starts inside of a
    # block, and one wraps around: nothing is known to be shared.
    for name, shape, start, t, mask in [
            ("blocks", (6, 128), 8, "i64", 3), ("blocks_of_rows", (6, 20), 0, "i64", 3),
            ("blocks_of_any", ("n", "m"), 0, "i64", 3), ("no_blocks", (6, 128), 6, "i64", 3),
            ("wide_mask", (6, 128), 4, "i64", 12), ("narrow_blocks", (3, 128), 0, "i8", 3)]:
        cases.generic(g, name, [Buffer(t, *shape)] * 2, "i j", "i, j; i, j", f"""
            %i = linalg.index 0 : index
            %j = linalg.index 1 : index
            %width = arith.constant 128 : index
            %row = arith.muli %i, %width : index
            %k = arith.addi %row, %j : index
            %first = arith.constant {start} : index
            %e = arith.addi %k, %first : index
            %w = arith.index_cast %e : index to {t}
            %two = arith.constant 2 : {t}
            %factor = arith.constant 77 : {t}
            %bits = arith.constant {mask} : {t}
            %block = arith.shrui %w, %two : {t}
            %x = arith.muli %block, %factor : {t}
            %y = arith.xori %x, %block : {t}
            %part = arith.andi %w, %bits : {t}
            %z = arith.addi %y, %part : {t}
            %r = arith.xori %z, %b0 : {t}
            %r""", n=5, m=75)
    cases.generic(g, "clip_and_mask",
                  [f32("n", 14, 14, 24), f32("n", 14, 14, 24), i8("n", 14, 14, 24)],
                  "n h w c", "n, h, w, c; n, h, w, c; n, h, w, c", """
        %z = arith.constant 0.0 : f32
        %o = arith.constant 3.0 : f32
        %p = arith.cmpf oge, %b0, %z : f32
        %q = arith.cmpf ole, %b0, %o : f32
        %m = arith.andi %p, %q : i1
        %x = arith.select %m, %b0, %z : f32
        %r = math.roundeven %x : f32
        %e = arith.extui %m : i1 to i8
        %r, %e""", outputs=2, n=2)
    cases.generic(g, "no_loop", [f32(), f32()], "", "; ",
                  "%x = arith.addf %b0, %b1 : f32\n%x")
    cases.generic(g, "branch_in_body", [f32(9, 24)] * 2, "i j", "i, j; i, j", """
        %z = arith.constant 0.0 : f32
        %c = arith.cmpf ogt, %b0, %z : f32
        %r = scf.if %c -> f32 {
          scf.yield %b0 : f32
        } else {
          %n = arith.negf %b0 : f32
          scf.yield %n : f32
        }
        %r""")


def transposes():
    g = "transposes"
    copy = "%b0"
    cases.generic(g, "filter", [f32(48, 3, 3, 20), f32(3, 3, 20, 48)], "h w i o",
                  "o, h, w, i; h, w, i, o", copy)
    cases.generic(g, "matrix", [f32(35, 41), f32(41, 35)], "i j", "j, i; i, j", copy)
    cases.generic(g, "batch", [f32("n", 35, 41), f32("n", 41, 35)], "n i j",
                  "n, j, i; n, i, j", copy, n=2)
    cases.generic(g, "byte_matrix", [i8(35, 70), i8(70, 35)], "i j", "j, i; i, j", copy)
    cases.generic(g, "backwards", [f32(5, 40)] * 2, "i j", "i, -j + 39; i, j", copy)
    cases.generic(g, "flipped_filter", [f32(3, 3, 5, 9), f32(3, 3, 9, 5)], "h w o i",
                  "-h + 2, -w + 2, i, o; h, w, o, i", copy)
    cases.generic(g, "every_second", [f32(5, 81), f32(5, 40)], "i j", "i, j * 2 + 1; i, j", copy)
    cases.generic(g, "into_padding", [f32(4, 6, 6, 8), f32(4, 8, 8, 8)], "n h w c",
                  "n, h, w, c; n, h + 1, w + 1, c", copy)


def reductions():
    g = "reductions"
    combiners = [("addf", "f32"), ("mulf", "f32"), ("maximumf", "f32"), ("maxnumf", "f32"),
                 ("minimumf", "f32"), ("minnumf", "f32"), ("addi", "i32"), ("muli", "i32"),
                 ("maxsi", "i32"), ("maxui", "i32"), ("minsi", "i32"), ("minui", "i32"),
                 ("ori", "i32"), ("andi", "i32"), ("xori", "i32")]
    for combiner, t in combiners:
        body = f"%x = arith.{combiner} %b1, %b0 : {t}\n%x"
        cases.generic(g, f"rows_{combiner}", [Buffer(t, 5, 83), Buffer(t, 5)], "i | j",
                      "i, j; i", body)
        cases.generic(g, f"columns_{combiner}", [Buffer(t, 83, 13), Buffer(t, 13)], "i | j",
                      "j, i; i", body)
        cases.generic(g, f"all_{combiner}", [Buffer(t, 37, 29), Buffer(t)], "| i j",
                      "i, j; ", body)
    cases.generic(g, "byte_sum", [i8(5, 300), i32(5)], "i | j", "i, j; i",
                  "%e = arith.extsi %b0 : i8 to i32\n%x = arith.addi %e, %b1 : i32\n%x")
    cases.generic(g, "weighted_rows", [f32(5, 83), f32(5)], "i | j", "i, j; i", """
        %j = linalg.index 1 : index
        %w = arith.index_cast %j : index to i32
        %f = arith.sitofp %w : i32 to f32
        %m = arith.mulf %b0, %f : f32
        %s = arith.addf %b1, %m : f32
        %s""")
    cases.generic(g, "conditional", [f32(500), i32(500), f32(), i32()], "| i", "i; i; ; ", """
        %z = arith.constant 0 : i32
        %c = arith.cmpi sgt, %b1, %z : i32
        %s = arith.addf %b0, %b2 : f32
        %r = arith.select %c, %s, %b2 : f32
        %t = arith.maxsi %b1, %b3 : i32
        %u = arith.select %c, %b3, %t : i32
        %r, %u""", outputs=2)
    cases.generic(g, "argmax", [f32("n", 10), f32("n"), i32("n")], "n | c", "n, c; n; n", """
        %c = linalg.index 1 : index
        %ci = arith.index_cast %c : index to i32
        %g = arith.cmpf ogt, %b0, %b1 : f32
        %v = arith.select %g, %b0, %b1 : f32
        %w = arith.select %g, %ci, %b2 : i32
        %v, %w""", outputs=2, n=21)
    cases.generic(g, "sum_and_store", [f32(9, 24), f32(9, 24), f32(24)], "c | h",
                  "h, c; h, c; c", "%y = arith.addf %b0, %b0 : f32\n"
                  "%x = arith.addf %y, %b2 : f32\n%y, %x", outputs=2)
    cases.generic(g, "scatter", [f32(5, 3, 24), f32(9, 24)], "c | h k", "h, k, c; h + k, c",
                  "%x = arith.addf %b0, %b1 : f32\n%x")


def statistics():
    g = "statistics"
    add = "%s = arith.addf %b1, %b0 : f32\n%s"
    for n in (0, 1, 5, 40):
        cases.generic(g, f"channels_{n}", [f32("n", 14, 14, 24), f32(24), f32(24)],
                      "c | n h w", "n, h, w, c; c; c", """
            %s = arith.addf %b1, %b0 : f32
            %q = arith.mulf %b0, %b0 : f32
            %t = arith.addf %b2, %q : f32
            %s, %t""", outputs=2, n=n)
        cases.generic(g, f"samples_{n}", [f32("n", 9, 9, 17), f32("n")], "n | h w c",
                      "n, h, w, c; n", "%a = math.absf %b0 : f32\n"
                      "%s = arith.maximumf %b1, %a : f32\n%s", n=n)
        cases.generic(g, f"whole_{n}", [f32("n", 14, 14, 32), f32()], "| n h w c",
                      "n, h, w, c; ", add, n=n)
        cases.generic(g, f"bias_{n}", [f32("n", 10), f32(10)], "c | n", "n, c; c", add, n=n)
    cases.generic(g, "row", [f32(200003), f32()], "| n", "n; ", add)
    cases.generic(g, "normalized", [f32("n", 7, 7, 40)] * 2 + [f32(40)] * 4, "c | n h w",
                  "n, h, w, c; n, h, w, c; c; c; c; c", """
        %d = arith.subf %b1, %b2 : f32
        %h = arith.mulf %d, %b3 : f32
        %q = arith.mulf %b0, %h : f32
        %s = arith.addf %b4, %b0 : f32
        %t = arith.addf %b5, %q : f32
        %s, %t""", outputs=2, n=19)


MULTIPLY_ADD = "%m = arith.mulf %b0, %b1 : f32\n%s = arith.addf %b2, %m : f32\n%s"


def matrices():
    g = "matrices"

    def product(name, m, n, k, left="m, k", right="k, n", **sizes):
        size = {"m": m, "n": n, "k": k}
        buffers = [f32(*(size[d] for d in dims.split(", "))) for dims in (left, right, "m, n")]
        cases.generic(g, name, buffers, "m n | k", f"{left}; {right}; m, n", MULTIPLY_ADD, **sizes)

    product("odd", 37, 53, 29)
    product("empty_sum", 5, 7, 0)
    product("right_transposed", 37, 53, 129, right="n, k")
    product("left_transposed", 37, 53, 29, left="k, m")
    product("large", 100, 80, 700)
    product("ragged", 100, 73, 700)
    product("large_transposed", 200, 130, 400, right="n, k")
    product("one_by_one", 1, 1, 77)
    product("one_column", 50, 1, 77)
    product("one_row", 1, 50, 77)
    product("single_step", 4, 9, 1)
    product("long_sum", 64, 80, "s", left="k, m", s=700)
    product("long_ragged_sum", 64, 83, "s", left="k, m", s=1)
    product("batch_transposed", "s", 64, 300, right="n, k", s=130)
    for s in (0, 1, 3, 9, 70):
        product(f"batch_{s}", "s", 10, 64, s=s)
        product(f"large_batch_{s}", "s", 96, 600, s=s)
        product(f"classes_{s}", "s", 10, 513, right="n, k", s=s)
        product(f"gradient_{s}", 40, 24, "s", left="k, m", s=s)


def convolutions():
    g = "convolutions"

    def conv(name, n, size, c, f, k, stride=1, dilation=1, ohwi=False, **sizes):
        size_in = (size - 1) * stride + (k - 1) * dilation + 1
        weights = f32(f, k, k, c) if ohwi else f32(k, k, c, f)
        window = (f"n, h * {stride} + y * {dilation}, w * {stride} + x * {dilation}, c")
        cases.generic(g, name, [f32(n, size_in, size_in, c), weights, f32(n, size, size, f)],
                      "n h w f | y x c",
                      f"{window}; {'f, y, x, c' if ohwi else 'y, x, c, f'}; n, h, w, f",
                      MULTIPLY_ADD, **sizes)

    conv("plain", "s", 14, 16, 40, 3, s=2)
    conv("stride", "s", 7, 8, 33, 3, stride=2, s=3)
    conv("dilation", 2, 9, 5, 16, 3, dilation=2)
    conv("pointwise", "s", 6, 24, 16, 1, s=2)
    conv("three_channels", 2, 12, 3, 20, 5)
    conv("one_filter", 2, 12, 8, 1, 3)
    conv("filters_first", "s", 6, 32, 20, 3, ohwi=True, s=2)
    conv("filters_first_packed", "s", 9, 40, 64, 3, ohwi=True, s=2)
    conv("deep", 2, 8, 128, 32, 3)
    conv("deep_ragged", "s", 4, 160, 40, 3, stride=2, s=2)
    conv("small_image", "s", 3, 96, 64, 3, s=5)
    conv("empty_batch", "s", 4, 16, 40, 3, stride=2, s=0)
    for s in (0, 2, 17):
        cases.generic(g, f"filter_gradient_{s}",
                      [f32("s", 9, 9, 12), f32("s", 7, 7, 24), f32(3, 3, 12, 24)],
                      "y x c f | n h w", "n, h + y, w + x, c; n, h, w, f; y, x, c, f",
                      MULTIPLY_ADD, s=s)


def fused():
    """A fill, a sum and what is made of the sums. These and the result are
    buffers of the function's own: others might overlap with the operands."""
    g = "fused"

    def add(name, left, right, extra, out, loops, maps, sums, body, types=("f32", "f32"), **sizes):
        """`maps` are those of left, right and sums, then those of extra and out
        in the parallel loops; `sums` its shape."""
        element, result = types
        parallel, reduction = (part.split() for part in loops.split("|"))
        dims = parallel + reduction
        inner = [f"affine_map<({', '.join(dims)}) -> ({m})>" for m in maps[:3]]
        behind = [f"affine_map<({', '.join(parallel)}) -> ({m})>"
                  for m in (maps[2], *maps[3:])]
        kinds = ['"parallel"'] * len(parallel)
        sum_type = Buffer(element, *sums).type
        kind = "f" if element == "f32" else "i"
        lines = ["%axis = arith.constant 0 : index"]
        dynamic = ""
        if isinstance(sums[0], str):
            dynamic = "%batch"
            lines.append(f"%batch = memref.dim %0, %axis : {left.type}")
        zero = "0.0" if kind == "f" else "0"
        lines += [
            f"%start = arith.constant {zero} : {element}",
            f"%sums = memref.alloc({dynamic}) : {sum_type}",
            f"%made = memref.alloc({dynamic}) : {out.type}",
            f"memref.copy %3, %made : {out.type} to {out.type}",
            f"linalg.fill ins(%start : {element}) outs(%sums : {sum_type})",
            f"linalg.generic {{indexing_maps = [{', '.join(inner)}], iterator_types = "
            f"""[{', '.join(kinds + ['"reduction"'] * len(reduction))}]}} """
            f"ins(%0, %1 : {left.type}, {right.type}) outs(%sums : {sum_type}) {{",
            f"^bb0(%a: {element}, %b: {element}, %c: {element}):",
            f"  %m = arith.mul{kind} %a, %b : {element}",
            f"  %s = arith.add{kind} %c, %m : {element}",
            f"  linalg.yield %s : {element}",
            "}",
            f"linalg.generic {{indexing_maps = [{', '.join(behind)}], iterator_types = "
            f"[{', '.join(kinds)}]}} ins(%sums, %2 : {sum_type}, {extra.type}) "
            f"outs(%made : {out.type}) {{",
            f"^bb0(%s: {element}, %e: {extra.element}, %o: {result}):",
            *("  " + line.strip() for line in body.strip().splitlines()[:-1]),
            f"  linalg.yield {body.strip().splitlines()[-1].strip()} : {result}",
            "}",
            f"memref.copy %made, %3 : {out.type} to {out.type}",
            f"memref.dealloc %sums : {sum_type}",
            f"memref.dealloc %made : {out.type}",
        ]
        cases.op(g, name, [left, right, extra, out], "\n    ".join(lines), **sizes)

    bias = "%x = arith.addf %s, %e : f32\n%x"
    update = "%x = arith.mulf %s, %e : f32\n%y = arith.addf %o, %x : f32\n%y"
    scaled = "%v = arith.sitofp %s : i32 to f32\n%x = arith.mulf %v, %e : f32\n%x"
    product = ("m, k", "k, n", "m, n")
    for m, n, k in ((37, 53, 29), (1, 50, 77), (50, 1, 77), (64, 80, 700), (4, 9, 1)):
        shapes = f32(m, k), f32(k, n)
        name = f"{m}_{n}_{k}"
        add(f"bias_{name}", *shapes, f32(n), f32(m, n), "m n | k", (*product, "n", "m, n"),
            (m, n), bias)
        add(f"transposed_{name}", *shapes, f32(m), f32(n, m), "m n | k",
            (*product, "m", "n, m"), (m, n), update)
    for s in (0, 1, 70):
        add(f"batch_{s}", f32("s", 64), f32(64, 10), f32(10), f32("s", 10), "m n | k",
            (*product, "n", "m, n"), ("s", 10), bias, s=s)
        add(f"integers_{s}", i32("s", 9), i32(9, 40), f32("s"), f32("s", 40), "m n | k",
            (*product, "m", "m, n"), ("s", 40), scaled, types=("i32", "f32"), s=s)
    add("convolution", f32("s", 9, 9, 12), f32(3, 3, 12, 40), f32(40), f32("s", 7, 7, 40),
        "n h w f | y x c", ("n, h + y, w + x, c", "y, x, c, f", "n, h, w, f", "f", "n, h, w, f"),
        ("s", 7, 7, 40), bias, s=3)


def bits():
    g = "bits"
    for a, w, f, words in ((1, 1, 40, 4), (1, 2, 64, 2), (2, 1, 64, 2), (2, 4, 9, 3)):
        cases.generic(g, f"a{a}_w{w}_f{f}",
                      [i32("n", 9, 9, 2, words, a), i32(2, 3, 3, words, w, f),
                       i32("n", 7, 7, 2, f)],
                      "n h w g f | y x c a b",
                      "n, h + y, w + x, g, c, a; g, y, x, c, b, f; n, h, w, g, f", """
            %pa = linalg.index 8 : index
            %pb = linalg.index 9 : index
            %and = arith.andi %b0, %b1 : i32
            %count = math.ctpop %and : i32
            %sum = arith.addi %pa, %pb : index
            %shift = arith.index_cast %sum : index to i32
            %term = arith.shli %count, %shift : i32
            %r = arith.addi %b2, %term : i32
            %r""", n=3)
    for k in (1, 7, 64, 600):
        cases.generic(g, f"matrix_{k}", [i32("m", k), i32(k, 48), i32("m", 48)], "m n | k",
                      "m, k; k, n; m, n", """
            %and = arith.andi %b0, %b1 : i32
            %count = math.ctpop %and : i32
            %r = arith.addi %b2, %count : i32
            %r""", m=13)
        # Every bit is one: no counter may overflow.
        cases.generic(g, f"ones_{k}", [i32("m", k, 2), i32(k, 3, 24), i32("m", 24)],
                      "m n | k i j", "m, k, i; k, j, n; m, n", """
            %i = linalg.index 3 : index
            %j = linalg.index 4 : index
            %ij = arith.addi %i, %j : index
            %shift = arith.index_cast %ij : index to i32
            %one = arith.constant -1 : i32
            %and = arith.andi %b0, %b1 : i32
            %or = arith.ori %and, %one : i32
            %count = math.ctpop %or : i32
            %term = arith.shli %count, %shift : i32
            %r = arith.addi %b2, %term : i32
            %r""", m=5)
    cases.generic(g, "long_dynamic", [i32("m", "k"), i32("k", 48), i32("m", 48)], "m n | k",
                  "m, k; k, n; m, n", """
            %one = arith.constant -1 : i32
            %or = arith.ori %b0, %one : i32
            %and = arith.ori %or, %b1 : i32
            %count = math.ctpop %and : i32
            %r = arith.addi %b2, %count : i32
            %r""", m=13, k=333)
    cases.generic(g, "row", [i32(4, 100), i32(100), i32(4)], "m | k", "m, k; k; m", """
            %and = arith.andi %b0, %b1 : i32
            %count = math.ctpop %and : i32
            %r = arith.addi %b2, %count : i32
            %r""")


def windows():
    g = "windows"
    for c in (32, 10, 1, 67):
        cases.generic(g, f"max_and_winner_{c}",
                      [f32("n", 8, 8, c), f32(2, 2), f32("n", 4, 4, c), i8("n", 4, 4, c)],
                      "n h w c | y x",
                      "n, h * 2 + y, w * 2 + x, c; y, x; n, h, w, c; n, h, w, c", """
            %y = linalg.index 4 : index
            %x = linalg.index 5 : index
            %two = arith.constant 2 : index
            %m = arith.muli %y, %two : index
            %k = arith.addi %m, %x : index
            %ki = arith.index_cast %k : index to i8
            %g = arith.cmpf ogt, %b0, %b2 : f32
            %v = arith.select %g, %b0, %b2 : f32
            %w = arith.select %g, %ki, %b3 : i8
            %v, %w""", outputs=2, n=3)


def layouts():
    g = "layouts"
    add = "%x = arith.addf %b0, %b1 : f32\n%x"
    cases.generic(g, "rows_apart", [f32(6, 17, strides=[40, 1], offset=3),
                                    f32(6, 17, strides=[23, 1], offset=5)],
                  "i j", "i, j; i, j", add)
    cases.generic(g, "elements_apart", [f32(6, 17, strides=[40, 2], offset=3),
                                        f32(6, 17, strides=[51, 3], offset=5)],
                  "i j", "i, j; i, j", add)
    cases.generic(g, "row_sums", [f32(60, 170, strides=[400, 2], offset=3),
                                  f32(60, strides=[3], offset=5)], "i | j", "i, j; i", add)
    cases.generic(g, "column_sums", [f32(600, 170, strides=[400, 1], offset=3),
                                     f32(170, strides=[3], offset=5)], "i | j", "j, i; i", add)
    cases.generic(g, "dynamic", [f32(6, 17, strides=[None, None], offset=None),
                                 f32(6, 17, strides=[None, 1], offset=None)],
                  "i j", "i, j; i, j", add)
    cases.generic(g, "dynamic_product",
                  [f32(13, 17, strides=[None, None], offset=None),
                   f32(17, 20, strides=[None, 1], offset=None),
                   f32(13, 20, strides=[None, 1], offset=None)],
                  "m n | k", "m, k; k, n; m, n", MULTIPLY_ADD)


def named():
    g = "named"

    def op(name, buffers, text, **sizes):
        types = [b.type for b in buffers]
        cases.op(g, name, buffers, text.format(*types), **sizes)

    ones = "strides = dense<{}> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>"
    op("fill", [f32("n", 33)], "%v = arith.constant 2.0 : f32\n"
       "    linalg.fill ins(%v : f32) outs(%0 : {0})", n=4)
    op("copy", [f32(6, 17, strides=[40, 1], offset=3), f32(6, 17)],
       "memref.copy %0, %1 : {0} to {1}")
    op("copy_scalar", [f32(), f32()], "memref.copy %0, %1 : {0} to {1}")
    op("batch_matmul", [f32(3, 9, 17), f32(3, 17, 21), f32(3, 9, 21)],
       "linalg.batch_matmul ins(%0, %1 : {0}, {1}) outs(%2 : {2})")
    op("conv", [f32("n", 9, 9, 6), f32(3, 3, 6, 17), f32("n", 4, 4, 17)],
       "linalg.conv_2d_nhwc_hwcf {{" + ones.format(2) + "}} ins(%0, %1 : {0}, {1}) "
       "outs(%2 : {2})", n=2)
    op("pool", [f32("n", 9, 9, 6), f32(3, 3), f32("n", 4, 4, 6)],
       "linalg.pooling_nhwc_max {{" + ones.format(2) + "}} ins(%0, %1 : {0}, {1}) "
       "outs(%2 : {2})", n=2)
    op("transpose", [f32(9, 50), f32(50, 9)],
       "linalg.transpose ins(%0 : {0}) outs(%1 : {1}) permutation = [1, 0]")
    op("reduce", [f32(9, 50), f32(9)], "linalg.reduce {{ arith.maximumf }} ins(%0 : {0}) "
       "outs(%1 : {1}) dimensions = [1]")
    op("map", [f32(9, 50), f32(9, 50)], "linalg.map {{ math.absf }} ins(%0 : {0}) outs(%1 : {1})")
    op("broadcast", [f32(50), f32(9, 50)],
       "linalg.broadcast ins(%0 : {0}) outs(%1 : {1}) dimensions = [0]")
    same = "affine_map<(i, j) -> (i, j)>"
    op("in_place", [f32(9, 50)], "linalg.generic {{indexing_maps = [" + f"{same}, {same}" +
       "], iterator_types = [\"parallel\", \"parallel\"]}} ins(%0 : {0}) outs(%0 : {0}) {{\n"
       "    ^bb0(%a: f32, %b: f32):\n      %c = arith.addf %a, %b : f32\n"
       "      linalg.yield %c : f32\n    }}")


BYTES = {"f32": 4, "f64": 8, "i8": 1, "i32": 4, "i64": 8}
PRINTED = {"f32": "F32", "f64": "F64", "i32": "I32", "i64": "I64"}


def helpers(fractions):
    """@fill_T gives a buffer of n elements as bytes; @show_T prints and frees it."""
    factor = "0.3725" if fractions else "1.0"
    for t, size in BYTES.items():
        if t in ("f32", "f64"):
            value = (f"%y = arith.sitofp %v : i64 to {t}\n"
                     f"      %f = arith.constant {factor} : {t}\n"
                     f"      %x = arith.mulf %y, %f : {t}")
        elif t == "i32":  # all 32 bits vary
            value = ("%h = arith.constant 1640531527 : i64\n"
                     "      %y = arith.muli %v, %h : i64\n"
                     "      %x = arith.trunci %y : i64 to i32")
        else:
            value = "%x = arith.trunci %v : i64 to i8" if t == "i8" else (
                "%o = arith.constant 1 : i64\n      %x = arith.muli %v, %o : i64")
        print(f"""  func.func private @fill_{t}(%n: index, %seed: i64) -> memref<?xi8> {{
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %size = arith.constant {size} : index
    %a = arith.constant 7919 : i64
    %m = arith.constant 251 : i64
    %s = arith.constant 7 : i64
    %three = arith.constant 3 : i64
    %bytes = arith.muli %n, %size : index
    %buffer = memref.alloc(%bytes) {{alignment = 64}} : memref<?xi8>
    %all = memref.view %buffer[%c0][%n] : memref<?xi8> to memref<?x{t}>
    scf.for %i = %c0 to %n step %c1 {{
      %k = arith.index_cast %i : index to i64
      %p = arith.muli %k, %a : i64
      %q = arith.addi %p, %seed : i64
      %r = arith.remsi %q, %m : i64
      %u = arith.remsi %r, %s : i64
      %v = arith.subi %u, %three : i64
      {value}
      memref.store %x, %all[%i] : memref<?x{t}>
    }}
    return %buffer : memref<?xi8>
  }}""")
        widen = ""
        shown, view, seen = t, "%all", t
        if t == "f32" and fractions:  # every bit counts
            shown = seen = "i32"
        if t == "i8":
            shown, view = "i64", "%wide"
            widen = """
    %wide = memref.alloc(%n) : memref<?xi64>
    scf.for %i = %c0 to %n step %c1 {
      %v = memref.load %all[%i] : memref<?xi8>
      %x = arith.extsi %v : i8 to i64
      memref.store %x, %wide[%i] : memref<?xi64>
    }"""
        free = "\n    memref.dealloc %wide : memref<?xi64>" if widen else ""
        print(f"""  func.func private @show_{t}(%buffer: memref<?xi8>, %n: index) {{
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %all = memref.view %buffer[%c0][%n] : memref<?xi8> to memref<?x{seen}>{widen}
    %cast = memref.cast {view} : memref<?x{shown}> to memref<*x{shown}>
    call @printMemref{PRINTED[shown]}(%cast) : (memref<*x{shown}>) -> ()
    memref.dealloc %buffer : memref<?xi8>{free}
    return
  }}""")
    for t, name in PRINTED.items():
        print(f"  func.func private @printMemref{name}(memref<*x{t}>) "
              "attributes {llvm.emit_c_interface}")


def call(number, name, buffers, sizes):
    """The lines of @main for one case."""
    lines, values, shows = [], [], []

    def constant(value, t="index"):
        result = f"%k{number}_{len(lines)}"
        lines.append(f"    {result} = arith.constant {value} : {t}")
        return result

    for i, b in enumerate(buffers):
        shape = [sizes.get(s, s) for s in b.shape]
        packed = [math.prod(shape[d + 1:]) for d in range(len(shape))]
        strides, offset = packed, 0
        if b.strides is not None:
            chosen = (4 * shape[-1] + 3, 4)
            strides = [chosen[d] if s is None else s for d, s in enumerate(b.strides)]
            offset = 7 if b.offset is None else b.offset
        last = sum((s - 1) * t for s, t in zip(shape, strides)) if 0 not in shape else -1
        total = MARGIN + offset + last + 1 + MARGIN
        n = constant(total)
        seed = constant(31 * i + number, "i64")
        raw, value = f"%raw{number}_{i}", f"%v{number}_{i}"
        lines.append(f"    {raw} = call @fill_{b.element}({n}, {seed}) : "
                     "(index, i64) -> memref<?xi8>")
        shift = constant(MARGIN * BYTES[b.element])
        if b.strides is None:
            dynamic = ", ".join(constant(sizes[s]) for s in b.shape if isinstance(s, str))
            lines.append(f"    {value} = memref.view {raw}[{shift}][{dynamic}] : "
                         f"memref<?xi8> to {b.type}")
        else:
            flat = f"%flat{number}_{i}"
            rest = constant(total - MARGIN)
            lines.append(f"    {flat} = memref.view {raw}[{shift}][{rest}] : "
                         f"memref<?xi8> to memref<?x{b.element}>")
            given = [constant(v) if s is None else str(v)
                     for s, v in zip((*b.strides, b.offset), (*strides, offset))]
            lines.append(f"    {value} = memref.reinterpret_cast {flat} to "
                         f"offset: [{given[-1]}], sizes: [{', '.join(map(str, shape))}], "
                         f"strides: [{', '.join(given[:-1])}] : memref<?x{b.element}> "
                         f"to {b.type}")
        values.append(value)
        shows.append(f"    call @show_{b.element}({raw}, {n}) : (memref<?xi8>, index) -> ()")
    types = ", ".join(b.type for b in buffers)
    lines.append(f"    call @{name}({', '.join(values)}) : ({types}) -> ()")
    return lines + shows


def main():
    for group in (elementwise, transposes, reductions, statistics, matrices, convolutions,
                  fused, bits, windows, layouts, named):
        group()
    parser = argparse.ArgumentParser()
    parser.add_argument("group", nargs="*", choices=[*cases.groups, []])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--fractions", action="store_true")
    options = parser.parse_args()
    if options.list:
        print(*cases.groups)
        return
    print("module {")
    helpers(options.fractions)
    body = []
    for group in options.group:
        for name, buffers, text, sizes in cases.groups[group]:
            name = f"{group}_{name}"
            arguments = ", ".join(f"%{i}: {b.type}" for i, b in enumerate(buffers))
            print(f"  func.func @{name}({arguments}) {{\n    {text}\n    return\n  }}")
            body += call(len(body), name, buffers, sizes)
    print("  func.func @main() {", *body, "    return\n  }\n}", sep="\n")


if __name__ == "__main__":
    main()
