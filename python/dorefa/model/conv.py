# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolution and linear products: exact on integers, and in float.

Layout: activations NHWC, filters (F, KH, KW, C / groups), pads [top, left,
bottom, right]. The products of the specification (spec 2 and 3) are computed
by definition, tap by tap; bitplanes.py has the popcount form. In the names
below x is the input of a convolution, w its filter, g the output's gradient.

Float results are one rule, all in float32, I the exact integer numerator:
  forward      float32(I) * (scale_w * scale_a / float32(n_A n_W))
  grad_input   float32(I) * ((M scale_w) / float32(n_G n_W)), M per sample
  grad_filter  sum over samples in order of
               float32(I_n) * ((M_n scale_a) / float32(n_G n_A))
scale_w is E for 1-bit weights, else 1; scale_a is 1 but behind a dropout.
"""

from dataclasses import dataclass
from typing import Tuple

import numpy as np

from .quantizers import F32, ActivationCodes, GradientCodes, WeightCodes


@dataclass(frozen=True)
class Window:
    """Geometry of a convolution: strides, pads, dilations, groups."""

    strides: Tuple[int, int] = (1, 1)
    pads: Tuple[int, int, int, int] = (0, 0, 0, 0)
    dilations: Tuple[int, int] = (1, 1)
    groups: int = 1

    def output_hw(self, input_hw, kernel_hw):
        """Output height and width. Raises ValueError where there is none."""
        out = []
        for i in (0, 1):
            span = self.dilations[i] * (kernel_hw[i] - 1) + 1
            room = input_hw[i] + self.pads[i] + self.pads[i + 2] - span
            if room < 0:
                raise ValueError(f"window: kernel spans {span}, padded input less")
            out.append(room // self.strides[i] + 1)
        return tuple(out)

    def check(self, x_shape, w_shape):
        """Raises ValueError unless channels and groups fit."""
        c, f = x_shape[3], w_shape[0]
        if c % self.groups or f % self.groups or c // self.groups != w_shape[3]:
            raise ValueError(
                f"window: input channels {c}, filter {tuple(w_shape)} and "
                f"groups {self.groups} do not fit"
            )


POINT = Window()


def _tap(window, kh, kw, out_hw):
    """Slices of the padded input that tap (kh, kw) reads."""
    (sh, sw), (dh, dw) = window.strides, window.dilations
    return (
        slice(kh * dh, kh * dh + (out_hw[0] - 1) * sh + 1, sh),
        slice(kw * dw, kw * dw + (out_hw[1] - 1) * sw + 1, sw),
    )


def _pad(x, window):
    top, left, bottom, right = window.pads
    return np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))


def _group(array, groups, i):
    """Slice i of groups along the last axis."""
    size = array.shape[-1] // groups
    return array[..., i * size : (i + 1) * size]


def _forward(x, w, window):
    window.check(x.shape, w.shape)
    f, kernel_h, kernel_w, _ = w.shape
    out_hw = window.output_hw(x.shape[1:3], (kernel_h, kernel_w))
    out = np.zeros((x.shape[0], *out_hw, f), np.result_type(x, w))
    padded, per_group = _pad(x, window), f // window.groups
    for kh, kw in np.ndindex(kernel_h, kernel_w):
        patch = padded[(slice(None), *_tap(window, kh, kw, out_hw))]
        for i in range(window.groups):
            rows = slice(i * per_group, (i + 1) * per_group)
            out[..., rows] += _group(patch, window.groups, i) @ w[rows, kh, kw].T
    return out


def _grad_input(g, w, input_hw, window):
    f, kernel_h, kernel_w, c = w.shape
    top, left, bottom, right = window.pads
    h, wd = input_hw
    dx = np.zeros(
        (g.shape[0], h + top + bottom, wd + left + right, c * window.groups),
        np.result_type(g, w),
    )
    per_group = f // window.groups
    for kh, kw in np.ndindex(kernel_h, kernel_w):
        view = dx[(slice(None), *_tap(window, kh, kw, g.shape[1:3]))]
        for i in range(window.groups):
            rows = slice(i * per_group, (i + 1) * per_group)
            target = _group(view, window.groups, i)
            target += _group(g, window.groups, i) @ w[rows, kh, kw]
    return dx[:, top : top + h, left : left + wd]


def _grad_filter(g, x, kernel_hw, window):
    """Per sample: (N, F, KH, KW, C / groups)."""
    n, f, groups = g.shape[0], g.shape[3], window.groups
    dw = np.zeros((n, f, *kernel_hw, x.shape[3] // groups), np.result_type(g, x))
    padded, per_group = _pad(x, window), f // groups
    positions = g.shape[1] * g.shape[2]
    for kh, kw in np.ndindex(*kernel_hw):
        patch = padded[(slice(None), *_tap(window, kh, kw, g.shape[1:3]))]
        for i in range(groups):
            rows = slice(i * per_group, (i + 1) * per_group)
            left = _group(g, groups, i).reshape(n, positions, per_group)
            right = _group(patch, groups, i).reshape(n, positions, dw.shape[4])
            dw[:, rows, kh, kw] = left.transpose(0, 2, 1) @ right
    return dw


def _exactly(product, a, b, terms, *rest):
    """Runs product on integers without rounding and returns int64.

    float64 (fast) holds every partial sum while |a| |b| terms < 2^53; int64
    serves up to 2^63. Raises OverflowError beyond.
    """
    peak = [int(np.max(np.abs(v), initial=0)) for v in (a, b)]
    limit = peak[0] * peak[1] * int(terms)
    if limit < 2**53:
        out = product(a.astype(np.float64), b.astype(np.float64), *rest)
        return out.astype(np.int64)
    if limit < 2**63:
        return product(a.astype(np.int64), b.astype(np.int64), *rest)
    raise OverflowError(f"integer product: sums may reach {limit}, above int64")


# Exact integer numerators


def conv2d_numerator(x, w, window=POINT):
    """sum w x over taps, int64 (N, OH, OW, F). x, w: integers."""
    return _exactly(_forward, x, w, np.prod(w.shape[1:]), window)


def conv2d_grad_input_numerator(g, w, input_hw, window=POINT):
    """sum g w over the valid taps, int64 (N, H, W, C). g, w: integers."""
    return _exactly(_grad_input, g, w, np.prod(w.shape[:3]), input_hw, window)


def conv2d_grad_filter_numerator(g, x, kernel_hw, window=POINT):
    """sum g x over positions, for each sample: int64 (N, F, KH, KW, C/groups)."""
    return _exactly(_grad_filter, g, x, np.prod(g.shape[1:3]), kernel_hw, window)


# Float products (float64 sums rounded once to float32)


def conv2d_float(x, w, bias=None, window=POINT):
    """Convolution of float32 x and w with an optional bias (F,)."""
    out = _forward(np.asarray(x, np.float64), np.asarray(w, np.float64), window)
    if bias is not None:
        out = out + np.asarray(bias, np.float64)
    return out.astype(F32)


def conv2d_grad_input_float(g, w, input_hw, window=POINT):
    """Gradient to the input, float32 (N, H, W, C)."""
    g, w = np.asarray(g, np.float64), np.asarray(w, np.float64)
    return _grad_input(g, w, input_hw, window).astype(F32)


def conv2d_grad_filter_float(g, x, kernel_hw, window=POINT):
    """Gradient to the filter, float32, summed over the batch."""
    g, x = np.asarray(g, np.float64), np.asarray(x, np.float64)
    return _grad_filter(g, x, kernel_hw, window).sum(axis=0).astype(F32)


# Products of whatever the operands are: codes in integers, else float


def _value(operand):
    """The float32 values of codes or of an array."""
    return operand.value() if hasattr(operand, "value") else np.asarray(operand, F32)


def _per_sample(scale, ndim):
    return np.asarray(scale, F32).reshape((-1,) + (1,) * (ndim - 1))


def conv2d(x, w, window=POINT):
    """Forward product, float32 (N, OH, OW, F).

    x: ActivationCodes or float array; w: WeightCodes or float array. Integer
    only where both are codes.
    """
    if isinstance(x, ActivationCodes) and isinstance(w, WeightCodes):
        total = conv2d_numerator(x.codes, w.integers, window)
        scale = np.asarray(w.scale, F32) * F32(x.scale)
        return total.astype(F32) * (scale / F32(x.divisor * w.divisor))
    return conv2d_float(_value(x), _value(w), None, window)


def conv2d_grad_input(g, w, input_hw, window=POINT):
    """Gradient to the input's values, float32 (N, H, W, C).

    g: GradientCodes or float array; w: WeightCodes or float array. Raises
    ValueError for codes of both with a scale per output channel: that scale
    cannot leave the sum.
    """
    if isinstance(g, GradientCodes) and isinstance(w, WeightCodes):
        if w.per_channel:
            raise ValueError("grad_input: weights with a scale per channel")
        total = conv2d_grad_input_numerator(g.integers, w.integers, input_hw, window)
        scale = (g.scale * F32(w.scale)) / F32(g.divisor * w.divisor)
        return total.astype(F32) * _per_sample(scale, 4)
    return conv2d_grad_input_float(_value(g), _value(w), input_hw, window)


def conv2d_grad_filter(g, x, kernel_hw, window=POINT):
    """Gradient to the quantized weights, float32 (F, KH, KW, C / groups).

    g: GradientCodes or float array; x: ActivationCodes or float array. On
    codes, samples are added in order in float32.
    """
    if isinstance(g, GradientCodes) and isinstance(x, ActivationCodes):
        parts = conv2d_grad_filter_numerator(g.integers, x.codes, kernel_hw, window)
        scale = (g.scale * F32(x.scale)) / F32(g.divisor * x.divisor)
        out = np.zeros(parts.shape[1:], F32)
        for part, factor in zip(parts, scale):
            out += part.astype(F32) * factor
        return out
    return conv2d_grad_filter_float(_value(g), _value(x), kernel_hw, window)


# Linear twins: x (N, C), w (F, C), g (N, F), as 1x1 convolutions on one pixel


def _with_pixel(operand):
    """(N, C) -> (N, 1, 1, C), for arrays and for each kind of codes."""

    def grow(a):
        return a[:, None, None, :]

    if isinstance(operand, ActivationCodes):
        return ActivationCodes(grow(operand.codes), operand.bits, operand.scale)
    if isinstance(operand, GradientCodes):
        return GradientCodes(grow(operand.codes), operand.scale, operand.bits)
    if isinstance(operand, WeightCodes):
        integers = grow(operand.integers)
        return WeightCodes(integers, operand.divisor, operand.scale, operand.bits)
    return grow(np.asarray(operand))


def linear(x, w):
    """Forward product, float32 (N, F). Operands as for conv2d."""
    return conv2d(_with_pixel(x), _with_pixel(w))[:, 0, 0, :]


def linear_grad_input(g, w):
    """Gradient to the input, float32 (N, C)."""
    return conv2d_grad_input(_with_pixel(g), _with_pixel(w), (1, 1))[:, 0, 0, :]


def linear_grad_filter(g, x):
    """Gradient to the quantized weights, float32 (F, C)."""
    out = conv2d_grad_filter(_with_pixel(g), _with_pixel(x), (1, 1))
    return out[:, 0, 0, :]
