# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sequential networks: forward, backward and the training step (spec 3).

Op ids of the noise count the random layers (QuantizeGradient and Dropout,
whatever their bits or rate) from 0 in forward order.
"""

from dataclasses import dataclass
from typing import Dict, List

import numpy as np

from . import layers
from .conv import Window
from .optim import SGD
from .quantizers import F32
from .specs import (
    BatchNorm,
    Bound,
    Conv,
    Dropout,
    Flatten,
    Linear,
    MaxPool,
    QuantizeActivation,
    QuantizeGradient,
    Run,
    WeightQuantizer,
)


@dataclass
class StepResult:
    """What a training step computed.

    outputs[i] is what layer i returned (array or ActivationCodes);
    output_gradients[i] the gradient that entered its backward rule.
    """

    loss: np.float32
    gradients: Dict[str, np.ndarray]
    params: Dict[str, np.ndarray]
    states: Dict[str, np.ndarray]
    logits: np.ndarray
    outputs: List
    output_gradients: List


class Network:
    """A list of layers over inputs of one shape (H, W, C) or (C,)."""

    def __init__(self, input_shape, layer_list, optimizer=SGD()):
        self.input_shape = tuple(input_shape)
        self.layers = list(layer_list)
        self.optimizer = optimizer
        at_random = [i for i, layer in enumerate(self.layers) if layer.random]
        self.op_ids = {layer: op_id for op_id, layer in enumerate(at_random)}
        self.shapes = [self.input_shape]
        for layer in self.layers:
            self.shapes.append(tuple(layer.output_shape(self.shapes[-1])))

    def initialize(self, seed=0):
        """(params, states): dicts of float32 arrays by name."""
        rng, params, states = np.random.default_rng(seed), {}, {}
        for layer, shape in zip(self.layers, self.shapes):
            params.update(layer.parameters(shape, rng))
            states.update(layer.state(shape))
        return params, states

    def _forward(self, x, run):
        x = np.asarray(x, F32)
        if x.shape[1:] != self.input_shape:
            expected = ("N", *self.input_shape)
            raise ValueError(f"input: expected {expected}, got {x.shape}")
        outputs, caches = [], []
        for i, layer in enumerate(self.layers):
            x, cache = layer.forward(x, run, run.op_ids.get(i))
            outputs.append(x)
            caches.append(cache)
        return outputs, caches

    def forward(self, params, states, x):
        """Logits (N, K) with running statistics and without dropout."""
        run = Run(params, dict(states), op_ids=self.op_ids)
        return self._forward(x, run)[0][-1]

    def train_step(self, params, states, x, labels, lr, seed=0, step=0):
        """StepResult of one step. x: (N, ...) float32; labels: integers (N,).

        states holds running statistics and, from the second step on, the
        optimizer's slots. Arguments are left as they are.
        """
        run = Run(params, dict(states), True, seed, step, self.op_ids)
        outputs, caches = self._forward(x, run)
        loss, g = layers.softmax_cross_entropy(outputs[-1], labels)
        arriving = [None] * len(self.layers)
        for i in reversed(range(len(self.layers))):
            arriving[i] = g
            layer = self.layers[i]
            g = layer.backward(g, caches[i], run, self.op_ids.get(i), i > 0)
        new_params, slots = self.optimizer.update(
            params, run.gradients, states, lr, step
        )
        run.states.update(slots)
        return StepResult(
            loss, run.gradients, new_params, run.states, outputs[-1], outputs, arriving
        )


def same(size):
    """The window that keeps height and width, stride 1, odd square kernel."""
    return Window(pads=(size // 2,) * 4)


def _quantized(index, filters, size, window, w, g):
    """Convolution, quantize_gradient, batch norm, in the order of spec 1.2."""
    return [
        Conv(f"conv{index}", filters, WeightQuantizer(w), False, (size,) * 2, window),
        QuantizeGradient(g),
        BatchNorm(f"bn{index}"),
    ]


def fashion_cnn(bits=(1, 2, 4), h="clip", optimizer=SGD()):
    """Small network on 28x28x1: three convolutions and a float linear layer.

    bits: (W, A, G). conv0 has float weights; its output is quantized.
    """
    w, a, g = bits
    return Network(
        (28, 28, 1),
        [
            Conv("conv0", 32, kernel=(5, 5), window=same(5)),
            BatchNorm("bn0"),
            MaxPool(),
            QuantizeActivation(a, h),
            *_quantized(1, 64, 3, same(3), w, g),
            MaxPool(),
            QuantizeActivation(a, h),
            *_quantized(2, 128, 3, same(3), w, g),
            Bound(h),
            Flatten(),
            Linear("fc", 10, bias=True),
        ],
        optimizer,
    )


SVHN_WIDTHS = {"A": 1.0, "B": 0.5, "C": 0.25, "D": 0.125}


def svhn(width="A", bits=(1, 2, 4), h="clip", dropout=0.5, optimizer=SGD()):
    """The paper's SVHN network (spec 5) on 40x40x3.

    width: A, B, C or D (1, 1/2, 1/4, 1/8 of the channels), or the fraction.
    """
    w, a, g = bits
    fraction = SVHN_WIDTHS.get(width, width)
    c = [int(n * fraction) for n in (48, 64, 64, 128, 128, 128, 512)]
    valid, act = Window(), QuantizeActivation(a, h)
    return Network(
        (40, 40, 3),
        [
            Conv("conv0", c[0], bias=True, kernel=(5, 5), window=valid),
            MaxPool(),
            act,
            *_quantized(1, c[1], 3, same(3), w, g),
            act,
            *_quantized(2, c[2], 3, same(3), w, g),
            MaxPool(),
            act,
            *_quantized(3, c[3], 3, valid, w, g),
            act,
            *_quantized(4, c[4], 3, same(3), w, g),
            act,
            *_quantized(5, c[5], 3, valid, w, g),
            act,
            Dropout(dropout),
            *_quantized(6, c[6], 5, valid, w, g),
            Bound(h),
            Flatten(),
            Linear("fc", 10, bias=True),
        ],
        optimizer,
    )
