# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Batch norm, max-pool, softmax cross-entropy and dropout."""

import numpy as np
import pytest
from dorefa.model import layers
from dorefa.model.layers import Pool
from harness import Function, Program, about, attributes, codes, tensor

F32 = np.float32


def batch_norm():
    out = []
    for name, axes, channels in (
        ("image", (3, 2), 33),
        ("vector", (), 5),
        ("one_channel", (7,), 1),
    ):
        f = Function(name)
        x = f.argument(tensor(("?", *axes, channels)))
        dy = f.argument(x.type)
        per = [f.argument(tensor((channels,))) for _ in range(4)]
        gamma, beta, mean, variance = per
        vector = gamma.type
        types = (x.type, vector, vector)
        signature = f"{x.type}, {vector}"
        operands = ", ".join(map(str, (x, *per)))
        m, v = f.op(f"dorefa.batch_stats {x} : {x.type} -> {vector}", vector, vector)
        f.returns("mean", m)
        f.returns("variance", v)
        eps = {"": 1e-4, "{epsilon = 0.01 : f32, momentum = 0.25 : f32}": 0.01}
        for text in eps:
            for mode in ("", "inference"):
                ys = f.op(f"dorefa.batch_norm {operands} {mode} {text} : {signature}", *types)
                for label, y in zip(("y", "running mean", "running variance"), ys):
                    f.returns(f"{mode} {label}", y)
            grads = f.op(
                f"dorefa.batch_norm_grad {dy}, {x}, {gamma}, {m}, {v} "
                f"{text.replace(', momentum = 0.25 : f32', '')} : {signature}",
                *types,
            )
            for label, y in zip(("dx", "dgamma", "dbeta"), grads):
                f.returns(label, y)
        rng = np.random.default_rng(1)
        for batch, shift in ((1, 0), (3, 0), (9, 10), (64, -3)):
            shape = (batch, *axes, channels)
            values = (rng.normal(size=shape) + shift).astype(F32)
            g = rng.normal(size=shape).astype(F32)
            p = [rng.normal(size=channels).astype(F32) for _ in range(4)]
            p[3] = np.abs(p[3])
            stats = layers.batch_statistics(values)
            count = values.size // channels
            expected = list(stats)
            for epsilon, momentum in ((1e-4, 0.9), (0.01, 0.75)):
                y = layers.batch_norm(values, p[0], p[1], *stats, epsilon)
                running = layers.running_statistics(p[2], p[3], *stats, count, momentum)
                expected += [y[0], *running]
                still = layers.batch_norm(values, *p, epsilon)
                expected += [still[0], p[2], p[3]]
                expected += layers.batch_norm_backward(g, y[1], y[2], p[0])
            f.call(f"batch {batch}", [values, g, *p], map(about, expected))
        out.append(f)
    return out


POOLS = {
    "halves": ((6, 4, 3), Pool()),
    "leftovers": ((7, 5, 33), Pool()),
    "overlap": ((7, 6, 3), Pool((3, 3), (2, 2))),
    "steps_of_1": ((4, 5, 5), Pool((2, 3), (1, 1))),
    "padded": ((5, 5, 3), Pool((3, 3), (2, 2), (1, 1, 1, 1))),
    "one_side": ((4, 6, 2), Pool((3, 2), (1, 2), (2, 0, 0, 1))),
    "padded_halves": ((5, 5, 33), Pool((2, 2), (2, 2), (1, 0, 0, 1))),
    "gaps": ((8, 9, 3), Pool((2, 1), (3, 4))),
    "whole": ((3, 4, 65), Pool((3, 4), (1, 1))),
    "one_pixel": ((1, 1, 1), Pool((1, 1), (1, 1))),
}


def pooled(kind, batches, values):
    """Pools of floats, or of codes of a number of bits, with their gradient."""
    out = []
    for name, (image, pool) in POOLS.items():
        for batch in batches:
            f = Function(f"{name}_{'any' if batch == '?' else batch}")
            shape = (batch, *image)
            to = (batch, *pool.output_hw(image), image[2])
            x, dy = f.argument(kind(shape)), f.argument(tensor(to))
            window = attributes(kernel=pool.size, strides=pool.strides, pads=pool.pads)
            types = kind(to), tensor(to, "i8")
            op = f"dorefa.max_pool {x} {window} : {x.type} -> {types[0]}, {types[1]}"
            y, winner = f.op(op, *types)
            dx = f.op(
                f"dorefa.max_pool_grad {dy}, {winner} {window} : {dy.type}, {types[1]} "
                f"-> {tensor(shape)}",
                tensor(shape),
            )
            f.returns("y", y)
            f.returns("winner", winner)
            f.returns("dx", dx)
            for n in (0, 1, 3) if batch == "?" else (batch,):
                rng = np.random.default_rng(n)
                for label, array in values(rng, (n, *image)).items():
                    if n < 2 and label != "random":
                        continue
                    g = rng.normal(size=(n, *to[1:])).astype(F32)
                    best, won = layers.max_pool(array, pool)
                    back = layers.max_pool_backward(g, won, image[:2], pool)
                    f.call(f"{label}, batch {n}", [array, g], [best, won, about(back)])
            out.append(f)
    return out


