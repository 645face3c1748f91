# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Windows, channels, groups, batches and scales of the three products."""

import numpy as np
import processors
import pytest
from dorefa.model.conv import Window
from harness import EVERY, REFERENCE, Options, Program
from products import Bits, Layer, Products, Scales, sample_scales

F32 = np.float32


def layer(image, kernel, channels=3, filters=2, **window):
    return Layer(channels, filters, image, kernel, Window(**window))


def same(size):
    return (size // 2,) * 4


# Bits change from line to line: 1 or few bits count bits, many may multiply.
B112, B124, B418, B236, B888 = (
    Bits(1, 1, 2),
    Bits(2, 1, 4),
    Bits(4, 1, 8),
    Bits(3, 2, 6),
    Bits(8, 8, 8),
)

WINDOWS = {
    "one pixel, one channel": (layer((1, 1), (1, 1), 1, 1), B112),
    "one pixel, padded 3x3": (layer((1, 1), (3, 3), 3, 2, pads=same(3)), B124),
    "one row": (layer((1, 9), (1, 3), 5, 2, pads=(0, 1, 0, 1)), B236),
    "one column": (layer((9, 1), (3, 1), 5, 2, strides=(2, 1)), B124),
    "1x1": (layer((4, 5), (1, 1), 65, 5), B124),
    "1x1, stride 2": (layer((5, 4), (1, 1), 33, 3, strides=(2, 2)), B236),
    "whole image": (layer((4, 5), (4, 5), 3, 3), B124),
    "whole image, padded": (layer((3, 3), (5, 5), 2, 3, pads=same(3)), B112),
    "even kernel": (layer((6, 5), (2, 4), 3, 2, pads=(1, 1, 0, 2)), B888),
    "tall kernel": (layer((9, 3), (7, 1), 4, 2, pads=(3, 0, 3, 0)), B124),
    "5x5": (layer((9, 8), (5, 5), 3, 4, pads=same(5)), B124),
    "stride 2": (layer((8, 8), (3, 3), 3, 4, pads=same(3), strides=(2, 2)), B124),
    "stride 3": (layer((10, 10), (3, 3), 2, 2, strides=(3, 3)), B112),
    "strides 1 and 2": (layer((5, 8), (3, 3), strides=(1, 2), pads=same(3)), B236),
    "strides 3 and 2": (layer((9, 8), (2, 3), strides=(3, 2), pads=same(3)), B124),
    # Some inputs lie under no tap: their gradient is 0.
    "gaps": (layer((9, 10), (2, 1), 3, 2, strides=(3, 4)), B124),
    "gaps of 1x1": (layer((7, 7), (1, 1), 3, 2, strides=(3, 3), pads=same(3)), B418),
    "one window, unused rows": (layer((4, 6), (3, 2), 3, 2, strides=(2, 5)), B124),
    "one pixel of many": (layer((3, 2), (1, 1), 3, 2, strides=(4, 3)), B236),
    "unused rows": (layer((8, 9), (3, 3), 3, 2, strides=(3, 5)), B124),
    "pads on one side": (layer((5, 5), (3, 3), pads=(2, 0, 0, 1)), B124),
    "four pads": (layer((5, 4), (3, 2), pads=(0, 1, 2, 3), strides=(2, 1)), B236),
    # Whole windows in the padding.
    "pads beyond the kernel": (layer((3, 4), (2, 2), pads=(3, 4, 2, 3)), B124),
    "pads beyond 1x1": (layer((3, 3), (1, 1), 33, 2, pads=(1, 2, 2, 1)), B112),
    "pads beyond, stride 2": (
        layer((4, 3), (2, 3), pads=(4, 3, 3, 5), strides=(2, 3)),
        B236,
    ),
    "dilation 2": (layer((7, 8), (3, 3), dilations=(2, 2)), B124),
    "dilations 2 and 3": (
        layer((7, 9), (3, 2), dilations=(2, 3), pads=(2, 1, 1, 3)),
        B236,
    ),
    "dilation and stride": (
        layer((9, 9), (3, 3), dilations=(3, 2), strides=(2, 3), pads=same(5)),
        B124,
    ),
    "dilation beyond the image": (
        layer((3, 3), (2, 2), dilations=(4, 3), pads=(2, 2, 2, 2)),
        B112,
    ),
}

CHANNELS = {
    f"{c} to {f}": (layer((3, 4), (3, 3), c, f, pads=same(3)), bits)
    for c, f, bits in (
        (1, 1, B112),
        (1, 33, B124),
        (3, 65, B236),
        (31, 3, B124),
        (32, 1, B112),
        (33, 33, B124),
        (64, 2, B418),
        (65, 3, B236),
        (97, 1, B124),
    )
}

GROUPS = {
    "2 groups": (layer((4, 4), (3, 3), 6, 4, groups=2, pads=same(3)), B124),
    "3 groups": (layer((4, 5), (3, 3), 9, 3, groups=3, strides=(2, 1)), B236),
    "2 groups of 33": (layer((3, 3), (2, 2), 66, 6, groups=2), B112),
    "3 groups, stride and dilation": (
        layer(
            (7, 6), (2, 2), 6, 9, groups=3, strides=(2, 1), dilations=(2, 2), pads=same(3)
        ),
        B418,
    ),
    "depthwise": (layer((5, 5), (3, 3), 5, 5, groups=5, pads=same(3)), B124),
    "depthwise, 33": (layer((4, 4), (3, 3), 33, 33, groups=33, strides=(2, 2)), B112),
    "depthwise, two filters each": (layer((4, 4), (2, 2), 3, 6, groups=3), B236),
}

# Channels and filters in sixteens: at stride 1, filter gradients in whole rows of
# positions, where there are products of bytes: on a matrix unit, or in vectors.
SIXTEENS = {
    "16 to 16": (layer((5, 6), (3, 3), 16, 16, pads=same(3)), B236),
    "48 to 80": (layer((9, 8), (5, 5), 48, 80, pads=same(5)), Bits(8, 1, 7)),
    "32 to 16, 1x1": (layer((4, 5), (1, 1), 32, 16), B124),
    "one long row": (layer((1, 130), (1, 3), 16, 48, pads=(0, 1, 0, 1)), B236),
    "2 groups, four pads": (
        layer(
            (6, 7), (2, 4), 64, 32, groups=2, dilations=(2, 1), pads=(1, 1, 0, 2)
        ),
        Bits(8, 8, 7),
    ),
    "eight bits": (layer((4, 4), (3, 3), 16, 16, pads=same(3)), B888),
    # Of one position codes of one and two bits select terms.
    "linear, two bits": (Layer(48, 32), B124),
    "linear, one bit": (Layer(16, 48), B112),
    "linear, three bits": (Layer(16, 16), B236),
    "whole image": (layer((2, 3), (2, 3), 16, 32), B124),
}

# Filter gradients of tables, by the bits of what indexes them and of what they
# are made of: sums of one to 63 steps between drains, and more than one chunk.
TABLES = {
    "2 x 6 bits, chunks": (layer((20, 19), (3, 3), 64, 16, pads=same(3)), Bits(1, 2, 6)),
    "2 x 6 bits, 16 to 8": (layer((6, 5), (3, 3), 16, 8, pads=same(3)), Bits(1, 2, 6)),
    "1 x 6 bits": (layer((7, 6), (5, 5), 64, 24, pads=same(5)), Bits(1, 1, 6)),
    "2 x 4 bits": (layer((9, 9), (2, 3), 48, 16, pads=(1, 0, 0, 1)), Bits(1, 2, 4)),
    "1 x 4 bits": (layer((9, 9), (3, 3), 32, 8), Bits(1, 1, 4)),
    "2 x 1 bits": (layer((12, 30), (3, 3), 64, 8), Bits(1, 2, 1)),
    "1 x 1 bits": (layer((18, 17), (3, 3), 128, 16, pads=same(3)), Bits(1, 1, 1)),
    "1 x 2 bits, one long row": (
        layer((1, 131), (1, 3), 64, 16, pads=(0, 1, 0, 1)),
        Bits(1, 1, 2),
    ),
    "2 x 5 bits, groups": (
        layer(
            (6, 7), (2, 4), 128, 16, groups=2, dilations=(2, 1), pads=(1, 1, 0, 2)
        ),
        Bits(1, 2, 5),
    ),
    "2 x 6 bits, 1x1, stride 2": (
        layer((9, 8), (1, 1), 64, 16, strides=(2, 2)),
        Bits(1, 2, 6),
    ),
    # Of fewer bits the cotangent indexes tables of the image.
    "turned, 2 x 4 bits": (layer((9, 8), (3, 3), 24, 32, pads=same(3)), Bits(1, 4, 2)),
    "turned, 2 x 3 bits, no pads": (layer((9, 9), (2, 3), 8, 48), Bits(1, 3, 2)),
    "turned, 1 x 2 bits, chunks": (layer((20, 19), (5, 5), 16, 32, pads=same(5)), Bits(1, 2, 1)),
    "turned, 1 x 6 bits, groups": (
        layer(
            (6, 7), (2, 4), 16, 64, groups=2, dilations=(2, 1), pads=(1, 1, 0, 2)
        ),
        Bits(1, 6, 1),
    ),
    "turned, 2 x 5 bits, pads as far as the kernel reaches": (
        layer((4, 5), (3, 2), 8, 32, pads=(2, 1, 2, 1)),
        Bits(1, 5, 2),
    ),
    "2 x 4 bits, pads beyond the kernel's reach": (
        layer((4, 5), (3, 2), 8, 32, pads=(3, 1, 2, 1)),
        Bits(1, 4, 2),
    ),
    "turned, 1 x 6 bits, 1x1": (layer((5, 4), (1, 1), 8, 64), Bits(1, 6, 1)),
}


def of_filters(table):
    """Gradients with respect to filters, of batches of one and of many blocks."""
    out = []
    for i, (name, (made, bits)) in enumerate(table.items()):
        rng = np.random.default_rng(i)
        p = Products(f"f{i}", made, bits, only=("grad_filter",))
        p.call(f"{name}, random", p.arguments(rng, 2))
        p.call(f"{name}, blocks", p.arguments(rng, 37, special=True))
        p.call(f"{name}, largest", p.arguments(rng, 1, "largest"))
        out.append(p.function)
    return out


def functions(table):
    out = []
    for i, (name, (made, bits)) in enumerate(table.items()):
        rng = np.random.default_rng(i)
        p = Products(f"f{i}", made, bits)
        p.call(f"{name}, random", p.arguments(rng, 2))
        p.call(f"{name}, largest", p.arguments(rng, 1, "largest"))
        out.append(p.function)
    return out


def slices(title, table, size, make=functions):
    items = list(table.items())
    return [
        Program(
            f"{title} {i // size}",
            lambda part=dict(items[i : i + size]): make(part),
        )
        for i in range(0, len(items), size)
    ]


def batches():
    """Batches 0, 1, 5 and 7, static and dynamic; samples of scale 0 and NaN."""
    out = []
    grouped = layer((4, 4), (3, 3), 4, 6, groups=2, pads=same(3), strides=(2, 2))
    for name, made, bits in (
        ("conv", grouped, B124),
        ("wide", layer((3, 3), (3, 3), 33, 3, pads=same(3)), B236),
        ("linear", Layer(33, 5), B124),
        ("linear_one", Layer(1, 1), B236),
    ):
        for batch in ("?", 0, 1, 5):
            p = Products(f"{name}_{'any' if batch == '?' else batch}", made, bits)
            p = p if batch == "?" else Products(p.function.name, made, bits, batch=batch)
            for n in (0, 1, 5, 7) if batch == "?" else (batch,):
                rng = np.random.default_rng(n)
                p.call(f"batch {n}", p.arguments(rng, n, special=n > 5))
            if batch == "?":
                # A sample that is not finite has codes 0 and scale NaN.
                arguments = p.arguments(np.random.default_rng(9), 3)
                arguments[2][1] = arguments[3][1] = 0
                arguments[6][1] = np.nan
                p.call("a NaN", arguments)
            out.append(p.function)
    return out


def statics():
    """All sizes known: loops are unrolled and words go from one into the next
    without memory in between."""
    out = []
    for n, c, f, bits in (
        (2, 1, 1, B236),
        (5, 1, 1, Bits(3, 2, 3)),
        (6, 5, 1, B124),
        (7, 3, 1, Bits(3, 2, 3)),
        (8, 33, 1, Bits(3, 2, 3)),
        (9, 2, 3, B112),
        (16, 33, 1, B124),
        (17, 9, 2, B236),
    ):
        rng = np.random.default_rng(n)
        p = Products(f"linear_{n}_{c}_{f}", Layer(c, f), bits, batch=n)
        out.append(p.call("random", p.arguments(rng, n)).function)
    for n, made in (
        (1, layer((2, 3), (2, 2), 3, 2)),
        (2, layer((3, 3), (3, 3), 1, 1, pads=same(3))),
        (3, layer((4, 2), (2, 1), 2, 4, groups=2, strides=(2, 1))),
    ):
        rng = np.random.default_rng(n)
        p = Products(f"conv_{n}", made, Bits(3, 2, 3), batch=n)
        out.append(p.call("random", p.arguments(rng, n)).function)
    return out


def scales():
    """Every operand of scales there, and not there."""
    out = []
    conv = layer((4, 4), (3, 3), 5, 4, groups=1, pads=same(3))
    grouped = layer((4, 3), (2, 2), 6, 4, groups=2)
    forward = ("forward",)
    for title, made, kinds, only in (
        ("none", conv, Scales(False, None, False), Products.NAMES),
        ("input", conv, Scales(True, None, True), Products.NAMES),
        ("all", conv, Scales(True, "layer", True), Products.NAMES),
        ("channel", conv, Scales(True, "channel"), forward),
        ("channel_groups", grouped, Scales(False, "channel"), forward),
        ("linear_none", Layer(7, 4), Scales(False, None, False), Products.NAMES),
        ("linear_all", Layer(7, 4), Scales(True, "layer", True), Products.NAMES),
        ("linear_channel", Layer(35, 4), Scales(True, "channel"), forward),
    ):
        p = Products(title, made, B124, kinds, only=only)
        p.call("random", p.arguments(np.random.default_rng(3), 3))
        out.append(p.function)
    return out


def limits():
    """The longest sums of 8 bits that the verifier lets into 32 bits."""
    out = []
    for name, made, only in (
        ("forward", Layer(16512, 1), ("forward",)),
        ("input", Layer(1, 8256), ("grad_input",)),
        ("filter", layer((128, 129), (1, 1), 1, 1), ("grad_filter",)),
        ("conv", layer((2, 2), (2, 2), 4128, 1), ("forward",)),
        ("conv_input", layer((2, 2), (2, 2), 1, 2064), ("grad_input",)),
    ):
        p = Products(name, made, B888, only=only)
        rng = np.random.default_rng(5)
        p.call("largest", p.arguments(rng, 1, "largest"))
        # The least value: weights or gradients of code 0, all of them -1.
        arguments = p.arguments(rng, 1, "largest")
        arguments[1][:] = 0
        arguments[3][:] = 0
        p.call("least", arguments)
        p.call("random", p.arguments(rng, 1))
        out.append(p.function)
    return out


# In vectors of 128, 256 and 512 bits.
NARROW = ("x86-64-v2", "x86-64-v3", "x86-64-v4")


def on(targets, strategy, *others):
    return [
        processors.param(target, (*others, Options(target, None, strategy)), id=target)
        for target in targets
    ]


PROGRAMS = [
    *slices("windows", WINDOWS, 7),
    *slices("channels", CHANNELS, 5),
    *slices("sixteens", SIXTEENS, 3),
    *slices("groups", GROUPS, 4),
    Program("batches", batches),
    Program("statics", statics),
    Program("scales", scales),
    Program("limits", limits),
]


@pytest.mark.parametrize("runs", [EVERY], ids=["every strategy"])
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_products(machine, program, runs):
    machine.check(program, runs)


# Products of bytes also by VNNI.
@pytest.mark.parametrize("runs", on((*NARROW, "cascadelake"), "integer"))
@pytest.mark.parametrize(
    "program", [p for p in PROGRAMS if p.name.startswith("sixteens")], ids=str
)
def test_products_in_vectors(machine, program, runs):
    machine.check(program, runs)


@pytest.mark.parametrize("runs", on(NARROW, "lookup", REFERENCE))
@pytest.mark.parametrize("program", slices("tables", TABLES, 5, of_filters), ids=str)
def test_tables(machine, program, runs):
    machine.check(program, runs)


def test_zero_samples_give_zero(machine):
    """Scale 0 is the value 0, exactly, where the model says so too."""
    program = next(p for p in PROGRAMS if p.name == "batches")
    function = next(f for f in program.functions if f.name == "conv_any")
    (index,) = [i for i, c in enumerate(function.calls) if c.label == "batch 7"]
    scale = function.calls[index].arguments[6]
    assert np.array_equal(scale == 0, sample_scales(np.random.default_rng(), 7, True) == 0)
    for options in EVERY:
        results = machine.results(program, options)
        assert not results[function.name, index][1][scale == 0].any()
        assert results[function.name, index][1][scale != 0].any()
