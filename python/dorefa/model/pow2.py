# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weights that are zero or a power of two (LBW-Net, 1612.06052; spec 1.5).

For b bits, n = 2^(b-2): minimise ||2^s Q - W||^2 over integer s and Q_i in
{0, +-2^(1-n), ..., +-1/2, +-1}. A quantized weight is kept as its signed level
j in -n .. n, with Q = sign(j) 2^(|j|-n) and Q = 0 for j = 0. Sums and
comparisons of errors are exact (rational), so ties are decided by rule alone:
a weight halfway between levels goes up; among equal errors the largest s wins,
then the most weights kept. All-zero weights: s = 0, Q = 0. s is
at most 127, the largest exponent of float32. With a weight that is not finite
nothing is defined: quantize_weight_pow2 gives zeros and the scale NaN.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .quantizers import F32, WeightCodes


@dataclass
class Pow2Weights:
    """levels: int64 in -n .. n, shape of the weights; exponent: s (an int)."""

    levels: np.ndarray
    exponent: int
    bits: int

    def q(self):
        """Q as float64, exact."""
        return level_value(self.levels, self.bits)

    def value(self):
        """2^s Q as float32."""
        return np.ldexp(self.q(), self.exponent).astype(F32)

    def integers(self):
        """Q 2^(n-1), int64. Raises OverflowError for 8 bits (2^63)."""
        if self.bits > 7:
            raise OverflowError("pow2 integers: 8-bit levels reach 2^63")
        magnitude = np.left_shift(1, np.maximum(np.abs(self.levels) - 1, 0))
        return np.sign(self.levels) * magnitude


LARGEST_EXPONENT = 127


def level_count(bits):
    """n = 2^(b-2), the number of positive levels. Needs 2 <= bits <= 8."""
    if not 2 <= bits <= 8:
        raise ValueError(f"pow2 bits: expected 2..8, got {bits}")
    return 2 ** (bits - 2)


def level_value(level, bits):
    """Q of signed levels, float64."""
    level = np.asarray(level, np.int64)
    return np.sign(level) * np.ldexp(1.0, np.abs(level) - level_count(bits))


def floor_log2(x):
    """floor(log2(x)) of a positive Fraction, exact."""
    x = Fraction(x)
    e = x.numerator.bit_length() - x.denominator.bit_length()
    return e if x >= Fraction(2) ** e else e - 1


def exact_sum(a):
    """The sum of non-negative float32 values as a Fraction."""
    mantissa, exponent = np.frexp(np.asarray(a, np.float64).ravel())
    mantissa = (mantissa * 2**24).astype(np.int64)  # 24-bit significands
    total = Fraction(0)
    for e in np.unique(exponent):
        part = int(np.sum(mantissa[exponent == e]))
        total += part * Fraction(2) ** (int(e) - 24)
    return total


def nearest_levels(magnitude, s, bits):
    """Levels 0 .. n of |w| / 2^s, halves upward. magnitude: float32 >= 0."""
    n = level_count(bits)
    y = np.ldexp(np.asarray(magnitude, np.float64), -s)
    level = (y >= np.ldexp(1.0, -n)).astype(np.int64)  # half of 2^(1-n)
    for j in range(2, n + 1):
        level += y >= 3 * np.ldexp(1.0, j - n - 2)  # between levels j-1 and j
    return level


def _cost(magnitude, level, s, bits):
    """||2^s Q - W||^2 - ||W||^2, exact."""
    n = level_count(bits)
    total = Fraction(0)
    for j in np.unique(level[level > 0]):
        at = level == j
        value = Fraction(2) ** (s + int(j) - n)
        total += int(at.sum()) * value * value - 2 * value * exact_sum(magnitude[at])
    return total


def candidate_exponents(magnitude):
    """floor(log2(4 mean/3)) .. floor(log2(4 max/3)) over the non-zero |w|."""
    nonzero = magnitude[magnitude > 0]
    mean = exact_sum(nonzero) / nonzero.size
    top = Fraction(float(nonzero.max()))
    last = min(floor_log2(top * 4 / 3), LARGEST_EXPONENT)
    return range(min(floor_log2(mean * 4 / 3), last), last + 1)


def _prepare(w):
    w = np.asarray(w, F32)
    return np.abs(w), np.where(np.signbit(w), -1, 1).astype(np.int64)


def _zeros(w, bits):
    return Pow2Weights(np.zeros(np.shape(w), np.int64), 0, bits)


