# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Wrong expectations are found out, so that agreement says something.

Each wrong formula is one that a bit kernel could have; the compiled result,
which agrees with the right one, must differ from it.
"""

import numpy as np
import pytest
from dorefa.model import bitplanes, conv
from dorefa.model import quantizers as q
from dorefa.model.conv import Window
from dorefa.model.quantizers import bipolar, levels
from harness import BOTH, HOST, Expected, Function, Program, about, codes
from harness import compare, differences, tensor
from products import Bits, Layer, Products

F32 = np.float32
LAYER = Layer(33, 3, (5, 4), (3, 3), Window((2, 1), (1, 1, 1, 1)))
BITS = Bits(2, 1, 4)


def build():
    made = Products("layer", LAYER, BITS)
    made.call("random", made.arguments(np.random.default_rng(0), 3))
    return [made.function]


PROGRAM = Program("controls", build)


@pytest.fixture(name="outcome")
def fixture_outcome(machine):
    """(arguments, results) of the layer, which agree with the model."""
    machine.check(PROGRAM)
    (function,) = PROGRAM.functions
    return function.calls[0].arguments, machine.results(PROGRAM)["layer", 0]


def finds(got, wrong):
    """Whether the harness tells `got` from `wrong`, values or not."""
    where = compare("control", [got, got], Expected(np.asarray(wrong)), BOTH)
    return len(where) == 2


def factors(arguments):
    """The right factors of the three products."""
    x, w, g, g2, sx, sw, sg = arguments
    a, b, c = levels(BITS.a), levels(BITS.w), levels(BITS.g)
    return sw / F32(a * b), (sg * sw / F32(c * b))[:, None, None, None], sg / F32(c * a)


def unpacked(arguments):
    x, w, g, g2 = (a.astype(np.int64) for a in arguments[:4])
    return x, w, g, g2


def test_right_formulas_agree(outcome):
    """The formulas that the wrong ones below are made from are right."""
    arguments, got = outcome
    x, w, g, g2 = unpacked(arguments)
    forward, grad_input, grad_filter = factors(arguments)
    i = conv.conv2d_numerator(x, bipolar(w, BITS.w), LAYER.window)
    assert not finds(got[0], i.astype(F32) * forward)
    i = conv.conv2d_grad_input_numerator(
        bipolar(g, BITS.g), bipolar(w, BITS.w), LAYER.image, LAYER.window
    )
    assert not finds(got[1], i.astype(F32) * grad_input)
    parts = conv.conv2d_grad_filter_numerator(
        bipolar(g2, BITS.g), x, LAYER.kernel, LAYER.window
    )
    total = np.zeros(parts.shape[1:], F32)
    for part, factor in zip(parts, grad_filter):
        total += part.astype(F32) * factor
    assert not finds(got[2], total)


def test_xnor_in_place_of_and(outcome):
    """2 popcount(xnor) - N instead of sums of AND with their correction."""
    arguments, got = outcome
    x, w, _, _ = unpacked(arguments)
    forward, _, _ = factors(arguments)
    planes = [2 * (x >> p & 1) - 1 for p in range(BITS.a)]
    wrong = sum(
        2**p * conv.conv2d_numerator(plane, bipolar(w, BITS.w), LAYER.window)
        for p, plane in enumerate(planes)
    )
    assert finds(got[0], wrong.astype(F32) * forward)


def test_correction_without_the_sum_of_activations(outcome):
    arguments, got = outcome
    x, w, _, _ = unpacked(arguments)
    wrong = 2 * conv.conv2d_numerator(x, w, LAYER.window)
    assert finds(got[0], wrong.astype(F32) * factors(arguments)[0])


def test_border_corrected_over_all_taps(outcome):
    """sum c_w and T over the whole filter, not over the valid taps only."""
    arguments, got = outcome
    _, w, g, _ = unpacked(arguments)
    n_g, n_w = levels(BITS.g), levels(BITS.w)
    product = conv.conv2d_grad_input_numerator(g, w, LAYER.image, LAYER.window)
    sums = conv.conv2d_grad_input_numerator(g, w * 0 + 1, LAYER.image, LAYER.window)
    all_taps = w.sum(axis=(0, 1, 2))
    terms = LAYER.filters * np.prod(LAYER.kernel)
    wrong = 4 * product - 2 * n_w * sums - 2 * n_g * all_taps + n_g * n_w * terms
    assert finds(got[1], wrong.astype(F32) * factors(arguments)[1])
    # The same with the valid ones is right.
    ones = np.ones_like(g)
    valid = conv.conv2d_grad_input_numerator(ones, w, LAYER.image, LAYER.window)
    count = conv.conv2d_grad_input_numerator(ones, w * 0 + 1, LAYER.image, LAYER.window)
    right = 4 * product - 2 * n_w * sums - 2 * n_g * valid + n_g * n_w * count
    assert not finds(got[1], right.astype(F32) * factors(arguments)[1])


def test_one_scale_for_all_samples(outcome):
    arguments, got = outcome
    sg = arguments[6]
    right = got[1]
    assert finds(right, right / sg[:, None, None, None] * sg.max())
    parts = conv.conv2d_grad_filter_numerator(
        bipolar(arguments[3], BITS.g), arguments[0], LAYER.kernel, LAYER.window
    )
    factor = F32(sg.max()) / F32(levels(BITS.g) * levels(BITS.a))
    assert finds(got[2], parts.sum(axis=0).astype(F32) * factor)


def test_no_scale_of_weights(outcome):
    arguments, got = outcome
    assert finds(got[0], got[0] / arguments[5])
    assert finds(got[1], got[1] / arguments[5])


def test_factors_in_another_order(outcome):
    """(I * scale) / n rounds otherwise than I * (scale / n)."""
    arguments, got = outcome
    x, w, g, _ = unpacked(arguments)
    total = conv.conv2d_grad_input_numerator(
        bipolar(g, BITS.g), bipolar(w, BITS.w), LAYER.image, LAYER.window
    ).astype(F32)
    sg, sw = arguments[6][:, None, None, None], arguments[5]
    n = F32(levels(BITS.g) * levels(BITS.w))
    assert finds(got[1], total * (sg * sw) / n)
    assert finds(got[1], total / n * (sg * sw))


def test_one_count_off_by_one(outcome):
    """A single wrong bit in a single sum."""
    arguments, got = outcome
    x, w, _, _ = unpacked(arguments)
    total = conv.conv2d_numerator(x, bipolar(w, BITS.w), LAYER.window)
    total[1, 2, 3, 1] += 1
    assert finds(got[0], total.astype(F32) * factors(arguments)[0])


def quantizers():
    f = Function("quantizers")
    x, g = f.argument(tensor(("?", 33))), f.argument(tensor(("?", 33)))
    seed, step = f.argument("i64"), f.argument("i64")
    to = codes(("?", 33), 2)
    f.returns("codes", f.op(f"dorefa.quantize_activation {x} : {x.type} -> {to}", to))
    op = f"dorefa.quantize_activation_grad {g}, {x} bound<clip> : {x.type}"
    f.returns("gradient", f.op(op, x.type))
    kinds = codes(("?", 33), 4, "bipolar"), tensor(("?",))
    op = f"dorefa.encode_gradient {g} noise({seed}, {step}) id(2)"
    c, s = f.op(f"{op} : {g.type} -> {kinds[0]}, {kinds[1]}", *kinds)
    f.returns("gradient codes", c)
    f.returns("gradient scale", s)
    rng = np.random.default_rng(3)
    xs = np.concatenate([np.array([0, 1, 1 / 6, 0.5, 5 / 6]), rng.normal(size=61)])
    xs = xs.astype(F32).reshape(2, 33)
    dr = rng.normal(size=xs.shape).astype(F32) * np.array([[1], [10]], F32)
    made = q.quantize_gradient(dr, 4, 5, 6, 2)
    f.call(
        "random",
        [xs, dr, 5, 6],
        [
            q.quantize_activation(xs, 2).codes,
            q.bound_backward(dr, xs),
            made.codes,
            made.scale,
        ],
    )
    return [f]


QUANTIZERS = Program("quantizer controls", quantizers)


def test_wrong_quantizers(machine):
    """Rounding half up, an open mask, another draw, a scale for the batch."""
    machine.check(QUANTIZERS)
    (function,) = QUANTIZERS.functions
    xs, dr, seed, step = function.calls[0].arguments
    got = machine.results(QUANTIZERS)["quantizers", 0]
    r = q.bound(xs) * F32(3)
    assert finds(got[0], np.floor(r + F32(0.5)).astype(np.int64))
    assert finds(got[0], np.trunc(r).astype(np.int64))
    assert finds(got[1], np.where((xs > 0) & (xs < 1), dr, F32(0)))
    for wrong in (
        q.quantize_gradient(dr, 4, seed, step + 1, 2),
        q.quantize_gradient(dr, 4, seed + 1, step, 2),
        q.quantize_gradient(dr, 4, seed, step, 3),
        q.quantize_gradient(dr, 4, noise=False),
    ):
        assert finds(got[2], wrong.codes)
    # One M for both samples.
    both = q.quantize_gradient(dr.reshape(1, 2, 33), 4, seed, step, 2)
    assert finds(got[2], both.codes[0])
    assert finds(got[3], np.repeat(both.scale, 2))


# The comparison itself


def test_differences():
    a = np.array([1, 2, 3], F32)
    assert differences(a, Expected(a)) is None
    assert "shape" in differences(a, Expected(a[:2]))
    assert "element type" in differences(a, Expected(a.astype(np.int64)))
    assert "1 of 3" in differences(a, Expected(np.array([1, 2, 4], F32)))
    close = np.array([1, 2, np.nextafter(F32(3), F32(4))], F32)
    assert differences(a, Expected(close))
    assert differences(a, about(close)) is None
    assert differences(a, about(a * F32(1 + 1e-4)))
    zeros = np.array([0.0, -0.0], F32)
    assert differences(zeros, Expected(zeros[::-1])) is None
    assert differences(zeros, Expected(zeros[::-1]), bitwise=True)
    odd = np.array([np.nan, np.inf, 1], F32)
    assert differences(odd, Expected(odd), bitwise=True) is None
    assert differences(odd, about(odd)) is None
    assert differences(odd, about(np.array([np.nan, -np.inf, 1], F32)))
    assert differences(odd, about(np.array([0, np.inf, 1], F32)))


def test_targets_that_differ_are_told_apart():
    a, b = np.array([0.0], F32), np.array([-0.0], F32)
    assert not compare("same", [a, a], None, BOTH)
    assert compare("zeros", [a, b], None, BOTH)
    assert not compare("close", [a + 1, a + F32(1 + 1e-6)], about(a + 1), BOTH)
    assert compare("far", [a + 1, a + F32(1 + 1e-3)], about(a + 1), BOTH)


def test_a_module_that_does_not_compile_fails(machine):
    f = Function("broken")
    f.returns("nothing", f.op("dorefa.no_such_op : tensor<f32>", tensor(())))
    f.call("none", [], [np.zeros((), F32)])
    with pytest.raises(AssertionError, match="no_such_op"):
        machine.check(Program("broken", lambda: [f]), (HOST,))
