# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Float layers: finite differences, ties, padding, running statistics."""

import numpy as np
import pytest
from dorefa.model import conv, layers, philox

F32 = np.float32


def slope(f, x, step=1e-6):
    """Central differences of a scalar function of a float64 array."""
    x = np.asarray(x, np.float64)
    out = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = step
        out[i] = (f(x + e) - f(x - e)) / (2 * step)
    return out


def batch_norm_wide(x, gamma, beta, eps):
    axes = tuple(range(x.ndim - 1))
    mean, var = x.mean(axes), ((x - x.mean(axes)) ** 2).mean(axes)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@pytest.mark.parametrize("shape", [(6, 3), (2, 3, 2, 3)])
def test_batch_norm(shape):
    rng = np.random.default_rng(0)
    x = (rng.normal(size=shape) * 3 + 1).astype(F32)
    gamma, beta = rng.normal(size=(2, 3)).astype(F32)
    dy = rng.normal(size=shape).astype(F32)
    mean, var = layers.batch_statistics(x)
    y, x_hat, inverse = layers.batch_norm(x, gamma, beta, mean, var, 0.1)
    wide = [v.astype(np.float64) for v in (x, gamma, beta)]
    assert np.allclose(y, batch_norm_wide(*wide, 0.1), rtol=1e-5, atol=1e-5)
    assert y.dtype == F32
    dx, dgamma, dbeta = layers.batch_norm_backward(dy, x_hat, inverse, gamma)
    for i, got in enumerate((dx, dgamma, dbeta)):

        def loss(v, i=i):
            return np.sum(dy * batch_norm_wide(*wide[:i], v, *wide[i + 1 :], 0.1))

        assert np.allclose(got, slope(loss, wide[i]), rtol=1e-4, atol=1e-5)


def test_running_statistics():
    x = np.array([[1], [2], [6]], F32)
    batch = layers.batch_statistics(x)
    assert batch[0][0] == 3 and np.isclose(batch[1][0], 14 / 3)
    mean, var = layers.running_statistics(F32(10), F32(20), *batch, 3)
    assert np.isclose(mean[0], 9.3) and np.isclose(var[0], 18 + 0.7)  # 14 / 2
    _, single = layers.running_statistics(F32(0), F32(1), F32(5), F32(0), 1)
    assert np.isclose(single, 0.9)


def test_batch_norm_inference_uses_the_given_statistics():
    y, _, _ = layers.batch_norm(F32([[3]]), F32([2]), F32([1]), F32([1]), F32([4]), 0)
    assert y[0, 0] == 3


POOLS = [
    ((4, 6), layers.Pool()),
    ((5, 5), layers.Pool((3, 3), (2, 2), (1, 1, 1, 1))),
    ((7, 6), layers.Pool((3, 2), (2, 3), (0, 1, 1, 0))),
    ((5, 5), layers.Pool((2, 2), (2, 2))),  # last row and column unread
]


@pytest.mark.parametrize("hw, pool", POOLS)
def test_max_pool_against_loops(hw, pool):
    rng = np.random.default_rng(1)
    x = -rng.integers(1, 4, (2, *hw, 3)).astype(F32)  # many ties, all negative
    y, winner = layers.max_pool(x, pool)
    dy = rng.normal(size=y.shape).astype(F32)
    dx = np.zeros(x.shape)
    for n, oh, ow, c in np.ndindex(*y.shape):
        best = None
        for index, (kh, kw) in enumerate(np.ndindex(*pool.size)):
            ih = oh * pool.strides[0] - pool.pads[0] + kh
            iw = ow * pool.strides[1] - pool.pads[1] + kw
            if 0 <= ih < hw[0] and 0 <= iw < hw[1]:
                if best is None or x[n, ih, iw, c] > best[0]:
                    best = (x[n, ih, iw, c], index, ih, iw)
        assert (y[n, oh, ow, c], winner[n, oh, ow, c]) == best[:2]
        dx[n, best[2], best[3], c] += dy[n, oh, ow, c]
    assert np.allclose(layers.max_pool_backward(dy, winner, hw, pool), dx, rtol=1e-6)


