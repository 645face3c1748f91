# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers of power-of-two weights, of which no block is all zeros, or some are, or all:
frozen, and the gradients of their inputs, for every kind of machine that this one can
be, against the reference and the NumPy model. Depths and numbers of filters are no
multiples of what a tile takes."""

import numpy as np
import pytest
from compiled import Module
from dorefa.model import pow2
from dorefa.model import quantizers as q
from dorefa.model.conv import Window, conv2d, conv2d_grad_input
from test_frozen import run
from test_signed_bytes import TARGETS

C, F, SIZE, PAD = 135, 37, 3, Window(pads=(1, 1, 1, 1))
# Bits of the weights and of the other side: what each strategy takes is among them.
BITS = {"f": [(2, 1), (2, 3), (3, 8), (4, 2), (5, 8), (6, 8)], "g": [(2, 2), (4, 8)]}
# Where there are no tiles with lists, results are those of other tests.
TARGETS = [target for target in TARGETS if target != "x86-64"]
FILLS = ["dense", "channels", "filters", "one", "zeros"]

X, Y = f"tensor<?x{SIZE}x{SIZE}x{C}x", f"tensor<?x{SIZE}x{SIZE}x{F}x"
W = f"tensor<{F}x3x3x{C}x"


def module_text():
    """@f: convolutions of codes; @g: the gradients of their inputs."""
    text = ""
    for entry, op, left, kind, result, scale, more in (
            ("f", "conv2d", X, "unipolar", f"{Y}f32>", "", []),
            ("g", "conv2d_grad_input", Y, "bipolar", f"{X}f32>",
             "cotangent_scale(%m : tensor<?xf32>) ", ["%m: tensor<?xf32> {dorefa.input}"])):
        inputs, parameters, lines = [], [], []
        for i, (bits, other) in enumerate(BITS[entry]):
            image, codes = f"{left}!dorefa.code<{other}, {kind}>>", f"{W}!dorefa.code<{bits}, pow2>>"
            inputs.append(f"%x{i}: {image} {{dorefa.input}}")
            parameters.append(f'%w{i}: {W}f32> {{dorefa.parameter = "w{i}"}}')
            lines.append(
                f"  %c{i}, %s{i} = dorefa.quantize_weight %w{i} : {W}f32> -> {codes}, tensor<f32>\n"
                f"  %z{i} = dorefa.{op} %x{i}, %c{i} {scale}filter_scale(%s{i} : tensor<f32>) "
                f"{{pads = array<i64: 1, 1, 1, 1>}} : {image}, {codes} -> {result}\n")
        outputs = ", ".join(f"{result} {{dorefa.output}}" for _ in inputs)
        values = ", ".join(f"%z{i}" for i in range(len(inputs)))
        text += (f"func.func @{entry}({', '.join([*inputs, *more, *parameters])}) -> ({outputs}) {{\n"
                 f"{''.join(lines)}  return {values} : {', '.join([result] * len(inputs))}\n}}\n")
    return text


def weights(fill, bits):
    """Codes of all powers, where whole channels, filters, or all but one are zeros."""
    rng = np.random.default_rng(bits)
    levels = rng.integers(1, pow2.level_count(bits) + 1, (F, 3, 3, C))
    levels *= rng.choice([-1, 1], levels.shape)
    kept = np.zeros(levels.shape, bool)
    if fill == "dense":
        kept[:] = True
    elif fill == "channels":
        kept[..., 1:7], kept[:, :2, 2, 131:] = True, True
    elif fill == "filters":
        kept[:33] = True
    elif fill == "one":
        kept[-1, -1, -1, -1], levels[-1, -1, -1, -1] = True, -pow2.level_count(bits)
    integers = pow2.Pow2Weights(np.where(kept, levels, 0), 0, bits).integers()
    # Largest weights of 1: the exact scan finds the exponent 0.
    return q.WeightCodes(integers, 1, np.ldexp(np.float32(1), 1 - pow2.level_count(bits)), bits)


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    return Module(module_text(), tmp_path_factory.mktemp("zeros"))


@pytest.fixture(scope="module")
def cases(module):
    """[(fill, entry, inputs, weights, what the model gives)]"""
    rng, out = np.random.default_rng(1), []
    m = np.float32([0.5, 3])
    for entry, pairs in BITS.items():
        inputs = []
        for _, other in pairs:
            size = (2, SIZE, SIZE, C if entry == "f" else F)
            inputs.append(rng.integers(0, 1 << other, size).astype(np.uint8))
            inputs[-1][0, 0], inputs[-1][1, 0] = (1 << other) - 1, 0
        for fill in FILLS:
            filters = [weights(fill, bits) for bits, _ in pairs]
            want = []
            for (_, other), x, w in zip(pairs, inputs, filters):
                x = x.astype(np.int64)
                if entry == "f":
                    want.append(conv2d(q.ActivationCodes(x, other), w, PAD))
                else:
                    want.append(conv2d_grad_input(
                        q.GradientCodes(x, m, other), w, (SIZE, SIZE), PAD))
            arguments = inputs if entry == "f" else [*inputs, m]
            out.append((fill, entry, arguments, [w.value() for w in filters], want))
    return out


def check(fill, entry, found, want):
    for bits, got, expected in zip(BITS[entry], found, want):
        np.testing.assert_array_equal(got, expected, f"{fill} {entry} {bits}")


def test_reference(module, cases):
    for fill, entry, inputs, filters, want in cases:
        if fill == "channels":
            check(fill, entry, module.call(entry, [*inputs, *filters], "reference"), want)


@pytest.mark.parametrize("target", TARGETS)
def test_layers(target, module, cases, tmp_path):
    for fill, entry, inputs, filters, want in cases:
        options = ["--freeze", f"--target={target}"]
        prepared = run(module.path, f"{entry}_prepare", filters, tmp_path, *options)
        found = run(module.path, entry, [*inputs, *prepared], tmp_path, *options)
        check(fill, entry, found, want)
