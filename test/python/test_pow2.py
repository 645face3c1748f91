# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Power-of-two weights against brute force."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from dorefa.model import conv, pow2
from dorefa.model import quantizers as q

F32 = np.float32


def squared_error(w, result):
    """Exact error of a Pow2Weights."""
    total = Fraction(0)
    for a, v in zip(w.ravel(), result.value().ravel()):
        total += (Fraction(float(a)) - Fraction(float(v))) ** 2
    return total


def best_error(w, bits, exponents=range(-14, 14)):
    """Least squared error over every s and every Q, weight by weight."""
    n = 2 ** (bits - 2)
    values = [Fraction(0)] + [Fraction(2) ** (1 - n + i) for i in range(n)]
    magnitudes = [Fraction(float(abs(v))) for v in w.ravel()]
    return min(
        sum(min((m - v * Fraction(2) ** s) ** 2 for v in values) for m in magnitudes)
        for s in exponents
    )


@pytest.mark.parametrize("bits", [2, 3, 4, 5])
def test_exact_scan_is_optimal(bits):
    rng = np.random.default_rng(bits)
    for size in (1, 2, 3, 5, 9):
        for spread in (0.1, 1.0, 3.0):
            w = np.exp(rng.normal(size=size) * spread)
            w = (w * rng.choice([-1, 1], size)).astype(F32)
            got = pow2.exact_scan(w, bits)
            assert squared_error(w, got) == best_error(w, bits)
            assert np.all(np.sign(got.levels) * np.sign(w) >= 0)


def test_ternary_against_every_sign_pattern():
    rng = np.random.default_rng(7)
    for _ in range(5):
        w = rng.normal(size=5).astype(F32)
        exact = [Fraction(float(a)) for a in w]
        best = min(
            sum((a - t * Fraction(2) ** s) ** 2 for a, t in zip(exact, trits))
            for trits in itertools.product((-1, 0, 1), repeat=5)
            for s in range(-6, 4)
        )
        assert squared_error(w, pow2.ternary_sorted(w)) == best
        assert squared_error(w, pow2.ternary_scan(w)) == best
        assert squared_error(w, pow2.exact_scan(w, 2)) == best


def test_ternary_forms_agree():
    rng = np.random.default_rng(8)
    for size in (1, 2, 7, 50, 300):
        for w in (
            rng.normal(size=size),
            rng.integers(-4, 5, size) / 4,  # many ties
            np.ldexp(rng.choice([-1, 1], size) * 1.0, rng.integers(-3, 3, size)),
        ):
            w = w.astype(F32)
            first = pow2.ternary_sorted(w)
            for other in (pow2.ternary_scan(w), pow2.exact_scan(w, 2)):
                assert other.exponent == first.exponent
                assert np.array_equal(other.levels, first.levels)


def test_halfway_goes_up():
    # n = 2: levels 0, 1/2, 1; halves at 1/4 and 3/4
    below = np.nextafter(np.array([0.25, 0.75], F32), F32(0))
    assert list(pow2.nearest_levels(np.array([0.25, 0.75], F32), 0, 3)) == [1, 2]
    assert list(pow2.nearest_levels(below, 0, 3)) == [0, 1]


def test_equal_errors_take_the_largest_exponent():
    # ternary, both weights 3/4: s = -1 and s = 0 miss each by 1/4
    r = pow2.exact_scan(np.array([0.75, -0.75], F32), 2)
    assert r.exponent == 0 and list(r.levels) == [1, -1]


@pytest.mark.parametrize("scheme", list(pow2.SCHEMES))
def test_zero_weights(scheme):
    bits = 2 if scheme.startswith("ternary") else 3
    r = pow2.SCHEMES[scheme](np.zeros((2, 2), F32), bits)
    assert r.exponent == 0 and not r.levels.any() and r.levels.shape == (2, 2)


def test_threshold_scheme():
    w = np.array([4, -3, 2.99, 1, -0.99, 0], F32)  # max 4, mu 3, lowest 1
    r = pow2.threshold_scheme(w, 3)
    assert list(r.levels) == [2, -2, 1, 1, 0, 0]
    # <Q,|W|> = 7 + 3.99/2, <Q,Q> = 2.5: 4.79 -> s = 2
    assert r.exponent == 2
    w = np.array([1, 0.75, 0.375, 0.1875, 0.0625, 0.0624], F32)
    assert list(pow2.threshold_scheme(w, 4).levels) == [4, 4, 3, 2, 1, 0]
    with pytest.raises(ValueError, match="3..8"):
        pow2.threshold_scheme(w, 2)


def test_gaussian_error_of_the_schemes():
    w = np.random.default_rng(0).normal(size=20000).astype(F32)

    def relative(r):
        return np.sum((r.value() - w) ** 2.0) / np.sum(w**2.0)

    assert 0.08 < relative(pow2.exact_scan(w, 3)) < 0.12
    assert 0.2 < relative(pow2.threshold_scheme(w, 3)) < 0.45
    assert 0.03 < relative(pow2.exact_scan(w, 5)) < 0.045


def test_floor_log2_and_exact_sum():
    for e in (-150, -1, 0, 1, 90):
        x = Fraction(2) ** e
        tiny = Fraction(1, 2**200)
        assert pow2.floor_log2(x) == e
        assert pow2.floor_log2(x - x * tiny) == e - 1
        assert pow2.floor_log2(x + x * tiny) == e
    a = np.array([3e38, 1e-45, 1.5, 2**-126, 7e-10], F32)
    assert pow2.exact_sum(a) == sum(Fraction(float(v)) for v in a)


@pytest.mark.parametrize("bits", range(2, 8))
def test_integer_form(bits):
    w = np.random.default_rng(bits).normal(size=(4, 3, 3, 5)).astype(F32)
    r = pow2.exact_scan(w, bits)
    codes = pow2.quantize_weight_pow2(w, bits)
    assert np.array_equal(codes.value(), r.value())
    assert np.all(np.isin(np.abs(r.levels), np.arange(2 ** (bits - 2) + 1)))
    x = q.ActivationCodes(np.random.default_rng(1).integers(0, 4, (2, 5, 5, 5)), 2)
    expected = conv.conv2d(x.value(), codes.value())
    assert np.allclose(conv.conv2d(x, codes), expected, rtol=1e-5, atol=1e-5)


def test_per_channel():
    w = np.random.default_rng(2).normal(size=(3, 8)).astype(F32)
    w *= np.array([[1], [16], [1 / 8]], F32)
    codes = pow2.quantize_weight_pow2(w, 3, per_channel=True)
    for i in range(3):
        alone = pow2.quantize_weight_pow2(w[i], 3)
        assert np.array_equal(codes.value()[i], alone.value())


def test_errors():
    w = np.ones(3, F32)
    with pytest.raises(ValueError, match="2..8"):
        pow2.exact_scan(w, 1)
    with pytest.raises(ValueError, match="2 bits"):
        pow2.quantize_weight_pow2(w, 3, "ternary_scan")
    with pytest.raises(ValueError, match="scheme"):
        pow2.quantize_weight_pow2(w, 3, "nearest")
    with pytest.raises(OverflowError):
        pow2.quantize_weight_pow2(w, 8)
