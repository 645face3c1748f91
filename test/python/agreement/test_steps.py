# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole training steps: loss, statistics and every gradient of five networks.

A step is long, and the model sums in float64: now and then a value would lie on
the other side of a rounding, and a code differ. The networks are small and the
bits few enough that none does; then all agrees to 1e-4, noise included.
"""

import numpy as np
import pytest
from dorefa.model.conv import Window
from dorefa.model.layers import Pool
from dorefa.model.network import Network, same
from dorefa.model.optim import SGD
from dorefa.model.specs import (
    BatchNorm,
    Bound,
    Conv,
    Dropout,
    Flatten,
    Linear,
    MaxPool,
    QuantizeActivation,
    QuantizeGradient,
    WeightQuantizer,
)
from harness import HOST, REFERENCE, Function, Program, about
from dataclasses import replace
from network_writer import NetworkWriter

F32 = np.float32
STEP = 1e-4
MOMENTUM = SGD(momentum=0.9)


def small_cnn():
    """The Fashion-MNIST network on fewer pixels and channels, at (1, 2, 4)."""
    w, a, g = 1, 2, 4
    return Network(
        (12, 10, 1),
        [
            Conv("conv0", 5, kernel=(5, 5), window=same(5)),
            BatchNorm("bn0"),
            MaxPool(),
            QuantizeActivation(a),
            Conv("conv1", 7, WeightQuantizer(w), False, (3, 3), same(3)),
            QuantizeGradient(g),
            BatchNorm("bn1"),
            MaxPool(),
            QuantizeActivation(a),
            Conv("conv2", 6, WeightQuantizer(w), False, (3, 3), same(3)),
            QuantizeGradient(g),
            BatchNorm("bn2"),
            Bound(),
            Flatten(),
            Linear("fc", 10, bias=True),
        ],
        MOMENTUM,
    )


def with_dropout():
    """Groups, strides, dropout of codes and of floats, a quantized linear layer,
    at 2 and 1 bits."""
    return Network(
        (9, 8, 2),
        [
            Conv("conv0", 6, bias=True, kernel=(3, 3), window=Window((2, 1))),
            QuantizeActivation(2),
            Dropout(0.3),
            Conv(
                "conv1",
                8,
                WeightQuantizer(1),
                kernel=(3, 2),
                window=Window((1, 2), (1, 0, 1, 2), groups=2),
            ),
            QuantizeGradient(3),
            BatchNorm("bn1"),
            QuantizeActivation(3),
            Dropout(0.5),
            Flatten(),
            Linear("fc0", 11, WeightQuantizer(2)),
            QuantizeGradient(4),
            BatchNorm("bn2", eps=1e-3, momentum=0.75),
            Bound(),
            Dropout(0.25),
            Linear("fc1", 5),
        ],
        MOMENTUM,
    )


def curved():
    """Bounds tanh and min(1, |x|), several weight bits, also with the scale
    detached, a depthwise and a dilated convolution, 32 bits here and there."""
    return Network(
        (7, 8, 3),
        [
            Conv("conv0", 4, kernel=(2, 3), window=Window((1, 1), (0, 1, 1, 0))),
            BatchNorm("bn0"),
            QuantizeActivation(4, "tanh"),
            Conv(
                "conv1",
                4,
                WeightQuantizer(3, detach_scale=True),
                kernel=(3, 3),
                window=Window(pads=(2, 2, 2, 2), dilations=(2, 2), groups=4),
            ),
            QuantizeGradient(5),
            BatchNorm("bn1"),
            MaxPool(Pool((3, 3), (2, 2), (1, 1, 1, 1))),
            QuantizeActivation(3, "abs_clip"),
            Conv("conv2", 6, WeightQuantizer(2), kernel=(3, 3), window=same(3)),
            QuantizeGradient(32),
            BatchNorm("bn2"),
            QuantizeActivation(2, "abs_clip"),
            # Float weights on codes, with a gradient of codes.
            Conv("conv3", 3, WeightQuantizer(32), kernel=(2, 2), window=Window(groups=3)),
            QuantizeGradient(4, noise=False),
            QuantizeActivation(32),
            Flatten(),
            Linear("fc", 4, bias=True),
        ],
        MOMENTUM,
    )


def powers():
    """Weights that are powers of two, of 2 to 6 bits, among a DoReFa layer."""
    exact = {bits: WeightQuantizer(bits, "exact") for bits in (2, 3, 5, 6)}
    return Network(
        (8, 7, 2),
        [
            Conv("conv0", 5, kernel=(3, 3), window=same(3)),
            BatchNorm("bn0"),
            QuantizeActivation(3),
            Conv("conv1", 6, exact[3], kernel=(3, 3), window=same(3)),
            QuantizeGradient(5),
            BatchNorm("bn1"),
            MaxPool(),
            QuantizeActivation(4),
            Conv("conv2", 4, exact[2], kernel=(3, 3), window=same(3)),
            QuantizeGradient(4),
            BatchNorm("bn2"),
            QuantizeActivation(2),
            Conv("conv3", 4, WeightQuantizer(1), kernel=(2, 2)),
            QuantizeGradient(4),
            BatchNorm("bn3"),
            QuantizeActivation(32),
            # Float activations, float gradients.
            Conv("conv4", 4, exact[5], kernel=(1, 2)),
            BatchNorm("bn4"),
            QuantizeActivation(4),
            Flatten(),
            Linear("fc0", 9, exact[6]),
            QuantizeGradient(6),
            BatchNorm("bn5"),
            Bound(),
            Linear("fc1", 4),
        ],
        MOMENTUM,
    )


def without_norms():
    """Nothing between sums and codes that all of a tensor is needed for; so on
    GPUs kernels of products write words of codes, and of masks of the bound."""
    return Network(
        (7, 6, 2),
        [
            QuantizeActivation(2),
            Conv("conv0", 34, WeightQuantizer(1), kernel=(3, 3), window=same(3)),
            QuantizeGradient(4),
            QuantizeActivation(2),
            Conv("conv1", 6, WeightQuantizer(1), kernel=(3, 3)),
            QuantizeGradient(4),
            Bound(),
            Flatten(),
            Linear("fc", 4),
        ],
        MOMENTUM,
    )


NETWORKS = {"small_cnn": small_cnn, "with_dropout": with_dropout, "curved": curved,
            "powers": powers, "without_norms": without_norms}
SEED, AT = (5 << 32) + 7, (1 << 33) + 3


class Step(Function):
    """A function that a pass makes of a network's forward function."""

    source = None

    @property
    def text(self):
        return self.source


