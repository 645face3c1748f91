# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Optimizers against hand-computed steps."""

import math

import numpy as np
from dorefa.model.optim import SGD, Adam

F32 = np.float32


def steps(optimizer, gradients, w=1.0, lr=0.1):
    params, slots, out = {"w": np.array([w], F32)}, {}, []
    for step, g in enumerate(gradients):
        grads = {"w": np.array([g], F32)}
        params, slots = optimizer.update(params, grads, slots, lr, step)
        out.append(float(params["w"][0]))
    return out, slots


def test_sgd():
    out, slots = steps(SGD(), [1, 2])
    assert np.allclose(out, [0.9, 0.7]) and slots == {}


def test_sgd_momentum_and_decay():
    out, slots = steps(SGD(momentum=0.9, weight_decay=0.5), [1, 2])
    v1 = 1 + 0.5 * 1
    w1 = 1 - 0.1 * v1
    v2 = 0.9 * v1 + 2 + 0.5 * w1
    assert np.allclose(out, [w1, w1 - 0.1 * v2])
    assert np.isclose(slots["w.velocity"][0], v2)


def test_adam():
    out, slots = steps(Adam(eps=1e-3), [0.5, -2.0])
    w, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate([0.5, -2.0], start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        denominator = math.sqrt(v) / math.sqrt(1 - 0.999**t) + 1e-3
        w -= 0.1 / (1 - 0.9**t) * m / denominator
        assert np.isclose(out[t - 1], w, rtol=1e-5)
    assert np.isclose(slots["w.adam_m"][0], m) and np.isclose(slots["w.adam_v"][0], v)


def test_adam_first_step_is_the_learning_rate():
    for g in (1e-3, 50.0, -3.0):
        out, _ = steps(Adam(), [g])
        assert np.isclose(out[0], 1 - math.copysign(0.1, g), rtol=1e-4)


def test_adam_weight_decay_enters_the_gradient():
    decayed, _ = steps(Adam(weight_decay=0.5), [1, 1], w=2.0)
    by_hand, _ = steps(Adam(), [2, 1 + 0.5 * decayed[0]], w=2.0)
    assert np.allclose(decayed, by_hand)


def test_arguments_are_left_alone():
    params, slots = {"w": np.ones(2, F32)}, {"w.velocity": np.ones(2, F32)}
    grads = {"w": np.ones(2, F32)}
    SGD(momentum=0.5, weight_decay=1).update(params, grads, slots, 0.1, 0)
    for d in (params, slots, grads):
        assert all(np.array_equal(v, [1, 1]) for v in d.values())
