# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantizers against hand-computed codes and the straight-through rules."""

import numpy as np
import pytest
from dorefa.model import quantizers as q

F32 = np.float32
BITS = range(1, 9)


def test_rounding_is_half_to_even():
    assert q.quantize_unit([0.5], 1)[0] == 0  # 0.5
    assert q.quantize_unit([0.5], 2)[0] == 2  # 1.5
    assert q.quantize_unit([0.5], 3)[0] == 4  # 3.5
    assert q.quantize_unit([0.5], 8)[0] == 128  # 127.5
    assert list(q.quantize_unit([0, 1], 8)) == [0, 255]


@pytest.mark.parametrize("bits", [0, -1, 9, 16])
def test_bits_are_checked(bits):
    for f in (q.quantize_activation, q.quantize_weight, q.quantize_gradient):
        with pytest.raises(ValueError, match="bits"):
            f(np.ones((2, 3)), bits)


@pytest.mark.parametrize("bits", BITS)
def test_activation_values_are_fixed_points(bits):
    codes = np.arange(2**bits)
    a = q.ActivationCodes(codes, bits)
    assert np.array_equal(a.value(), codes.astype(F32) / F32(2**bits - 1))
    assert np.array_equal(q.quantize_activation(a.value(), bits).codes, codes)


def test_activation_bounds():
    x = np.array([-2, -0.5, -0.0, 0, 0.5, 1, 1.5], F32)
    assert np.array_equal(q.bound(x, "clip"), [0, 0, 0, 0, 0.5, 1, 1])
    assert np.array_equal(q.bound(x, "abs_clip"), [1, 0.5, 0, 0, 0.5, 1, 1])
    wide = (np.tanh(x.astype(np.float64)) + 1) / 2
    assert np.allclose(q.bound(x, "tanh"), wide, rtol=0, atol=1e-7)
    assert list(q.quantize_activation(x, 1).codes) == [0, 0, 0, 0, 0, 1, 1]
    with pytest.raises(ValueError, match="bound"):
        q.bound(x, "sigmoid")


def test_activation_backward():
    x = np.array([-2, -1, -0.5, -0.0, 0, 0.5, 1, np.nextafter(F32(1), F32(2))], F32)
    dy = np.arange(1, 9).astype(F32)

    def back(h, bits=2):
        return list(q.quantize_activation_backward(dy, x, bits, h))

    assert back("clip") == [0, 0, 0, 4, 5, 6, 7, 0]  # closed at both ends
    assert back("abs_clip") == [0, -2, -3, 0, 0, 6, 7, 0]
    assert back("clip", 32) == [0, 0, 0, 0, 0, 6, 7, 8]


def test_tanh_bound_finite_difference():
    x = np.linspace(-3, 3, 101)
    step = 1e-5
    slope = (np.tanh(x + step) - np.tanh(x - step)) / (4 * step)
    got = q.bound_backward(np.ones(101), x, "tanh")
    assert np.allclose(got, slope, rtol=1e-4, atol=1e-6)


def test_relu_when_unquantized():
    x = np.array([-1, 0, 3], F32)
    assert list(q.quantize_activation(x, 32, "abs_clip")) == [0, 0, 3]


def test_tanh_is_correctly_rounded():
    x = np.random.default_rng(0).normal(size=1000).astype(F32)
    exact = np.tanh(x.astype(np.longdouble))
    t = q.tanh(x)
    for way in (-np.inf, np.inf):
        assert np.all(np.abs(t - exact) <= np.abs(np.nextafter(t, F32(way)) - exact))


def test_one_bit_weights():
    w = np.array([[-1.5, -0.0], [0.0, 0.25]], F32)
    codes = q.quantize_weight(w, 1)
    assert np.array_equal(codes.integers, [[-1, 1], [1, 1]])
    assert codes.scale == F32(1.75 / 4)
    assert np.array_equal(codes.value(), F32(1.75 / 4) * codes.integers)
    each = q.quantize_weight(w, 1, per_channel=True)
    assert np.array_equal(each.scale, [0.75, 0.125])
    assert np.array_equal(each.value(), [[-0.75, 0.75], [0.125, 0.125]])
    with pytest.raises(ValueError, match="per_channel"):
        q.quantize_weight(w, 2, per_channel=True)


@pytest.mark.parametrize("bits", range(2, 9))
def test_weight_codes(bits):
    w = np.random.default_rng(bits).normal(size=(7, 5)).astype(F32)
    n = 2**bits - 1
    t = np.tanh(w.astype(np.float64))
    exact = n * (t / (2 * np.abs(t).max()) + 0.5)
    codes = q.quantize_weight(w, bits)
    assert np.abs(codes.codes - exact).max() <= 0.5 + n * 2e-7
    assert codes.codes.flat[np.argmax(np.abs(w))] in (0, n)
    assert np.array_equal(codes.integers, 2 * codes.codes - n)
    assert codes.scale == 1 and np.abs(codes.value()).max() == 1


@pytest.mark.parametrize("bits, code", [(2, 2), (3, 4), (4, 8), (8, 128)])
def test_zero_weights(bits, code):
    w = np.zeros((2, 3), F32)
    assert np.all(q.quantize_weight(w, bits).codes == code)
    assert not q.quantize_weight_backward(np.ones((2, 3)), w, bits).any()


@pytest.mark.parametrize("bits", [1, 32])
def test_weight_backward_is_identity(bits):
    g = np.array([3, -4], F32)
    assert np.array_equal(q.quantize_weight_backward(g, g * 9, bits), g)


def test_float_weights_pass():
    w = np.array([0.1, -7], F32)
    assert np.array_equal(q.quantize_weight(w, 32), w)


