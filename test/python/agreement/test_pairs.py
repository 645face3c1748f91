# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every pair of 1..8 bits in each of the three products, bit for bit.

In pair (p, q) the forward product has p-bit activations and q-bit weights,
grad_input p-bit gradients and q-bit weights, grad_filter p-bit activations and
q-bit gradients.
"""

import numpy as np
import pytest
from dorefa.model.conv import Window
from harness import EVERY, REFERENCE, Options, Program
from products import Bits, Layer, Products

# 33 channels are a word and one bit, 36 output positions a word and four.
CONV = Layer(33, 3, (6, 6), (3, 3), Window(pads=(1, 1, 1, 1)))
LINEAR = Layer(65, 3)


def build(layer, p, others=range(1, 9)):
    functions = []
    for q in others:
        rng = np.random.default_rng(10 * p + q)
        made = Products(f"p{p}w{q}", layer, Bits(p, q, p, q))
        made.call("random", made.arguments(rng, 2))
        made.call("largest", made.arguments(rng, 1, "largest"))
        functions.append(made.function)
    return functions


PROGRAMS = [
    Program(f"{layer.prefix} {p} bits", lambda layer=layer, p=p: build(layer, p))
    for layer in (CONV, LINEAR)
    for p in range(1, 9)
]


@pytest.mark.parametrize("runs", [EVERY], ids=["every strategy"])
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_pairs(machine, program, runs):
    machine.check(program, runs)


def with_tables(layer, pairs):
    return sum((build(layer, p, [q]) for p, q in pairs), [])


# Either side indexes the other one's tables, by one or two bits.
TABLES = [
    Program(f"{layer.prefix} tables", lambda layer=layer, pairs=pairs: with_tables(layer, pairs))
    for layer, pairs in (
        (CONV, [(1, 1), (1, 2), (1, 4), (1, 6), (2, 3), (2, 6), (6, 1), (4, 2)]),
        (LINEAR, [(1, 2), (2, 6), (6, 2)]),
    )
]


@pytest.mark.parametrize("program", TABLES, ids=str)
def test_tables(machine, program):
    machine.check(program, (REFERENCE, Options("host", None, "lookup")))
