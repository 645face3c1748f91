# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products with power-of-two weights, bit for bit.

Each of 2..6 weight bits with each of 1..8 bits of activations and gradients,
and sums that need more than 32 bits.
"""

import numpy as np
import pytest
from dorefa.model.conv import Window
from harness import EVERY, REFERENCE, Options, Program
from products import Bits, Layer, Products, Scales

CONV = Layer(33, 3, (6, 6), (3, 3), Window(pads=(1, 1, 1, 1)))
LINEAR = Layer(65, 3)
TABLES = Layer(36, 40, (4, 4), (3, 3), Window(pads=(1, 1, 1, 1)))
STRIDES = Layer(10, 6, (7, 6), (3, 2), Window((2, 2), (1, 0, 1, 1), (1, 2), 2))
# At 6 bits of weights and 8 of the other side the sums reach 2^33.
WIDE = Layer(1100, 1100)
ONLY = ("forward", "grad_input")


def build(p):
    functions = []
    for bits in range(2, 7):
        for layer in (CONV, LINEAR) if bits == 4 and p in (1, 8) else (LINEAR,):
            rng = np.random.default_rng(10 * p + bits)
            name = f"{layer.prefix}_w{bits}"
            made = Products(name, layer, Bits(p, bits, p, kind="pow2"), only=ONLY)
            made.call("random", made.arguments(rng, 2))
            made.call("largest", made.arguments(rng, 1, "largest"))
            functions.append(made.function)
    return functions


PAIRS = [Program(f"pow2 {p} bits", lambda p=p: build(p)) for p in range(1, 9)]


def build_ternary():
    """Two planes of each weight: what tables, of up to 6 bits, are for."""
    functions = []
    for p in range(1, 7):
        made = Products(f"w2a{p}", TABLES, Bits(p, 2, p, kind="pow2"), only=ONLY[:1])
        made.call("random", made.arguments(np.random.default_rng(p), 2))
        made.call("largest", made.arguments(np.random.default_rng(p), 1, "largest"))
        functions.append(made.function)
    return functions


TERNARY = Program("pow2 ternary", build_ternary)


def build_shapes():
    functions = []
    for name, bits, scales in (
        ("strides", Bits(3, 6, 5, kind="pow2"), Scales()),
        ("channels", Bits(3, 2, 5, kind="pow2"), Scales(filter="channel")),
        ("floats", Bits(32, 3, 32, kind="pow2"), Scales()),
    ):
        only = ONLY[:1] if name == "channels" else ONLY
        made = Products(name, STRIDES, bits, scales, only=only)
        made.call("random", made.arguments(np.random.default_rng(bits.w), 3))
        functions.append(made.function)
    return functions


SHAPES = Program("pow2 shapes", build_shapes)


def build_wide():
    made = Products("wide", WIDE, Bits(8, 6, 8, kind="pow2"), only=ONLY)
    made.call("random", made.arguments(np.random.default_rng(1), 2))
    made.call("largest", made.arguments(np.random.default_rng(1), 1, "largest"))
    return [made.function]


WIDE_SUMS = Program("pow2 wide", build_wide)


SHIFT, LOOKUP = (Options("host", None, strategy) for strategy in ("shift", "lookup"))


@pytest.mark.parametrize("runs", [(*EVERY, SHIFT)], ids=["every strategy"])
@pytest.mark.parametrize("program", [SHAPES, WIDE_SUMS], ids=str)
def test_products(machine, program, runs):
    machine.check(program, runs)


@pytest.mark.parametrize("runs", [EVERY], ids=["every strategy"])
@pytest.mark.parametrize("program", PAIRS, ids=str)
def test_pairs(machine, program, runs):
    machine.check(program, runs)


@pytest.mark.parametrize("runs", [(REFERENCE, LOOKUP)], ids=["lookup"])
@pytest.mark.parametrize("program", [TERNARY], ids=str)
def test_lookup(machine, program, runs):
    machine.check(program, runs)


def test_wide_sums_do_not_fit_32_bits():
    """The test above asks for what its name says."""
    (function,) = WIDE_SUMS.functions
    x, w = function.calls[1].arguments[:2]
    assert (x == 255).all() and (w == 1).all()
    assert 255 * 2**15 * 1100 > 2**33