def float_images(rng, shape):
    """Random, with ties, all equal, all below any number, with NaN."""
    x = rng.normal(size=shape).astype(F32)
    some_nan = np.where(rng.random(shape) < 0.2, F32(np.nan), x)
    low = np.where(rng.random(shape) < 0.5, F32(-np.inf), x)
    return {
        "random": x,
        "ties": np.rint(x),
        "equal": np.full(shape, F32(-2)),
        "lowest": np.full(shape, F32(-np.inf)),
        "some lowest": low,
        "NaN": some_nan,
    }


def code_images(rng, shape):
    return {
        "random": rng.integers(0, 4, shape).astype(np.uint8),
        "zeros": np.zeros(shape, np.uint8),
        "largest": np.full(shape, 3, np.uint8),
    }


def byte_images(rng, shape):
    return {"random": rng.integers(0, 256, shape).astype(np.uint8)}


def losses():
    out = []
    for classes in (10, 1, 33):
        f = Function(f"of_{classes}")
        x = f.argument(tensor(("?", classes)))
        labels, g = f.argument(tensor(("?",), "i32")), f.argument(tensor(()))
        op = f"dorefa.softmax_cross_entropy {x}, {labels} : {x.type}, {labels.type}"
        f.returns("loss", f.op(op, tensor(())))
        f.returns(
            "gradient",
            f.op(
                f"dorefa.softmax_cross_entropy_grad {g}, {x}, {labels} "
                f": {g.type}, {x.type}, {labels.type}",
                x.type,
            ),
        )
        rng = np.random.default_rng(classes)
        for batch, size in ((1, 1), (5, 3), (64, 20), (7, 1e-3), (3, 1e4)):
            logits = (rng.normal(size=(batch, classes)) * size).astype(F32)
            target = rng.integers(0, classes, batch).astype(np.int32)
            for scale in (1, -0.25):
                loss, d = layers.softmax_cross_entropy(logits, target)
                f.call(
                    f"batch {batch}, size {size}, times {scale}",
                    [logits, target, np.asarray(scale, F32)],
                    [about(loss), about(d * F32(scale))],
                )
        out.append(f)
    return out


def dropouts():
    out = []
    for name, kind in (
        ("floats", tensor),
        ("codes", lambda shape: codes(shape, 2)),
    ):
        f = Function(name)
        shape = ("?", 5, 13)
        x = f.argument(kind(shape))
        seed, step = f.argument("i64"), f.argument("i64")
        rates = (0.0, 0.3, 0.5, 0.9)
        for rate in rates:
            for noise in ("", f"noise({seed}, {step}) id(5)"):
                op = f"dorefa.dropout {x} rate({rate}) {noise} : {x.type}"
                y, s = f.op(op, x.type, tensor(()))
                f.returns(f"rate {rate}{', noise' if noise else ''}", y)
                f.returns(f"rate {rate}{', noise' if noise else ''}, scale", s)
        for n, at in ((0, (1, 2)), (1, (1, 2)), (6, (2**40 + 1, 7)), (6, (-3, 0))):
            rng = np.random.default_rng(n)
            values = rng.normal(size=(n, 5, 13)).astype(F32)
            if name == "codes":
                values = rng.integers(1, 4, values.shape).astype(np.uint8)
            elif n:
                values[0, 0] = np.nan
            expected = []
            for rate in rates:
                keep = layers.dropout_mask(*at, 5, values.shape, rate)
                kept = np.where(keep, values, values.dtype.type(0))
                expected += [values, F32(1), kept, layers.dropout_scale(rate)]
            f.call(f"batch {n}, seed and step {at}", [values, *at], expected)
        out.append(f)
    return out


PROGRAMS = [
    Program("batch norm", batch_norm),
    Program("pools of floats", lambda: pooled(tensor, ("?",), float_images)),
    Program(
        "pools of codes", lambda: pooled(lambda s: codes(s, 2), ("?", 0, 2), code_images)
    ),
    Program(
        "pools of bytes", lambda: pooled(lambda s: codes(s, 8), (3,), byte_images)
    ),
    Program("losses", losses),
    Program("dropouts", dropouts),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_layers(machine, program):
    machine.check(program)
