# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kinds of layers that a sequential network is declared with.

A layer is a frozen record with output_shape, parameters, state, forward and
backward. Values between layers are float32 arrays or ActivationCodes;
gradients are float32 arrays, or GradientCodes between a QuantizeGradient and
the product before it. Shapes leave out the batch.
"""

from dataclasses import dataclass, field
from typing import Any, Dict, Tuple

import numpy as np

from . import conv, layers, pow2, quantizers
from .quantizers import F32, ActivationCodes


@dataclass
class Run:
    """One pass over a network. states and gradients are filled on the way."""

    params: Dict[str, np.ndarray]
    states: Dict[str, np.ndarray]
    training: bool = False
    seed: int = 0
    step: int = 0
    op_ids: Dict[int, int] = field(default_factory=dict)
    gradients: Dict[str, np.ndarray] = field(default_factory=dict)


def value(x):
    """Float32 values of codes or of an array."""
    return x.value() if hasattr(x, "value") else x


class Layer:
    """A layer without parameters, state or noise."""

    random = False  # whether the layer takes an op id

    def output_shape(self, shape):
        return shape

    def parameters(self, shape, rng):
        """Initial parameters by name, float32."""
        return {}

    def state(self, shape):
        """Initial running state by name, float32."""
        return {}


@dataclass(frozen=True)
class WeightQuantizer:
    """bits 1..8 or 32. scheme: dorefa, or one of pow2.SCHEMES."""

    bits: int = 32
    scheme: str = "dorefa"
    detach_scale: bool = False

    def forward(self, w):
        if self.bits == 32 or self.scheme == "dorefa":
            return quantizers.quantize_weight(w, self.bits)
        return pow2.quantize_weight_pow2(w, self.bits, self.scheme)

    def backward(self, g, w):
        if self.bits == 32 or self.scheme == "dorefa":
            back = quantizers.quantize_weight_backward
            return back(g, w, self.bits, self.detach_scale)
        return g


@dataclass(frozen=True)
class Product(Layer):
    """What convolution and linear share: "<name>.weight", "<name>.bias"."""

    name: str
    filters: int
    quantizer: WeightQuantizer = WeightQuantizer()
    bias: bool = False

    def parameters(self, shape, rng):
        """He normal weights (1502.01852), zero biases."""
        size = self.weight_shape(shape)
        w = rng.normal(size=size) * np.sqrt(2 / np.prod(size[1:]))
        out = {f"{self.name}.weight": w.astype(F32)}
        if self.bias:
            out[f"{self.name}.bias"] = np.zeros(self.filters, F32)
        return out

    def forward(self, x, run, op_id):
        w = self.quantizer.forward(run.params[f"{self.name}.weight"])
        y = self.product(x, w)
        if self.bias:
            y = y + run.params[f"{self.name}.bias"]
        return y, (x, w)

    def backward(self, g, cache, run, op_id, wanted):
        x, w = cache
        key = f"{self.name}.weight"
        dw = self.grad_filter(g, x)
        run.gradients[key] = self.quantizer.backward(dw, run.params[key])
        if self.bias:
            wide = value(g).astype(np.float64)
            total = wide.sum(axis=tuple(range(wide.ndim - 1)))
            run.gradients[f"{self.name}.bias"] = total.astype(F32)
        return self.grad_input(g, x, w) if wanted else None


@dataclass(frozen=True)
class Conv(Product):
    """Convolution: filters (F, KH, KW, C / groups), see conv.py."""

    kernel: Tuple[int, int] = (3, 3)
    window: conv.Window = conv.Window()

    def weight_shape(self, shape):
        return (self.filters, *self.kernel, shape[2] // self.window.groups)

    def output_shape(self, shape):
        return (*self.window.output_hw(shape[:2], self.kernel), self.filters)

    def product(self, x, w):
        return conv.conv2d(x, w, self.window)

    def grad_filter(self, g, x):
        return conv.conv2d_grad_filter(g, x, self.kernel, self.window)

    def grad_input(self, g, x, w):
        hw = (x.codes if isinstance(x, ActivationCodes) else x).shape[1:3]
        return conv.conv2d_grad_input(g, w, hw, self.window)


@dataclass(frozen=True)
class Linear(Product):
    """Linear layer: weights (F, C)."""

    def weight_shape(self, shape):
        return (self.filters, shape[0])

    def output_shape(self, shape):
        return (self.filters,)

    def product(self, x, w):
        return conv.linear(x, w)

    def grad_filter(self, g, x):
        return conv.linear_grad_filter(g, x)

    def grad_input(self, g, x, w):
        return conv.linear_grad_input(g, w)


@dataclass(frozen=True)
class QuantizeGradient(Layer):
    """Identity forward; the gradient quantizer of spec 1.4 backward."""

    bits: int = 32
    noise: bool = True
    random = True

    def forward(self, x, run, op_id):
        return x, None

    def backward(self, g, cache, run, op_id, wanted):
        return quantizers.quantize_gradient(
            value(g), self.bits, run.seed, run.step, op_id, self.noise
        )


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Batch norm; "<name>.gamma", ".beta", ".running_mean", ".running_var"."""

    name: str
    eps: float = 1e-4
    momentum: float = 0.9

    def parameters(self, shape, rng):
        return {
            f"{self.name}.gamma": np.ones(shape[-1], F32),
            f"{self.name}.beta": np.zeros(shape[-1], F32),
        }

    def state(self, shape):
        return {
            f"{self.name}.running_mean": np.zeros(shape[-1], F32),
            f"{self.name}.running_var": np.ones(shape[-1], F32),
        }

    def forward(self, x, run, op_id):
        x = value(x)
        keys = f"{self.name}.running_mean", f"{self.name}.running_var"
        mean, var = (run.states[k] for k in keys)
        if run.training:
            batch = layers.batch_statistics(x)
            updated = layers.running_statistics(
                mean, var, *batch, x.size // x.shape[-1], self.momentum
            )
            run.states.update(zip(keys, updated))
            mean, var = batch
        gamma, beta = run.params[f"{self.name}.gamma"], run.params[f"{self.name}.beta"]
        y, x_hat, inverse = layers.batch_norm(x, gamma, beta, mean, var, self.eps)
        return y, (x_hat, inverse)

    def backward(self, g, cache, run, op_id, wanted):
        gamma = f"{self.name}.gamma"
        dx, dgamma, dbeta = layers.batch_norm_backward(
            value(g), *cache, run.params[gamma]
        )
        run.gradients[gamma], run.gradients[f"{self.name}.beta"] = dgamma, dbeta
        return dx


