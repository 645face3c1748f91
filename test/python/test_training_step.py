# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The generated training step against the NumPy model, through the reference.

The two add floats in different orders, so now and then an activation falls on
the other side of a rounding: tensors are compared as a whole.
"""

import re

import numpy as np
import pytest
from compiled import SOURCES, Module, optimize
from dorefa.model import layers, network, optim, philox

SGD = optim.SGD(momentum=0.9, weight_decay=1e-4)
ADAM = optim.Adam(eps=1e-5)
OPTIONS = {
    SGD: "optimizer=sgd weight-decay=1e-4",
    ADAM: "optimizer=adam epsilon=1e-5",
}
PREFIXES = {
    "momentum": "velocity",
    "adam.m": "adam_m",
    "adam.v": "adam_v",
}


def build(model, bits, optimizer, folder):
    text = (SOURCES / "models" / f"{model}.mlir").read_text()
    w, a, g = bits
    return Module(
        optimize(
            text,
            f"--dorefa-set-bits=w={w} a={a} g={g}",
            f"--dorefa-training-step={OPTIONS[optimizer]}",
        ),
        folder,
    )


def numpy_name(mark):
    """The NumPy model's name of a marked value."""
    kind, name = mark.split("/", 1)
    if kind == "optimizer":
        prefix, parameter = name.split("/", 1)
        return f"{parameter}.{PREFIXES[prefix]}"
    return name


def distance(got, expected):
    """|got - expected| / |expected|."""
    norm = np.linalg.norm(expected.astype(np.float64))
    return np.linalg.norm((got - expected).astype(np.float64)) / max(norm, 1e-12)


CASES = [((1, 2, 6), SGD), ((2, 3, 8), ADAM)]


@pytest.mark.parametrize("bits, optimizer", CASES, ids=["1-2-6", "2-3-8"])
def test_fashion_cnn(bits, optimizer, tmp_path):
    check("fashion-cnn", network.fashion_cnn(bits, optimizer=optimizer), bits, tmp_path)


def test_svhn_with_dropout(tmp_path):
    bits = (1, 2, 4)
    check("svhn-d", network.svhn("D", bits, optimizer=SGD), bits, tmp_path)


def check(model, reference, bits, folder):
    module = build(model, bits, reference.optimizer, folder)
    rng = np.random.default_rng(1)
    params, states = reference.initialize(seed=3)
    x = rng.uniform(0, 1, (3, *reference.input_shape)).astype(np.float32)
    labels = rng.integers(0, 10, 3).astype(np.int32)
    lr, seed = 0.01, (5 << 32) + 7

    # Two steps, each from the NumPy model's values, so that differences do not
    # add up; the optimizer's state is zero in the first.
    for step in (0, 1):
        arguments = {
            "input": x,
            "labels": labels,
            "learning_rate": lr,
            "seed": seed,
            "step": step,
        }
        for _, mark in module.signature("train_step")[0]:
            if "/" not in mark:
                continue
            name = numpy_name(mark)
            if name in params:
                arguments[mark] = params[name]
            elif name in states:
                arguments[mark] = states[name]
            else:
                owner = params[name.rsplit(".", 1)[0]]
                arguments[mark] = np.zeros_like(owner)
        got = module.call_marked("train_step", arguments)
        expected = reference.train_step(params, states, x, labels, lr, seed, step)
        assert got["loss"] == pytest.approx(expected.loss, rel=2e-3)
        for mark, value in got.items():
            if mark.split("/")[0] not in ("parameter", "state", "optimizer"):
                continue
            name = numpy_name(mark)
            new = expected.params if name in params else expected.states
            assert distance(value, new[name]) < 2e-2, (step, mark)
        params, states = expected.params, expected.states


LINEAR = """
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "fc.weight", dorefa.init = "lecun_uniform"},
    %b: tensor<3xf32> {dorefa.parameter = "fc.bias", dorefa.init = "constant(0.25)"},
    %v: tensor<2x3x3x5xf32> {dorefa.parameter = "v", dorefa.init = "he_normal"},
    %u: tensor<7xf32> {dorefa.parameter = "u", dorefa.init = "normal(0.5)"},
    %s: tensor<2xf32> {dorefa.state = "s", dorefa.init = "ones"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<2xf32> {dorefa.state = "s"}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %s : tensor<?x3xf32>, tensor<2xf32>
}
"""


@pytest.fixture(scope="module")
def linear(tmp_path_factory):
    text = optimize(LINEAR, "--dorefa-training-step=optimizer=sgd")
    return Module(text, tmp_path_factory.mktemp("linear"))


def normal(seed, op_id, shape):
    """Box-Muller on words 2e and 2e + 1 of element e, in float64."""
    u, v = philox.uniform(seed, 0, op_id, (*shape, 2)).astype(np.float64).T
    return (np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)).T.reshape(shape)


def test_initial_values(linear):
    seed, first = (3 << 40) + 11, 0x40000000
    got = linear.call_marked("init", {"seed": seed})
    unit = 2 * philox.uniform(seed, 0, first, (3, 4)) - np.float32(1)
    np.testing.assert_array_equal(got["parameter/fc.weight"], unit * np.float32(0.5))
    np.testing.assert_array_equal(got["parameter/fc.bias"], np.full(3, 0.25))
    for name, op_id, scale in (("v", 2, np.sqrt(2 / 45)), ("u", 3, 0.5)):
        value = got[f"parameter/{name}"]
        expected = normal(seed, first + op_id, value.shape) * scale
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(got["state/s"], np.ones(2))
    assert not got["optimizer/momentum/v"].any()


def test_evaluate_leaves_padding_out(linear):
    """Rows of label -1 count nowhere; the first maximum is the prediction."""
    w = np.eye(3, 4, dtype=np.float32)
    x = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 2, 0], [9, 0, 0, 0]], np.float32)
    labels = np.array([0, 1, 2, -1], np.int32)
    arguments = {"input": x, "labels": labels, "parameter/fc.weight": w}
    for kind, mark in linear.signature("evaluate")[0]:
        shape = [int(n) for n in re.findall(r"(\d+)x", kind)]
        arguments.setdefault(mark, np.zeros(shape, np.float32))
    got = linear.call_marked("evaluate", arguments)
    loss, _ = layers.softmax_cross_entropy(x[:3, :3], labels[:3])
    assert got["correct"] == 2
    assert got["loss"] == pytest.approx(3 * loss, rel=1e-6)


def test_zero_gradients_leave_parameters(linear):
    """What the loss does not depend on does not move."""
    arguments = {"learning_rate": 0.5, "seed": 1, "step": 0}
    arguments["input"] = np.ones((2, 4), np.float32)
    arguments["labels"] = np.array([0, 2], np.int32)
    for kind, mark in linear.signature("train_step")[0]:
        if "/" in mark:
            shape = [int(n) for n in re.findall(r"(\d+)x", kind)]
            fill = 0 if mark.startswith("optimizer") else 0.5
            arguments[mark] = np.full(shape, fill, np.float32)
    got = linear.call_marked("train_step", arguments)
    np.testing.assert_array_equal(got["parameter/v"], arguments["parameter/v"])
    assert (got["parameter/fc.weight"] != 0.5).any()
