#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains with a shared library: a process with no compiler in it.

    benchmarks/programs/host.py LIBRARY SIGNATURES [--batch=N] [--threads=N] [--steps=N]

LIBRARY is what `dorefa-run compile --training --emit=shared` writes of a model of one
input; SIGNATURES is its text behind `dorefa-opt --dorefa-set-bits
--dorefa-training-step`, which says what init and train_step take and return. Runs
init, then steps on one random batch, each on the values that the one before
returned. Prints one JSON object: {engine, batch, threads, seconds: [of each step],
losses}. Needs nothing but Python, whose own few megabytes are all that the peak of
memory has beside the library's.
"""

import argparse
import ctypes
import json
import os
import random
import re
import time

VALUE = re.compile(r"(tensor<[^>]*>|[if]\d+) \{dorefa\.(\w+)(?: = \"([^\"]*)\")?\}")
TYPES = {"f32": ctypes.c_float, "i32": ctypes.c_int32, "i64": ctypes.c_int64}
# mallopt(3), as dorefa-run has it: what is freed is used again, not returned.
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4


class Value:
    """An argument or a result, by its type and role."""

    def __init__(self, kind, role, name):
        self.role = f"{role} {name}" if name else role
        dims = kind[7:-1].split("x") if kind.startswith("tensor") else [kind]
        self.is_tensor = kind.startswith("tensor")
        self.element = TYPES[dims.pop()]
        self.dims = dims

    def sizes(self, batch):
        return [batch if dim == "?" else int(dim) for dim in self.dims]

    def words(self):
        return 3 + 2 * len(self.dims)


def descriptor(address, sizes):
    """A memref's: allocated, aligned, offset, sizes, strides."""
    strides = [1]
    for size in reversed(sizes[1:]):
        strides.insert(0, strides[0] * size)
    words = [address, address, 0, *sizes, *(strides if sizes else [])]
    return (ctypes.c_int64 * len(words))(*words)


class Function:
    def __init__(self, library, text, name):
        line = next(line for line in text.splitlines() if f"func.func @{name}(" in line)
        arguments, _, results = line.partition(" -> ")
        self.arguments = [Value(*found) for found in VALUE.findall(arguments)]
        self.results = [Value(*found) for found in VALUE.findall(results)]
        self.call = getattr(library, f"dorefa_call_{name}")

    def __call__(self, given):
        """{role: descriptor} of the results; `given` has one for each argument of a
        tensor, and a number of the C type for each scalar."""
        size = sum(8 * value.words() for value in self.results)
        returned = (ctypes.c_int64 * (size // 8))()
        values = [given[value.role] for value in self.arguments] + [returned]
        pointers = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
        self.call(pointers)
        found, start = {}, 0
        for value in self.results:
            found[value.role] = (ctypes.c_int64 * value.words())(
                *returned[start:start + value.words()])
            start += value.words()
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("signatures")
    for option, value in (("batch", 128), ("threads", 1), ("steps", 5)):
        parser.add_argument(f"--{option}", type=int, default=value)
    options = parser.parse_args()

    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    c = ctypes.CDLL(None)
    for option, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, -1), (M_TOP_PAD, 64 << 20)):
        c.mallopt(option, value)
    c.free.argtypes = [ctypes.c_void_p]
    library = ctypes.CDLL(os.path.abspath(options.library))
    with open(options.signatures) as file:
        text = file.read()
    init, step = (Function(library, text, name) for name in ("init", "train_step"))
    if not all(value.is_tensor for value in init.results + step.results):
        raise SystemExit("results that are scalars are not read")

    generator = random.Random(1)
    given = {"learning_rate": ctypes.c_float(1e-3), "seed": ctypes.c_int64(1)}
    buffers = []
    for value in step.arguments:
        if value.role not in ("input", "labels"):
            continue
        sizes = value.sizes(options.batch)
        count = 1
        for size in sizes:
            count *= size
        buffers.append((value.element * count)())
        for i in range(count):
            buffers[-1][i] = generator.random() if value.role == "input" else generator.randrange(10)
        given[value.role] = descriptor(ctypes.addressof(buffers[-1]), sizes)
    held = init(given)

    seconds, losses = [], []
    for number in range(2 + options.steps):
        begin = time.perf_counter()
        results = step({**given, **held, "step": ctypes.c_int64(number)})
        seconds.append(time.perf_counter() - begin)
        losses.append(ctypes.c_float.from_address(results["loss"][1]).value)
        new = {role: results[role] for role in held}
        kept = {words[0] for words in new.values()}
        for address in {words[0] for words in (*held.values(), *results.values())} - kept:
            if address != 0xdeadbeef:  # the memory of a constant
                c.free(address)
        held = new
    print(json.dumps({"engine": "dorefa, shared library", "batch": options.batch,
                      "threads": options.threads, "seconds": seconds[2:], "losses": losses}))


if __name__ == "__main__":
    main()
