# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions: naive loops, definition against popcounts, scales, twins."""

import itertools

import numpy as np
import pytest
from dorefa.model import bitplanes, conv
from dorefa.model import quantizers as q

F32 = np.float32

# input (H, W, C), filters, kernel, window
GEOMETRIES = [
    ((5, 4, 3), 4, (3, 3), conv.Window()),
    ((6, 7, 5), 2, (3, 2), conv.Window((2, 1), (1, 0, 2, 1))),
    ((7, 5, 6), 4, (3, 3), conv.Window((2, 2), (1, 1, 1, 1), (1, 1), 2)),
    ((8, 6, 3), 3, (2, 3), conv.Window((1, 2), (0, 2, 1, 0), (3, 2), 3)),
    ((1, 1, 1), 1, (1, 1), conv.Window()),
    ((4, 4, 67), 2, (1, 1), conv.Window((3, 3), (0, 0, 0, 0))),
    ((5, 5, 2), 3, (2, 2), conv.Window((3, 3), (2, 2, 0, 0))),
]


def operands(geometry, bits, batch=2, seed=0):
    """Codes of activations, weights and gradients for a geometry."""
    (h, w, c), f, kernel, window = geometry
    rng = np.random.default_rng(seed)
    a, wb, g = bits
    out_hw = window.output_hw((h, w), kernel)
    return (
        rng.integers(0, 2**a, (batch, h, w, c)),
        rng.integers(0, 2**wb, (f, *kernel, c // window.groups)),
        rng.integers(0, 2**g, (batch, *out_hw, f)),
    )


def taps(x_shape, w_shape, window):
    """Every (n, oh, ow, f, kh, kw, c of the group, ih, iw, ic) that is inside."""
    n, h, w, _ = x_shape
    f, kernel_h, kernel_w, c = w_shape
    out_h, out_w = window.output_hw((h, w), (kernel_h, kernel_w))
    shape = (n, out_h, out_w, f, kernel_h, kernel_w, c)
    for b, oh, ow, o, kh, kw, ci in np.ndindex(*shape):
        ih = oh * window.strides[0] - window.pads[0] + kh * window.dilations[0]
        iw = ow * window.strides[1] - window.pads[1] + kw * window.dilations[1]
        if 0 <= ih < h and 0 <= iw < w:
            yield b, oh, ow, o, kh, kw, ci, ih, iw, (o // (f // window.groups)) * c + ci


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_against_naive_loops(geometry):
    rng = np.random.default_rng(3)
    x, w, g = (rng.integers(-9, 10, v.shape) for v in operands(geometry, (1, 1, 1)))
    window = geometry[3]
    y, dx = np.zeros(g.shape, np.int64), np.zeros(x.shape, np.int64)
    dw = np.zeros((len(x), *w.shape), np.int64)
    for b, oh, ow, o, kh, kw, ci, ih, iw, ic in taps(x.shape, w.shape, window):
        y[b, oh, ow, o] += x[b, ih, iw, ic] * w[o, kh, kw, ci]
        dx[b, ih, iw, ic] += g[b, oh, ow, o] * w[o, kh, kw, ci]
        dw[b, o, kh, kw, ci] += g[b, oh, ow, o] * x[b, ih, iw, ic]
    hw, kernel = x.shape[1:3], w.shape[1:3]
    assert np.array_equal(conv.conv2d_numerator(x, w, window), y)
    assert np.array_equal(conv.conv2d_grad_input_numerator(g, w, hw, window), dx)
    assert np.array_equal(conv.conv2d_grad_filter_numerator(g, x, kernel, window), dw)
    assert np.array_equal(conv.conv2d_float(x, w, None, window), y.astype(F32))
    assert np.array_equal(conv.conv2d_grad_input_float(g, w, hw, window), dx)
    assert np.array_equal(
        conv.conv2d_grad_filter_float(g, x, kernel, window), dw.sum(axis=0)
    )


def assert_popcounts_agree(geometry, bits, codes):
    a, w, g = bits
    c_a, c_w, c_g = codes
    window, hw, kernel = geometry[3], c_a.shape[1:3], c_w.shape[1:3]
    i_w, i_g = q.bipolar(c_w, w), q.bipolar(c_g, g)
    assert np.array_equal(
        bitplanes.conv2d_numerator(c_a, a, c_w, w, window),
        conv.conv2d_numerator(c_a, i_w, window),
    )
    assert np.array_equal(
        bitplanes.conv2d_grad_input_numerator(c_g, g, c_w, w, hw, window),
        conv.conv2d_grad_input_numerator(i_g, i_w, hw, window),
    )
    assert np.array_equal(
        bitplanes.conv2d_grad_filter_numerator(c_g, g, c_a, a, kernel, window),
        conv.conv2d_grad_filter_numerator(i_g, c_a, kernel, window),
    )


@pytest.mark.parametrize("a", range(1, 9))
def test_popcounts_agree_for_all_pairs(a):
    # (A, W), (G, W) and (G, A) each take all 64 pairs over the eight runs.
    for w in range(1, 9):
        bits = (a, w, (a + w) % 8 + 1)
        for i, geometry in enumerate(GEOMETRIES[1:4]):
            codes = operands(geometry, bits, seed=64 * a + 8 * w + i)
            assert_popcounts_agree(geometry, bits, codes)


def test_pairs_of_the_test_above_are_complete():
    triples = [(a, w, (a + w) % 8 + 1) for a in range(1, 9) for w in range(1, 9)]
    for i, j in itertools.combinations(range(3), 2):
        assert len({(t[i], t[j]) for t in triples}) == 64


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("fill", ["random", "zero", "largest"])
def test_popcounts_agree_for_all_geometries(geometry, fill):
    bits = (3, 2, 4)
    codes = operands(geometry, bits, seed=1)
    if fill != "random":
        top = 0 if fill == "zero" else 1
        codes = [np.full_like(c, top * (2**b - 1)) for c, b in zip(codes, bits)]
    assert_popcounts_agree(geometry, bits, codes)


def test_empty_batch():
    geometry = GEOMETRIES[1]
    codes = operands(geometry, (2, 2, 2), batch=0)
    assert_popcounts_agree(geometry, (2, 2, 2), codes)
    assert conv.conv2d_numerator(codes[0], codes[1], geometry[3]).shape[0] == 0


@pytest.mark.parametrize("length", [1, 63, 64, 65, 130])
@pytest.mark.parametrize("bits", [1, 3, 8])
def test_pack_round_trip_and_dot(length, bits):
    rng = np.random.default_rng(length)
    x, y = rng.integers(0, 2**bits, (2, 3, length))
    words = bitplanes.pack(x, bits)
    assert words.shape == (3, bits, -(-length // 64)) and words.dtype == np.uint64
    assert np.array_equal(bitplanes.unpack(words, length), x)
    got = bitplanes.dot(words, bitplanes.pack(y, bits))
    assert np.array_equal(got, np.sum(x * y, axis=-1))
    if bits == 1:
        signed = bitplanes.dot_signed(words, bitplanes.pack(y, 1), length)
        assert np.array_equal(signed, np.sum((2 * x - 1) * (2 * y - 1), axis=-1))


def test_pack_layout_and_error():
    words = bitplanes.pack(np.array([1] + [0] * 64 + [2]), 2)
    assert words.tolist() == [[1, 0], [0, 2]]
    with pytest.raises(ValueError, match="outside"):
        bitplanes.pack(np.array([4]), 2)


def test_exact_above_float64_and_overflow():
    x = np.full((1, 1, 1, 3), 2**30 + 1)
    w = np.full((1, 1, 1, 3), 2**30 - 1)
    assert conv.conv2d_numerator(x, w)[0, 0, 0, 0] == 3 * (2**60 - 1)
    with pytest.raises(OverflowError):
        conv.conv2d_numerator(x * 4, w)


def random_codes(geometry, bits, seed=2):
    c_a, c_w, c_g = operands(geometry, bits, batch=3, seed=seed)
    a, wb, g = bits
    n_w = 2**wb - 1
    return (
        q.ActivationCodes(c_a, a),
        q.WeightCodes(2 * c_w - n_w, n_w, F32(0.37) if wb == 1 else F32(1), wb, c_w),
        q.GradientCodes(c_g, np.array([1.5, 0, 3e-4], F32), g),
    )


@pytest.mark.parametrize("bits", [(1, 1, 1), (2, 1, 6), (4, 3, 8), (8, 8, 8)])
@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_scaled_products_agree_with_float(geometry, bits):
    x, w, g = random_codes(geometry, bits)
    window, hw, kernel = geometry[3], x.codes.shape[1:3], w.integers.shape[1:3]
    x.scale = F32(2)  # as behind a dropout of one half
    pairs = [
        (conv.conv2d(x, w, window), conv.conv2d(x.value(), w.value(), window)),
        (
            conv.conv2d_grad_input(g, w, hw, window),
            conv.conv2d_grad_input(g.value(), w.value(), hw, window),
        ),
        (
            conv.conv2d_grad_filter(g, x, kernel, window),
            conv.conv2d_grad_filter(g.value(), x.value(), kernel, window),
        ),
    ]
    for got, expected in pairs:
        assert got.dtype == F32 and got.shape == expected.shape
        assert np.allclose(got, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


def test_scaled_products_round_in_the_stated_order():
    geometry = GEOMETRIES[2]
    x, w, g = random_codes(geometry, (3, 1, 5))
    window, hw = geometry[3], x.codes.shape[1:3]
    i = conv.conv2d_numerator(x.codes, w.integers, window)
    expected = i.astype(F32) * (w.scale / F32(7))
    assert np.array_equal(conv.conv2d(x, w, window), expected)
    i = conv.conv2d_grad_input_numerator(g.integers, w.integers, hw, window)
    got = conv.conv2d_grad_input(g, w, hw, window)
    for n in range(3):
        factor = (g.scale[n] * w.scale) / F32(31)
        assert np.array_equal(got[n], i[n].astype(F32) * factor)


def test_per_channel_scale():
    x, w, g = random_codes(GEOMETRIES[0], (2, 1, 4))
    w.scale = np.array([1, 2, 3, 4], F32)
    expected = conv.conv2d(x.value(), w.value())
    assert np.allclose(conv.conv2d(x, w), expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(ValueError, match="per channel"):
        conv.conv2d_grad_input(g, w, (5, 4))
    # float gradients carry the scale
    assert conv.conv2d_grad_input(g.value(), w, (5, 4)).shape == x.codes.shape


def test_linear_twins():
    rng = np.random.default_rng(0)
    x = q.ActivationCodes(rng.integers(0, 8, (4, 70)), 3)
    w = q.WeightCodes(2 * rng.integers(0, 4, (5, 70)) - 3, 3, F32(1), 2)
    g = q.GradientCodes(rng.integers(0, 16, (4, 5)), np.arange(4).astype(F32), 4)
    close = dict(rtol=1e-5, atol=1e-5)
    assert np.allclose(conv.linear(x, w), x.value() @ w.value().T, **close)
    assert np.allclose(conv.linear_grad_input(g, w), g.value() @ w.value(), **close)
    assert np.allclose(conv.linear_grad_filter(g, x), g.value().T @ x.value(), **close)
    assert np.allclose(conv.linear(x.value(), w), x.value() @ w.value().T, **close)


def test_geometry_errors():
    with pytest.raises(ValueError, match="spans"):
        conv.Window().output_hw((2, 2), (3, 3))
    with pytest.raises(ValueError, match="groups"):
        window = conv.Window(groups=2)
        conv.conv2d(np.zeros((1, 3, 3, 4)), np.zeros((2, 1, 1, 4)), window)
