# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The quantizers of DoReFa-Net (1606.06160, section 2; spec 1.1 to 1.4).

All forward operations are float32 in the order written, rounding is half to
even; a code is an int64 in 0 .. n_k, n_k = 2^k - 1. Bits are 1..8, or 32 for
"no quantizer". Backward rules are the straight-through ones of the paper.
"""

from dataclasses import dataclass
from typing import Union

import numpy as np

from . import philox

F32 = np.float32
BOUNDS = ("clip", "abs_clip", "tanh")


def check_bits(bits):
    """Raises ValueError unless bits is 1..8 or 32."""
    if bits != 32 and not 1 <= bits <= 8:
        raise ValueError(f"bits: expected 1..8 or 32, got {bits}")


def levels(bits):
    """n_k = 2^k - 1, the largest code. Raises ValueError outside 1..8."""
    if not 1 <= bits <= 8:
        raise ValueError(f"bits: expected 1..8, got {bits}")
    return 2**bits - 1


def tanh(x):
    """The correctly rounded float32 tanh (evaluated in float64)."""
    return np.tanh(np.asarray(x, np.float64)).astype(F32)


def quantize_unit(r, bits):
    """Codes of r in [0, 1]: rint(n_k * r), one float32 product (spec 1.1)."""
    n = F32(levels(bits))
    return np.rint(n * np.asarray(r, F32)).astype(np.int64)


def unipolar_value(codes, bits):
    """c / n, one correctly rounded float32 division."""
    return np.asarray(codes).astype(F32) / F32(levels(bits))


def bipolar_value(codes, bits):
    """(2c - n) / n, one correctly rounded float32 division."""
    return bipolar(codes, bits).astype(F32) / F32(levels(bits))


def bipolar(codes, bits):
    """The integers 2c - n of bipolar codes, int64."""
    return 2 * np.asarray(codes, np.int64) - levels(bits)


# Activations (spec 1.2, paper section 2.4)


def bound(x, h="clip"):
    """h(x) in [0, 1], float32: clip(x,0,1), min(1,|x|) or (tanh(x)+1)/2."""
    x = np.asarray(x, F32)
    if h == "clip":
        return np.minimum(np.maximum(x, F32(0)), F32(1))
    if h == "abs_clip":
        return np.minimum(F32(1), np.abs(x))
    if h == "tanh":
        return (tanh(x) + F32(1)) * F32(0.5)
    raise ValueError(f"bound: expected one of {BOUNDS}, got {h!r}")


def bound_backward(dy, x, h="clip"):
    """Gradient of bound; the mask of clip holds both of its ends."""
    dy, x = np.asarray(dy, F32), np.asarray(x, F32)
    if h == "clip":
        return np.where((x >= 0) & (x <= 1), dy, F32(0))
    if h == "abs_clip":
        return np.where(np.abs(x) <= 1, dy * np.sign(x), F32(0))
    if h == "tanh":
        t = tanh(x)
        return dy * ((F32(1) - t * t) * F32(0.5))
    raise ValueError(f"bound: expected one of {BOUNDS}, got {h!r}")


def relu(x):
    """max(x, 0), float32."""
    return np.maximum(np.asarray(x, F32), F32(0))


def relu_backward(dy, x):
    """dy where x > 0, else 0 (open at 0)."""
    return np.where(np.asarray(x) > 0, np.asarray(dy, F32), F32(0))


@dataclass
class ActivationCodes:
    """Unipolar codes of activations; the value is scale * c / n.

    codes: int64, NHWC or (N, C); bits: 1..8; scale: float32, 1 unless a
    dropout ran on the codes (then 1/keep).
    """

    codes: np.ndarray
    bits: int
    scale: np.float32 = F32(1)

    @property
    def divisor(self):
        return levels(self.bits)

    def value(self):
        """Float32 values, same shape."""
        return unipolar_value(self.codes, self.bits) * F32(self.scale)


def quantize_activation(x, bits, h="clip"):
    """ActivationCodes of h(x), or relu(x) as floats where bits is 32."""
    check_bits(bits)
    if bits == 32:
        return relu(x)
    return ActivationCodes(quantize_unit(bound(x, h), bits), bits)


def quantize_activation_backward(dy, x, bits, h="clip"):
    """Straight through the rounding, then bound_backward (ReLU for 32)."""
    check_bits(bits)
    return relu_backward(dy, x) if bits == 32 else bound_backward(dy, x, h)


# Weights (spec 1.3, paper section 2.3)


@dataclass
class WeightCodes:
    """Quantized weights; the value is scale * integers / divisor.

    integers: int64, any shape with the output channel first (2c - n for the
    DoReFa quantizers, Q 2^(n-1) for powers of two). divisor: n_W, or 1.
    scale: float32 scalar, or shape (F,) where it is per output channel.
    codes: the unsigned codes, None for powers of two.
    """

    integers: np.ndarray
    divisor: int
    scale: Union[np.float32, np.ndarray]
    bits: int
    codes: np.ndarray = None

    @property
    def per_channel(self):
        return np.ndim(self.scale) != 0

    def value(self):
        """Float32 values: (integers / divisor) * scale."""
        scale = np.asarray(self.scale, F32)
        if self.per_channel:
            scale = scale.reshape((-1,) + (1,) * (self.integers.ndim - 1))
        return self.integers.astype(F32) / F32(self.divisor) * scale


def mean_abs(w, axis=None):
    """E(|w|): float64 mean, rounded once to float32."""
    return np.mean(np.abs(np.asarray(w, np.float64)), axis=axis).astype(F32)


def quantize_weight(w, bits, per_channel=False):
    """WeightCodes of float32 weights w, or w itself where bits is 32.

    bits 1: sign(w) E(|w|), sign(0) = sign(-0.0) = +1; per_channel takes E over
    each output channel (axis 0) in place of the layer.
    bits > 1: 2 quantize_k(tanh(w) / (2 max|tanh(w)|) + 1/2) - 1; all zeros
    quantize r = 1/2. Raises ValueError for per_channel with bits > 1.
    """
    check_bits(bits)
    w = np.asarray(w, F32)
    if bits == 32:
        return w
    if per_channel and bits != 1:
        raise ValueError("per_channel: expected 1-bit weights")
    if bits == 1:
        codes = (w >= 0).astype(np.int64)
        scale = mean_abs(w, tuple(range(1, w.ndim)) if per_channel else None)
    else:
        codes = quantize_unit(weight_ratio(w), bits)
        scale = F32(1)
    return WeightCodes(bipolar(codes, bits), levels(bits), scale, bits, codes)


def weight_ratio(w):
    """r = tanh(w) / (2 m) + 1/2 in float32, m = max|tanh(w)|; 1/2 if m = 0."""
    t = tanh(w)
    m = np.max(np.abs(t), initial=F32(0))
    if m == 0:
        return np.full(t.shape, F32(0.5))
    return t / (F32(2) * m) + F32(0.5)


def quantize_weight_backward(g, w, bits, detach_scale=False):
    """Gradient to the float weights from g, the one at the quantized values.

    bits 1 and 32: identity. bits > 1, t = tanh(w), m = max|t|, J the indices
    that attain it: dw = (1 - t^2) (g/m - [i in J] sign(t) sum(g t)/(|J| m^2)),
    where detach_scale drops the second term. m = 0: zero. Evaluated in
    float64, rounded once to float32. Same shape as w.
    """
    check_bits(bits)
    g = np.asarray(g, F32)
    if bits in (1, 32):
        return g
    t32 = tanh(w)
    t, g = t32.astype(np.float64), g.astype(np.float64)
    m = np.max(np.abs(t), initial=0.0)
    if m == 0:
        return np.zeros(t.shape, F32)
    dt = g / m
    if not detach_scale:
        top = np.abs(t) == m
        dt = dt - top * np.sign(t) * (np.sum(g * t) / (np.sum(top) * m * m))
    return ((1 - t * t) * dt).astype(F32)


# Gradients (spec 1.4, paper section 2.5)


@dataclass
class GradientCodes:
    """Bipolar codes of a gradient; the value is scale * ((2c - n) / n).

    codes: int64, batch first; scale: float32, shape (N,), max |dr| of the
    sample (0 for a zero sample, NaN where it is not finite); bits: 1..8.
    """

    codes: np.ndarray
    scale: np.ndarray
    bits: int

    @property
    def divisor(self):
        return levels(self.bits)

    @property
    def integers(self):
        return bipolar(self.codes, self.bits)

    def value(self):
        """Float32 values, in the order M * ((2c - n) / n)."""
        shape = (-1,) + (1,) * (self.codes.ndim - 1)
        # 0 * (negative) is -0.0; adding 0 makes a zero sample +0.
        return self.scale.reshape(shape) * bipolar_value(self.codes, self.bits) + F32(0)


def quantize_gradient(dr, bits, seed=0, step=0, op_id=0, noise=True):
    """GradientCodes of dr (batch on axis 0), or dr itself where bits is 32.

    r = (dr / M) * 0.5 + 0.5 + sigma / n_G in float32, in this order, clipped
    to [0, 1]; noise=False leaves sigma out. A zero sample has scale 0 and the
    codes of r = 1/2 + noise; a sample that is not finite has scale NaN, codes 0.
    """
    check_bits(bits)
    dr = np.asarray(dr, F32)
    if bits == 32:
        return dr
    n = F32(levels(bits))
    per_sample = (-1,) + (1,) * (dr.ndim - 1)
    with np.errstate(invalid="ignore"):
        m = np.max(np.abs(dr), axis=tuple(range(1, dr.ndim)), initial=F32(0))
        m = np.where(np.isfinite(m), m, F32(np.nan)).astype(F32)
        safe = np.where(m == 0, F32(1), m).reshape(per_sample)
        r = (dr / safe) * F32(0.5) + F32(0.5)
        if noise:
            r = r + philox.sigma(seed, step, op_id, dr.shape) / n
        r = np.minimum(np.maximum(r, F32(0)), F32(1))
    codes = quantize_unit(np.where(np.isnan(r), F32(0), r), bits)
    return GradientCodes(codes, m, bits)
