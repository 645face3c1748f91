# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every quantizer at every bit width, where rounding and clipping decide."""

import numpy as np
import pytest
from dorefa.model import quantizers as q
from harness import Function, Program, about, codes, tensor

F32 = np.float32
BITS = range(1, 9)


def neighbours(values):
    """Each value, and the float32 numbers on both sides of it."""
    v = np.asarray(values, F32)
    return np.concatenate([v, np.nextafter(v, F32(-np.inf)), np.nextafter(v, F32(np.inf))])


def edges():
    """Ends of the bounds, zeros of both signs, denormals, the largest values,
    infinities, and for all bits the middles between two codes: of clip as they
    are, of tanh through its inverse."""
    ends = [0, -0.0, 1, -1, 1e-45, -1e-45, 1e-38, 3.4e38, -3.4e38, np.inf, -np.inf]
    middles = np.concatenate([(np.arange(2**k - 1) + 0.5) / (2**k - 1) for k in BITS])
    with np.errstate(over="ignore"):
        values = [
            neighbours(ends),
            neighbours(middles),
            -middles,
            np.arctanh(2 * middles - 1),
            np.random.default_rng(0).normal(size=200),
        ]
        return np.concatenate(values).astype(F32)


def activations(bound):
    f = Function(f"activations_{bound}")
    x, g = (f.argument(tensor(("?",))) for _ in "xg")
    for k in BITS:
        to = codes(("?",), k)
        c = f.op(f"dorefa.quantize_activation {x} bound<{bound}> : {x.type} -> {to}", to)
        f.returns(f"{k} bits", c)
        f.returns(f"values of {k} bits", f.op(f"dorefa.dequantize {c} : {to} -> {x.type}", x.type))
    f.returns("h", f.op(f"dorefa.quantize_activation {x} bound<{bound}> : {x.type} -> {x.type}", x.type))
    f.returns("gradient", f.op(f"dorefa.quantize_activation_grad {g}, {x} bound<{bound}> : {x.type}", x.type))
    if bound == "clip":
        to = codes(("?",), 1)
        m = f.op(f"dorefa.clip_mask {x} : {x.type} -> {to}", to)
        f.returns("mask", m)
        f.returns("masked", f.op(f"dorefa.mask {g}, {m} : {g.type}, {to}", g.type))

    def call(label, xs):
        gs = np.random.default_rng(1).normal(size=xs.shape).astype(F32)
        expected = []
        for k in BITS:
            made = q.quantize_activation(xs, k, bound)
            expected += [made.codes, made.value()]
        back = q.bound_backward(gs, xs, bound)
        expected += [q.bound(xs, bound), back]
        if bound == "clip":
            expected += [((xs >= 0) & (xs <= 1)).astype(np.int64), back]
        f.call(label, [xs, gs], expected)

    call("edges", edges())
    call("one", np.array([0.5], F32))
    call("none", np.zeros(0, F32))
    return f


def relu():
    f = Function("relu")
    x, g = (f.argument(tensor(("?",))) for _ in "xg")
    f.returns("relu", f.op(f"dorefa.quantize_activation {x} bound<relu> : {x.type} -> {x.type}", x.type))
    f.returns("gradient", f.op(f"dorefa.quantize_activation_grad {g}, {x} bound<relu> : {x.type}", x.type))
    xs = edges()
    gs = np.random.default_rng(1).normal(size=xs.shape).astype(F32)
    f.call("edges", [xs, gs], [q.relu(xs), q.relu_backward(gs, xs)])
    return f


ACTIVATIONS = Program(
    "activation quantizers",
    lambda: [*(activations(bound) for bound in q.BOUNDS), relu()],
)

FILTERS, REST = 5, (3, 2, 11)


def filters():
    """Filters by label: what is special is the scale, the maximum, the sign."""
    rng = np.random.default_rng(2)
    normal = rng.normal(size=(FILTERS, *REST)).astype(F32)
    signs = np.sign(normal)
    zeros = normal.copy()
    zeros[0], zeros[1].flat[::2], zeros[2] = 0, -0.0, np.abs(zeros[2])
    one = np.zeros_like(normal)
    one.flat[7] = -3
    # r = (j + 1/2) / n exactly where it can be: ties of every width
    ties = normal.copy()
    ratios = np.concatenate([(np.arange(2**k - 1) + 0.5) / (2**k - 1) for k in BITS])
    ratios = rng.choice(ratios, normal.size - 1)
    ties.flat[1:], ties.flat[0] = np.arctanh((2 * ratios - 1) * np.tanh(1.0)), 1
    return {
        "normal": normal,
        "some zeros": zeros,
        "all zeros": np.zeros_like(normal),
        "negative zeros": -np.zeros_like(normal),
        "equal maxima": signs.astype(F32),
        "saturated": (normal * 100).astype(F32),
        "tiny": normal * F32(1e-30),
        "denormal": normal * F32(1e-41),
        "one that is not zero": one,
        "ties": ties,
    }