@dataclass(frozen=True)
class MaxPool(Layer):
    """Max-pool on floats."""

    pool: layers.Pool = layers.Pool()

    def output_shape(self, shape):
        return (*self.pool.output_hw(shape[:2]), shape[2])

    def forward(self, x, run, op_id):
        x = value(x)
        y, winner = layers.max_pool(x, self.pool)
        return y, (winner, x.shape[1:3])

    def backward(self, g, cache, run, op_id, wanted):
        return layers.max_pool_backward(value(g), *cache, self.pool)


@dataclass(frozen=True)
class Bound(Layer):
    """h alone, without a quantizer: what feeds the last float layer."""

    h: str = "clip"

    def forward(self, x, run, op_id):
        return quantizers.bound(value(x), self.h), value(x)

    def backward(self, g, x, run, op_id, wanted):
        return quantizers.bound_backward(value(g), x, self.h)


@dataclass(frozen=True)
class QuantizeActivation(Layer):
    """h, then the quantizer; ReLU for 32 bits."""

    bits: int = 32
    h: str = "clip"

    def forward(self, x, run, op_id):
        x = value(x)
        return quantizers.quantize_activation(x, self.bits, self.h), x

    def backward(self, g, x, run, op_id, wanted):
        return quantizers.quantize_activation_backward(value(g), x, self.bits, self.h)


@dataclass(frozen=True)
class Dropout(Layer):
    """Inverted dropout; on codes, dropped codes are 0 and the scale grows."""

    rate: float = 0.5
    random = True

    def forward(self, x, run, op_id):
        if not run.training:
            return x, None
        codes = isinstance(x, ActivationCodes)
        shape = (x.codes if codes else x).shape
        mask = layers.dropout_mask(run.seed, run.step, op_id, shape, self.rate)
        scale = layers.dropout_scale(self.rate)
        if codes:
            return ActivationCodes(x.codes * mask, x.bits, x.scale * scale), mask
        return np.where(mask, x * scale, F32(0)), mask

    def backward(self, g, mask, run, op_id, wanted):
        return np.where(mask, value(g) * layers.dropout_scale(self.rate), F32(0))


@dataclass(frozen=True)
class Flatten(Layer):
    """(N, H, W, C) to (N, H W C), row-major."""

    def output_shape(self, shape):
        return (int(np.prod(shape)),)

    def forward(self, x, run, op_id):
        if isinstance(x, ActivationCodes):
            flat: Any = x.codes.reshape(len(x.codes), -1)
            return ActivationCodes(flat, x.bits, x.scale), x.codes.shape
        return x.reshape(len(x), -1), x.shape

    def backward(self, g, shape, run, op_id, wanted):
        return value(g).reshape(shape)