def test_weight_backward_finite_difference():
    # Straight through the rounding leaves tanh(w) / max|tanh(w)|, smooth here.
    rng = np.random.default_rng(1)
    w, g = rng.normal(size=12).astype(F32), rng.normal(size=12).astype(F32)

    def f(v):
        t = np.tanh(v)
        return np.sum(g * t / np.abs(t).max())

    slope = [
        (f(w + e) - f(w - e)) / 2e-6 for e in np.eye(12) * 1e-6  # float64 from here
    ]
    got = q.quantize_weight_backward(g, w, 4)
    assert np.allclose(got, slope, rtol=1e-4, atol=1e-6)
    detached = q.quantize_weight_backward(g, w, 4, detach_scale=True)
    top = np.argmax(np.abs(w))
    assert np.allclose(np.delete(detached, top), np.delete(got, top), rtol=1e-6)
    t = np.tanh(w.astype(np.float64))
    assert np.isclose(detached[top], (1 - t[top] ** 2) * g[top] / abs(t[top]))
    assert not np.isclose(detached[top], got[top])


def test_weight_backward_argmax_rule():
    w, g = np.array([0.5, -1.0, 0.25], F32), np.array([1, 2, 3], F32)
    t = np.tanh(w.astype(np.float64))
    m = abs(t[1])
    rest = g[0] * t[0] + g[2] * t[2]
    expected = [
        (1 - t[0] ** 2) / m,
        (1 - t[1] ** 2) * rest / m**2,  # -sign(t_1) = +1
        (1 - t[2] ** 2) * 3 / m,
    ]
    assert np.allclose(q.quantize_weight_backward(g, w, 2), expected, rtol=1e-6)


def test_weight_backward_shares_equal_maxima():
    w, g = np.array([1.0, -1.0, 0.5], F32), np.array([1, 2, 3], F32)
    t = np.tanh(w.astype(np.float64))
    m, total = t[0], np.sum(g * t)
    dt = g / m - np.array([1, -1, 0]) * total / (2 * m**2)
    got = q.quantize_weight_backward(g, w, 2)
    assert np.allclose(got, (1 - t**2) * dt, rtol=1e-6)


@pytest.mark.parametrize("bits", BITS)
def test_gradient_codes_without_noise(bits):
    rng = np.random.default_rng(bits)
    dr = (rng.normal(size=(3, 4, 5)) * [[[1]], [[1e-20]], [[1e20]]]).astype(F32)
    codes = q.quantize_gradient(dr, bits, noise=False)
    n = 2**bits - 1
    assert np.array_equal(codes.scale, np.abs(dr).max(axis=(1, 2)))
    exact = n * (dr / (2 * codes.scale.astype(np.float64)[:, None, None]) + 0.5)
    assert np.abs(codes.codes - exact).max() <= 0.5 + n * 2e-7
    assert np.all(np.abs(codes.value()) <= codes.scale[:, None, None])


def test_gradient_values_of_a_huge_sample():
    dr = np.array([[3e38, -3e38, 0]], F32)
    v = q.quantize_gradient(dr, 8, noise=False).value()
    assert np.all(np.isfinite(v)) and v[0, 0] == F32(3e38) and v[0, 1] == -F32(3e38)


@pytest.mark.parametrize("bits", BITS)
def test_gradient_quantizer_is_unbiased(bits):
    trials = 4000
    one = np.array([[1.0, -0.73, 0.31, 1e-3, 0.0, -1.0]], F32)
    dr = np.repeat(one, trials, axis=0) * F32(2.5)
    values = q.quantize_gradient(dr, bits, seed=11, step=bits, op_id=2).value()
    mean = values.mean(axis=0, dtype=np.float64)
    # One level is 2M/n; the error of rounding with noise deviates by at most half.
    error = 4.5 * 2.5 / (2**bits - 1) / np.sqrt(trials)
    assert np.all(np.abs(mean - dr[0]) <= error + 1e-6)
    if bits < 4:  # without noise the bias is far larger than that
        fixed = q.quantize_gradient(dr[:1], bits, noise=False).value()[0]
        assert np.abs(fixed - dr[0]).max() > 2 * error


def test_gradient_noise_is_the_stated_one():
    from dorefa.model import philox

    dr = np.random.default_rng(5).normal(size=(2, 9)).astype(F32)
    got = q.quantize_gradient(dr, 3, seed=4, step=5, op_id=6).codes
    noise = philox.sigma(4, 5, 6, (18,)).reshape(2, 9)
    for n in range(2):
        m = np.abs(dr[n]).max()
        r = ((dr[n] / m) * F32(0.5) + F32(0.5)) + noise[n] / F32(7)
        assert np.array_equal(got[n], np.rint(F32(7) * np.clip(r, 0, 1)))


def test_zero_gradient_sample():
    dr = np.array([[0, 0], [1, -2]], F32)
    codes = q.quantize_gradient(dr, 2, seed=1)
    assert codes.scale[0] == 0 and not codes.value()[0].any()
    assert not np.signbit(codes.value()[0]).any()
    assert set(codes.codes[0]) <= {1, 2}
    assert codes.scale[1] == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_gradient_that_is_not_finite(bad):
    dr = np.array([[bad, 1], [1, -2]], F32)
    codes = q.quantize_gradient(dr, 4)
    assert np.all(np.isnan(codes.value()[0])) and np.all(np.isfinite(codes.value()[1]))


def test_no_zero_code_in_gradients():
    for bits in BITS:
        assert 0 not in q.bipolar(np.arange(2**bits), bits)
