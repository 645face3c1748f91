# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Power-of-two weights against brute force, thousands of tensors at once.

Each row of a `per_channel` call is a tensor of its own. Brute force tries every
exponent of a wide range, rounds every weight to its nearest level and adds the
squared errors, all in Python's integers: exact.
"""

import numpy as np
import pytest
from dorefa.model import pow2
from harness import Function, Program, codes, tensor

F32 = np.float32
BITS = range(2, 7)
# Every float32 is a multiple of 2^-149; levels go 16 powers lower, and their
# middles one more.
UNIT = 149 + 17
BELOW = 40  # exponents under the largest candidate that brute force tries


def integers(w):
    """|w| 2^UNIT as Python integers."""
    mantissa, exponent = np.frexp(np.abs(w).astype(np.float64))
    mantissa = (mantissa * 2**24).astype(np.int64).astype(object)
    return mantissa * 2 ** (exponent.astype(object) - 24 + UNIT)


def nearest(magnitude, s, levels):
    """(level, value) of the level nearest to each magnitude, halves upwards."""
    value = magnitude * 0
    level = np.zeros(magnitude.shape, np.int64)
    for j in range(1, levels + 1):
        this = np.asarray(2 ** (s.astype(object) + j - levels + UNIT))
        below = this // 2 if j > 1 else 0
        up = (2 * magnitude >= this + below).astype(bool)
        level += up
        value = np.where(up, this, value)
    return level, value


def brute_force(w, bits):
    """Codes, exponents and errors (in units of 2^(-2 UNIT)) of rows of w."""
    levels = 2 ** (bits - 2)
    magnitude = integers(w)
    top = magnitude.max(axis=1)
    # 2^last <= 4 top / 3
    last = np.array([max((4 * int(t) // 3).bit_length() - 1 - UNIT, -149) for t in top])
    last = np.where(top > 0, np.minimum(last, 127), 0)
    best = [None] * len(w)
    for back in range(BELOW):
        s = np.maximum(last - back, -149 - 1)
        level, value = nearest(magnitude, s[:, None], levels)
        error = ((magnitude - value) ** 2).sum(axis=1)
        for row, (e, exponent) in enumerate(zip(error, s)):
            if best[row] is None or e < best[row][0]:
                best[row] = e, exponent, level[row]
    level = np.stack([b[2] for b in best])
    code = 2 * (levels - level) + np.where(w < 0, 2, 1)
    exponents = np.where(top > 0, [b[1] for b in best], 0)
    return np.where(level > 0, code, 0), exponents, [b[0] for b in best]


def tensors(size):
    """Rows of `size` weights: random ones, ties, and corners."""
    rng = np.random.default_rng(size)

    def signs(count):
        return rng.choice([-1, 1], (count, size))

    step = 2.0 ** -rng.integers(0, 9, (100, 1))
    sixteenths = rng.integers(-16, 17, (100, size)) / 16
    rows = [
        rng.normal(size=(60, size)),
        rng.laplace(size=(60, size)),
        rng.standard_cauchy((30, size)),
        np.exp(rng.normal(size=(30, size)) * 8) * signs(30),  # many powers apart
        sixteenths * step,  # ties of levels and of errors
        signs(60) * 2.0 ** rng.integers(-5, 6, (60, size)),
        signs(60) * 3.0 * 2.0 ** rng.integers(-5, 6, (60, size)),  # middles
        signs(20) * 2.0 ** rng.integers(-149, 128, (20, size)),  # huge ranges
        signs(20) * rng.integers(0, 5, (20, size)) * 2.0**-149,  # denormals
        signs(20) * rng.random((20, size)) * 2.0**-120,
        signs(20) * rng.random((20, size)) * 3.4e38,
        np.zeros((1, size)),
        np.full((1, size), -0.0),
        np.full((1, size), 0.75),
        np.full((1, size), 3.4028235e38),
        np.full((1, size), -1e-45),
        np.eye(size)[:1] * 5,
    ]
    out = np.concatenate(rows).astype(F32)
    # One unit in the last place beside powers and middles.
    near = out[rng.integers(150, 350, 40)]
    to = rng.choice([F32(-np.inf), F32(np.inf)], near.shape)
    mixed = out[rng.integers(0, 300, 40)] * (rng.random((40, size)) < 0.4)
    return np.concatenate([out, np.nextafter(near, to), mixed.astype(F32)])


def quantizers(name, shape, schemes, channel=False):
    """A function of every width and scheme: codes and scales."""
    f = Function(name)
    w = f.argument(tensor(shape))
    for bits in BITS:
        for scheme in schemes:
            types = codes(shape, bits, "pow2"), tensor(shape[:1] if channel else ())
            text = f"{'per_channel' if channel else ''} scheme<{scheme}>"
            op = f"dorefa.quantize_weight {w} {text} : {w.type} -> {types[0]}, {types[1]}"
            c, s = f.op(op, *types)
            f.returns(f"{bits} bits {scheme}", c)
            f.returns(f"scale of {bits} bits {scheme}", s)
    return f


def row_functions():
    out = []
    for size in (1, 5, 9):
        w = tensors(size)
        f = quantizers(f"rows{size}", ("?", size), ["exact"], channel=True)
        expected = []
        for bits in BITS:
            code, exponent, _ = brute_force(w, bits)
            expected += [code, np.ldexp(F32(1), exponent)]
        f.call("all", [w], expected)
        out.append(f)
    return out


ROWS = Program("pow2 quantizer, rows", row_functions)

SHAPE = (7, 3, 3, 13)


def layers():
    """Whole layers by label; odd sizes, more than one vector, special values."""
    rng = np.random.default_rng(4)
    normal = rng.normal(size=SHAPE).astype(F32)
    one, outlier, nan, inf = normal * 0, normal.copy(), normal.copy(), normal.copy()
    one.flat[5], outlier.flat[99], nan.flat[11], inf.flat[-1] = -3, 1e6, np.nan, -np.inf
    return {
        "normal": normal,
        "laplace": rng.laplace(size=SHAPE).astype(F32),
        "half zeros": np.where(rng.random(SHAPE) < 0.5, normal, F32(0)),
        "one": one,
        "all zeros": normal * 0,
        "tiny": normal * F32(1e-40),
        "huge": np.clip(normal, -1, 1) * F32(3.4e38),
        "outlier": outlier,
        "nan": nan,
        "inf": inf,
    }


def model_codes(found):
    t = pow2.level_count(found.bits) - np.abs(found.levels)
    code = np.where(found.levels < 0, 2 * t + 2, 2 * t + 1)
    return np.where(found.levels == 0, 0, code)


def model(w, bits, scheme):
    """[codes, scale]; with 2 bits the thresholds are the exact solution's."""
    if not np.isfinite(w).all():
        return [np.zeros(w.shape, np.int64), F32(np.nan)]
    run = pow2.exact_scan
    if scheme == "threshold":
        run = pow2.threshold_scheme if bits > 2 else lambda v, _: pow2.ternary_sorted(v)
    found = run(w, bits)
    return [model_codes(found), np.ldexp(F32(1), found.exponent)]