def exact_scan(w, bits):
    """Least squared error over the candidate exponents (the default)."""
    magnitude, sign = _prepare(w)
    if not magnitude.any():
        return _zeros(w, bits)
    best = None
    for s in candidate_exponents(magnitude):
        level = nearest_levels(magnitude, s, bits)
        cost = _cost(magnitude, level, s, bits)
        if best is None or cost <= best[0]:
            best = (cost, s, level)
    return Pow2Weights(sign * best[2], best[1], bits)


def ternary_sorted(w):
    """Exact ternary weights by sorting, O(N log N) (LBW-Net, theorem 1)."""
    magnitude, sign = _prepare(w)
    if not magnitude.any():
        return _zeros(w, 2)
    flat = magnitude.ravel()
    order = np.argsort(-flat, kind="stable")
    partial, best = Fraction(0), None
    for k, index in enumerate(order[: np.count_nonzero(flat)], start=1):
        partial += Fraction(float(flat[index]))
        s = min(floor_log2(4 * partial / (3 * k)), LARGEST_EXPONENT)
        scale = Fraction(2) ** s
        key = (k * scale * scale - 2 * scale * partial, -s, -k)
        best = key if best is None or key < best else best
    level = np.zeros(flat.shape, np.int64)
    level[order[: -best[2]]] = 1
    return Pow2Weights(sign * level.reshape(magnitude.shape), -best[1], 2)


def ternary_scan(w):
    """Exact ternary weights without a sort: keep |w| >= 2^(s-1) for each s."""
    magnitude, sign = _prepare(w)
    if not magnitude.any():
        return _zeros(w, 2)
    best = None
    for s in candidate_exponents(magnitude):
        keep = magnitude >= np.ldexp(1.0, s - 1)
        scale = Fraction(2) ** s
        kept = exact_sum(magnitude[keep])
        cost = int(keep.sum()) * scale * scale - 2 * scale * kept
        if best is None or cost <= best[0]:
            best = (cost, s, keep)
    return Pow2Weights(sign * best[2], best[1], 2)


def threshold_scheme(w, bits):
    """The paper's thresholds (LBW-Net, section 2.2), bits >= 3.

    mu = 3/4 max|w|; |w| >= 2^-t mu -> 2^-t for t = 0 .. n-2; the lowest level
    begins at 2^-n max|w|; s = floor(log2(4 <Q,|W|> / (3 <Q,Q>))).
    """
    n = level_count(bits)
    if bits < 3:
        raise ValueError(f"threshold scheme: expected 3..8 bits, got {bits}")
    magnitude, sign = _prepare(w)
    if not magnitude.any():
        return _zeros(w, bits)
    y = magnitude.astype(np.float64)
    top = float(y.max())
    level = (y >= np.ldexp(top, -n)).astype(np.int64)
    for t in range(n - 1):
        level += y >= np.ldexp(0.75 * top, -t)
    dot = norm = Fraction(0)
    for j in np.unique(level[level > 0]):
        q = Fraction(2) ** (int(j) - n)
        dot += q * exact_sum(magnitude[level == j])
        norm += q * q * int((level == j).sum())
    s = min(floor_log2(4 * dot / (3 * norm)), LARGEST_EXPONENT)
    return Pow2Weights(sign * level, s, bits)


SCHEMES = {
    "exact": exact_scan,
    "threshold": threshold_scheme,
    "ternary_sorted": lambda w, bits: ternary_sorted(w),
    "ternary_scan": lambda w, bits: ternary_scan(w),
}


def quantize_weight_pow2(w, bits, scheme="exact", per_channel=False):
    """WeightCodes of w: integers Q 2^(n-1), divisor 1, scale 2^(s-n+1).

    scheme: exact | threshold | ternary_sorted | ternary_scan (2 bits only).
    per_channel gives each output channel (axis 0) its own s. The gradient is
    the identity, taken at the quantized weights. bits: 2..7.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme: expected one of {list(SCHEMES)}, got {scheme!r}")
    n = level_count(bits)
    if scheme.startswith("ternary") and bits != 2:
        raise ValueError(f"scheme {scheme}: expected 2 bits, got {bits}")
    w = np.asarray(w, F32)
    channels = w if per_channel else w[np.newaxis]
    finite = np.array([np.isfinite(v).all() for v in channels])
    rows = [
        SCHEMES[scheme](v if f else np.zeros_like(v), bits)
        for v, f in zip(channels, finite)
    ]
    integers = np.stack([r.integers() for r in rows])
    exponents = np.array([r.exponent for r in rows]) - n + 1
    scale = np.where(finite, np.ldexp(1.0, exponents), np.nan).astype(F32)
    if not per_channel:
        integers, scale = integers[0], scale[0]
    return WeightCodes(integers, 1, scale, bits)
