# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Power-of-two weights of whole layers, against the NumPy model."""

import numpy as np
import pytest
from dorefa.model import pow2
from harness import Function, Program, codes, tensor

F32 = np.float32
BITS = range(2, 7)
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


def expected(w, bits):
    """[codes, scale]"""
    if not np.isfinite(w).all():
        return [np.zeros(w.shape, np.int64), F32(np.nan)]
    found = pow2.exact_scan(w, bits)
    return [model_codes(found), np.ldexp(F32(1), found.exponent)]


def layer_functions():
    f = Function("layers")
    w = f.argument(tensor(SHAPE))
    for bits in BITS:
        types = codes(SHAPE, bits, "pow2"), tensor(())
        op = f"dorefa.quantize_weight {w} : {w.type} -> {types[0]}, {types[1]}"
        c, s = f.op(op, *types)
        f.returns(f"{bits} bits", c)
        f.returns(f"scale of {bits} bits", s)
    for label, w in layers().items():
        f.call(label, [w], sum((expected(w, bits) for bits in BITS), []))
    return [f]


LAYERS = Program("pow2 quantizer, layers", layer_functions)


@pytest.mark.parametrize("program", [LAYERS], ids=str)
def test_quantizer(machine, program):
    machine.check(program)