def values(network):
    """(x, labels, params, states) of one step."""
    rng = np.random.default_rng(12)
    params, states = network.initialize(seed=3)
    for key, array in params.items():
        if key.rsplit(".", maxsplit=1)[-1] in ("gamma", "beta", "bias"):
            params[key] = rng.uniform(0.3, 1, array.shape).astype(F32)
    x = rng.uniform(0, 1, (6, *network.input_shape)).astype(F32)
    classes = network.layers[-1].filters
    return x, rng.integers(0, classes, 6).astype(np.int32), params, states


def whole(array):
    return about(array, STEP, whole=True)


def gradients(name, network):
    """The gradient function: loss, statistics, a gradient of each parameter."""
    writer = NetworkWriter(name, network)
    f = Step(f"{name}_grad")
    f.source, f.arguments = writer.text, [None] * (len(writer.f.arguments) + 2)
    x, labels, params, states = values(network)
    want = network.train_step(params, states, x, labels, 0.1, SEED, AT)
    states_out = [key for key, _ in writer.new_states]
    f.results = [(label, None) for label in ("loss", *states_out, *writer.parameters)]
    f.call(
        "step",
        [x, *params.values(), *states.values(), labels, SEED, AT],
        [
            about(want.loss, STEP),
            *(about(want.states[key]) for key in states_out),
            *(whole(want.gradients[key]) for key in writer.parameters),
        ],
    )
    return f


def updates(name, network):
    """train_step by momentum: the change of each parameter, statistics, slots."""
    writer = NetworkWriter(name, network)
    f = Step("train_step")
    x, labels, params, states = values(network)
    rng = np.random.default_rng(1)
    slots = {
        f"{key}.velocity": rng.normal(size=p.shape).astype(F32) * F32(0.01)
        for key, p in params.items()
    }
    lr = 0.125
    want = network.train_step(params, {**states, **slots}, x, labels, lr, SEED, AT)
    arguments = [x, labels, *params.values(), *states.values(), *slots.values()]
    f.source, f.arguments = writer.text, [None] * (len(arguments) + 3)
    quantizers = [
        layer
        for layer in network.layers
        if isinstance(layer, QuantizeGradient) and layer.bits != 32
    ]
    scales = [f"gradient scale {i}" for i in range(len(quantizers))]
    f.results = [(key, None) for key in ("loss", *scales, *params, *states, *slots)]
    at = [network.layers.index(layer) for layer in quantizers]
    f.call(
        "step",
        [*arguments, lr, SEED, AT],
        [
            about(want.loss, STEP),
            *(about(np.abs(want.output_gradients[i]).max(), STEP) for i in at),
            *(whole(want.params[key]) for key in params),
            *(about(want.states[key]) for key in states),
            *(whole(want.states[key]) for key in slots),
        ],
    )
    return f


GRADIENTS = tuple(
    replace(options, passes=("--dorefa-autodiff",)) for options in (REFERENCE, HOST)
)
UPDATES = tuple(
    replace(options, passes=("--dorefa-training-step=optimizer=sgd momentum=0.9",))
    for options in (REFERENCE, HOST)
)
PROGRAMS = [
    Program(f"gradients, {name}", lambda n=name, make=make: [gradients(n, make())])
    for name, make in NETWORKS.items()
]


@pytest.mark.parametrize("runs", [GRADIENTS], ids=[""])
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_gradients(machine, program, runs):
    machine.check(program, runs)


UPDATE = Program("update", lambda: [updates("forward", with_dropout())])


@pytest.mark.parametrize("runs", [UPDATES], ids=[""])
@pytest.mark.parametrize("program", [UPDATE], ids=str)
def test_updates(machine, program, runs):
    machine.check(program, runs)
