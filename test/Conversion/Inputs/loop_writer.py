# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes functions of nested loops as MLIR text, for tests that compute what
they expect."""


class Writer:
    def __init__(self):
        self.lines = []
        self.count = 0
        self.depth = 1

    def put(self, text):
        self.lines.append("  " * self.depth + text)

    def let(self, text):
        self.count += 1
        name = f"%v{self.count}"
        self.put(f"{name} = {text}")
        return name

    def constant(self, value, type="index"):
        return self.let(f"arith.constant {value} : {type}")

    def loops(self, sizes, body, count=None):
        """Nested loops; a body that returns an i32 has it added up."""
        zero, one = self.constant(0), self.constant(1)
        start = self.constant(0, "i32")
        ends = [self.constant(size) for size in sizes]
        results, ivs = [], []
        for end in ends:
            self.count += 1
            iv, acc, result = (f"%{x}{self.count}" for x in ("i", "a", "r"))
            self.put(f"{result} = scf.for {iv} = {zero} to {end} step {one} "
                     f"iter_args({acc} = {start}) -> (i32) {{")
            self.depth += 1
            results.append(result)
            ivs.append(iv)
            start = acc
        value = body(ivs)
        total = start if value is None else self.let(
            f"arith.addi {start}, {value} : i32")
        for result in reversed(results):
            self.put(f"scf.yield {total} : i32")
            self.depth -= 1
            self.put("}")
            total = result
        return total

    def flat_index(self, ivs, shape, start=0):
        """The row-major number of an element, from `start` on."""
        flat = self.constant(start)
        for iv, stride in zip(ivs, strides_of(shape)):
            part = self.let(f"arith.muli {iv}, {self.constant(stride)} : index")
            flat = self.let(f"arith.addi {flat}, {part} : index")
        return flat


def dims(sizes, element):
    return "x".join([str(s) for s in sizes] + [element])


def strides_of(sizes):
    strides = [1]
    for size in reversed(sizes[1:]):
        strides.insert(0, strides[0] * size)
    return strides


def fill_codes(w, shape, bits, store, largest=False):
    """Stores an i8 code of `bits` bits at every index: the upper bits of a
    product of its number, but the largest code at the start of every row along
    the last axis, or everywhere."""

    def body(ivs):
        flat = w.flat_index(ivs, shape, 7)
        value = w.let(f"arith.index_cast {flat} : index to i32")
        factor = w.constant(0x9E3779B1 - (1 << 32), "i32")
        value = w.let(f"arith.muli {value}, {factor} : i32")
        value = w.let(f"arith.shrui {value}, {w.constant(32 - bits, 'i32')} : i32")
        if largest:
            is_largest = w.let("arith.constant true")
        else:
            is_largest = w.let(f"arith.cmpi eq, {ivs[-1]}, {w.constant(0)} : index")
        top = w.constant((1 << bits) - 1, "i32")
        value = w.let(f"arith.select {is_largest}, {top}, {value} : i32")
        store(w.let(f"arith.trunci {value} : i32 to i8"), ivs)

    w.loops(shape, body)


def write_module(cases):
    """The text of a module: `cases` are functions that take a Writer and return
    i32 values; @main prints the number of each case and these values."""
    text = []
    for number, case in enumerate(cases):
        w = Writer()
        results = case(w)
        vector = f"vector<{len(results) + 1}xi32>"
        text += [f"func.func @case{number}() attributes {{no_inline}} {{"] + w.lines
        text += [f"  %number = arith.constant {number} : i32",
                 f"  %line = vector.from_elements %number, {', '.join(results)} : {vector}",
                 f"  vector.print %line : {vector}", "  return", "}"]
    text += ["func.func @main() {"]
    text += [f"  call @case{n}() : () -> ()" for n in range(len(cases))]
    text += ["  return", "}"]
    return "\n".join(text)