def layer_functions():
    whole = quantizers("whole", SHAPE, ["exact", "threshold"])
    channels = quantizers("channels", SHAPE, ["threshold"], channel=True)
    for label, w in layers().items():
        expected, each = [], []
        for bits in BITS:
            expected += model(w, bits, "exact") + model(w, bits, "threshold")
            rows = [model(row, bits, "threshold") for row in w]
            each += [np.stack(parts) for parts in zip(*rows)]
        whole.call(label, [w], expected)
        channels.call(label, [w], each)
    return [whole, channels]


LAYERS = Program("pow2 quantizer, layers", layer_functions)


@pytest.mark.parametrize("program", [ROWS, LAYERS], ids=str)
def test_quantizer(machine, program):
    machine.check(program)


@pytest.mark.parametrize("bits", range(3, 7))
def test_exact_is_never_worse_than_thresholds(bits):
    w = tensors(9)[:250]
    _, _, best = brute_force(w, bits)
    worse = 0
    for row, error in zip(w, best):
        if not row.any():
            continue
        found = pow2.threshold_scheme(row, bits)
        scale = 2 ** (found.exponent - pow2.level_count(bits) + 1 + UNIT)
        values = np.abs(found.integers()).astype(object) * scale
        other = int(((integers(row) - values) ** 2).sum())
        assert error <= other
        worse += error < other
    assert worse > 50


def test_brute_force_sees_a_wrong_exponent():
    """A scan that ends one exponent too high is found out."""
    w = tensors(5)
    _, exponents, best = brute_force(w, 3)
    magnitude = integers(w)
    _, value = nearest(magnitude, exponents[:, None] + 1, 2)
    error = ((magnitude - value) ** 2).sum(axis=1)
    assert np.mean(error > np.array(best)) > 0.5