def test_max_pool_corner_cases():
    x = np.full((1, 2, 2, 1), -np.inf, F32)
    y, winner = layers.max_pool(x)
    assert y[0, 0, 0, 0] == -np.inf and winner[0, 0, 0, 0] == 0
    y, winner = layers.max_pool(F32([[[[1], [np.nan]], [[5], [2]]]]))
    assert np.isnan(y[0, 0, 0, 0]) and winner[0, 0, 0, 0] == 1
    with pytest.raises(ValueError, match="padding alone"):
        layers.max_pool(x, layers.Pool(pads=(2, 0, 0, 0)))


def test_softmax_cross_entropy():
    rng = np.random.default_rng(2)
    z, labels = rng.normal(size=(4, 5)).astype(F32) * 3, np.array([0, 4, 2, 2])

    def loss(v):
        p = np.exp(v) / np.exp(v).sum(1, keepdims=True)
        return -np.mean(np.log(p[np.arange(4), labels]))

    got, dz = layers.softmax_cross_entropy(z, labels)
    assert np.isclose(got, loss(z.astype(np.float64)), rtol=1e-6)
    assert np.allclose(dz, slope(loss, z), rtol=1e-4, atol=1e-7)
    uniform, _ = layers.softmax_cross_entropy(np.zeros((3, 10), F32), [1, 2, 3])
    assert np.isclose(uniform, np.log(10))
    huge, dz = layers.softmax_cross_entropy(F32([[1e30, -1e30]]), [0])
    assert huge == 0 and not dz.any()


@pytest.mark.parametrize("labels", [[0, 5], [-1, 0], [0]])
def test_labels_are_checked(labels):
    with pytest.raises(ValueError, match="labels"):
        layers.softmax_cross_entropy(np.zeros((2, 5), F32), labels)


def test_dropout_mask():
    mask = layers.dropout_mask(1, 2, 3, (50, 40), 0.3)
    assert np.array_equal(mask, philox.sigma(1, 2, 3, (50, 40)) + F32(0.5) >= F32(0.3))
    assert abs(mask.mean() - 0.7) < 5 * np.sqrt(0.21 / 2000)
    assert layers.dropout_mask(1, 2, 3, (50, 40), 0).all()
    assert layers.dropout_scale(0.5) == 2
    with pytest.raises(ValueError, match="rate"):
        layers.dropout_mask(1, 2, 3, (2,), 1.0)


def test_float_conv_finite_difference():
    rng = np.random.default_rng(4)
    window = conv.Window((2, 1), (1, 0, 0, 2), (1, 2), 2)
    x, w = rng.normal(size=(2, 5, 4, 4)), rng.normal(size=(4, 2, 2, 2))
    bias = rng.normal(size=4)
    shape = conv.conv2d_float(x, w, bias, window).shape
    dy = rng.normal(size=shape)
    x, w = x.astype(F32), w.astype(F32)

    def loss(a, b):
        return np.sum(dy * conv._forward(a, b, window))

    got = conv.conv2d_grad_input_float(dy, w, (5, 4), window)
    wide = w.astype(np.float64)
    assert np.allclose(got, slope(lambda v: loss(v, wide), x), rtol=1e-4, atol=1e-5)
    got = conv.conv2d_grad_filter_float(dy, x, (2, 2), window)
    wide = x.astype(np.float64)
    assert np.allclose(got, slope(lambda v: loss(wide, v), w), rtol=1e-4, atol=1e-5)
    plain = conv.conv2d_float(x, w, None, window)
    with_bias = conv.conv2d_float(x, w, bias, window)
    assert np.allclose(with_bias - plain, bias, atol=1e-5)