def weight_functions():
    out = []
    shape = (FILTERS, *REST)
    f = Function("weights")
    w, g = (f.argument(tensor(shape)) for _ in "wg")
    for k in BITS:
        types = codes(shape, k, "bipolar"), tensor(())
        c, s = f.op(f"dorefa.quantize_weight {w} : {w.type} -> {types[0]}, {types[1]}", *types)
        f.returns(f"{k} bits", c)
        f.returns(f"scale of {k} bits", s)
        f.returns(
            f"values of {k} bits",
            f.op(f"dorefa.dequantize {c} scale({s.typed}) : {c.type} -> {w.type}", w.type),
        )
    types = codes(shape, 1, "bipolar"), tensor((FILTERS,))
    c, s = f.op(f"dorefa.quantize_weight {w} per_channel : {w.type} -> {types[0]}, {types[1]}", *types)
    f.returns("codes per channel", c)
    f.returns("scale per channel", s)
    for text in ("", "detach_scale"):
        f.returns(f"gradient {text}", f.op(f"dorefa.quantize_weight_grad {g}, {w} {text} : {w.type}", w.type))
    gs = np.random.default_rng(3).normal(size=shape).astype(F32)
    for label, ws in filters().items():
        expected = []
        for k in BITS:
            made = q.quantize_weight(ws, k)
            expected += [made.codes, made.scale, made.value()]
        each = q.quantize_weight(ws, 1, per_channel=True)
        expected += [each.codes, each.scale]
        for detach in (False, True):
            # g / m is beyond float32 where m is denormal: unspecified.
            back = q.quantize_weight_backward(gs, ws, 2, detach) if label != "denormal" else None
            expected.append(back if back is None else about(back, 1e-4))
        f.call(label, [ws, gs], expected)
    out.append(f)
    return out


WEIGHTS = Program("weight quantizers", weight_functions)


def samples(n):
    """Gradients: a zero sample, one of equal values, of one value, a huge one,
    a tiny one, ties, then such with a NaN and with an infinity."""
    rng = np.random.default_rng(n)
    dr = rng.normal(size=(n, 3, 11)).astype(F32)
    ties = rng.choice(np.arange(-14, 15, 2) / 15, size=(3, 11))
    special = [
        lambda x: x * 0,
        lambda x: x * 0 - F32(0.25),
        lambda x: np.where(np.arange(33).reshape(3, 11) == 5, F32(-7), F32(0)),
        lambda x: x * F32(1e37),
        lambda x: x * F32(1e-44),
        lambda x: np.where(np.arange(33).reshape(3, 11) == 0, F32(1), ties),
        lambda x: np.where(np.arange(33).reshape(3, 11) == 9, F32(np.nan), x),
        lambda x: np.where(np.arange(33).reshape(3, 11) == 9, F32(-np.inf), x),
    ]
    for i, change in zip(range(n), special):
        dr[i] = change(dr[i])
    return dr


def gradients(noise):
    f = Function("gradients_noise" if noise else "gradients")
    g = f.argument(tensor(("?", 3, 11)))
    at = [f.argument("i64") for _ in "st"] if noise else []
    text = f"noise({at[0]}, {at[1]}) id(3)" if noise else ""
    for k in BITS:
        types = codes(("?", 3, 11), k, "bipolar"), tensor(("?",))
        c, s = f.op(f"dorefa.encode_gradient {g} {text} : {g.type} -> {types[0]}, {types[1]}", *types)
        f.returns(f"{k} bits", c)
        f.returns(f"scale of {k} bits", s)
    for n, seed, step in ((1, 0, 0), (8, 2**40 + 7, 3), (9, 2**63 - 1, 2**33)):
        dr = samples(n)
        expected = []
        for k in BITS:
            made = q.quantize_gradient(dr, k, seed, step, 3, noise=noise)
            expected += [made.codes, made.scale]
        f.call(f"{n} samples", [dr, *([seed, step] if noise else [])], expected)
    return f


GRADIENTS = Program(
    "gradient quantizers", lambda: [gradients(noise) for noise in (False, True)]
)


@pytest.mark.parametrize("program", [ACTIVATIONS, WEIGHTS, GRADIENTS], ids=str)
def test_quantizers(machine, program):
    machine.check(program)


def test_edges_hold_ties():
    """The inputs do exercise what they are for: in each width codes where half
    to even and half up differ, and values exactly on both ends of the clip."""
    xs = edges()
    assert np.any(xs == 0) and np.any(xs == 1)
    for k in BITS:
        r = F32(q.levels(k)) * q.bound(xs)
        assert np.any(np.rint(r) != np.floor(r + F32(0.5))), k
