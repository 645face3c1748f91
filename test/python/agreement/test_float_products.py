# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products with 32 bits on one side or on both: floats, dequantized codes."""

import itertools

import numpy as np
import pytest
from dorefa.model.conv import Window
from harness import Program
from products import Bits, Layer, Products, Scales

LAYERS = {
    "conv": Layer(5, 3, (5, 4), (3, 3), Window((2, 1), (1, 0, 1, 2))),
    "groups": Layer(66, 4, (4, 4), (2, 3), Window(dilations=(2, 1), groups=2)),
    "depthwise": Layer(3, 3, (3, 3), (3, 3), Window(pads=(1, 1, 1, 1), groups=3)),
    "linear": Layer(33, 5),
}

# Bits of activations, weights, gradient; not all of them codes.
MIXES = [m for m in itertools.product((2, 32), (1, 32), (4, 32)) if 32 in m]


def build(layer):
    out = []
    for bits in MIXES:
        # With floats on both sides there is nothing to scale by but dropout.
        p = Products("a{}w{}g{}".format(*bits), layer, Bits(*bits), Scales(input=True))
        for n in (0, 1, 3):
            p.call(f"batch {n}", p.arguments(np.random.default_rng(n), n, special=n > 1))
        out.append(p.function)
    p = Products(
        "channel", layer, Bits(32, 3, 32), Scales(filter="channel"), only=("forward",)
    )
    p.call("random", p.arguments(np.random.default_rng(4), 2))
    return [*out, p.function]


PROGRAMS = [
    Program(f"floats, {name}", lambda layer=layer: build(layer))
    for name, layer in LAYERS.items()
]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_float_products(machine, program):
    machine.check(program)
