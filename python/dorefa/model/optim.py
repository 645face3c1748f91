# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""SGD with momentum and Adam, in the conventions of PyTorch.

Parameters, gradients and slots are dicts of float32 arrays. Elementwise work
is float32, scalars are prepared in float64. weight_decay adds
weight_decay * w to the gradient of every parameter (L2). Slots that are
missing count as zero.
"""

from dataclasses import dataclass

import numpy as np

from .quantizers import F32


def _slot(slots, name, like):
    return slots[name] if name in slots else np.zeros_like(like)


def _decayed(g, w, weight_decay):
    return g + F32(weight_decay) * w if weight_decay else g


@dataclass(frozen=True)
class SGD:
    """v = momentum v + g; w -= lr v. Slot: "<parameter>.velocity"."""

    momentum: float = 0.0
    weight_decay: float = 0.0

    def update(self, params, gradients, slots, lr, step):
        """(new params, new slots) after the step numbered step from 0."""
        new_params, new_slots = {}, {}
        for name, w in params.items():
            v = _decayed(gradients[name], w, self.weight_decay)
            if self.momentum:
                key = f"{name}.velocity"
                v = F32(self.momentum) * _slot(slots, key, w) + v
                new_slots[key] = v
            new_params[name] = w - F32(lr) * v
        return new_params, new_slots


@dataclass(frozen=True)
class Adam:
    """Adam (1412.6980), t = step + 1.

    m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
    w -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps).
    Slots: "<parameter>.adam_m", "<parameter>.adam_v".
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.0

    def update(self, params, gradients, slots, lr, step):
        """(new params, new slots) after the step numbered step from 0."""
        t = step + 1
        rate = F32(lr / (1 - self.beta1**t))
        root = F32(np.sqrt(1 - self.beta2**t))
        new_params, new_slots = {}, {}
        for name, w in params.items():
            g = _decayed(gradients[name], w, self.weight_decay)
            first, second = f"{name}.adam_m", f"{name}.adam_v"
            m = F32(self.beta1) * _slot(slots, first, w) + F32(1 - self.beta1) * g
            v = F32(self.beta2) * _slot(slots, second, w)
            v = v + F32(1 - self.beta2) * (g * g)
            new_params[name] = w - rate * (m / (np.sqrt(v) / root + F32(self.eps)))
            new_slots[first], new_slots[second] = m, v
        return new_params, new_slots
