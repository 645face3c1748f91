# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Float layers around the quantized products, each with its backward rule.

Activations are float32, NHWC or (N, C). Reductions run in float64 and are
rounded once; elementwise steps that decide codes run in float32 in the order
written. Quantizers, bounds and ReLU are in quantizers.py, convolutions and
linear products in conv.py.
"""

from dataclasses import dataclass

import numpy as np

from . import philox
from .quantizers import F32

# Batch norm over all axes but the last (Ioffe and Szegedy 1502.03167; spec 3)


def batch_norm(x, gamma, beta, mean, var, eps=1e-4):
    """(y, x_hat, inverse) from given statistics (C,), float32.

    inverse = 1 / sqrt(var + eps); x_hat = (x - mean) * inverse;
    y = x_hat * gamma + beta, each operation rounded to float32.
    """
    inverse = F32(1) / np.sqrt(np.asarray(var, F32) + F32(eps))
    x_hat = (np.asarray(x, F32) - np.asarray(mean, F32)) * inverse
    return x_hat * np.asarray(gamma, F32) + np.asarray(beta, F32), x_hat, inverse


def batch_statistics(x):
    """(mean, biased variance) of each channel: float64 sums, float32 results."""
    wide = np.asarray(x, np.float64).reshape(-1, x.shape[-1])
    return wide.mean(axis=0).astype(F32), wide.var(axis=0).astype(F32)


def running_statistics(mean, var, batch_mean, batch_var, count, momentum=0.9):
    """momentum * running + (1 - momentum) * batch, both float32 (C,).

    batch_var is the biased one; it enters unbiased, times count / (count - 1)
    (as it is for a count of 1). count: elements of a channel in the batch.
    """
    keep, take = F32(momentum), F32(1 - momentum)
    unbiased = batch_var * F32(count / max(count - 1, 1))
    return keep * mean + take * batch_mean, keep * var + take * unbiased


def batch_norm_backward(dy, x_hat, inverse, gamma):
    """(dx, dgamma, dbeta) of batch norm with the statistics of the batch.

    dx = gamma inverse (dy - mean(dy) - x_hat mean(dy x_hat)).
    """
    dy, x_hat = np.asarray(dy, np.float64), np.asarray(x_hat, np.float64)
    axes = tuple(range(dy.ndim - 1))
    dbeta, dgamma = dy.sum(axis=axes), (dy * x_hat).sum(axis=axes)
    count = dy.size // dy.shape[-1]
    scale = np.asarray(gamma, np.float64) * np.asarray(inverse, np.float64)
    dx = scale * (dy - dbeta / count - x_hat * (dgamma / count))
    return dx.astype(F32), dgamma.astype(F32), dbeta.astype(F32)


# Max-pool


@dataclass(frozen=True)
class Pool:
    """Geometry of a pool: size, strides, pads [top, left, bottom, right]."""

    size: tuple = (2, 2)
    strides: tuple = (2, 2)
    pads: tuple = (0, 0, 0, 0)

    def output_hw(self, input_hw):
        """Output height and width (floor)."""
        return tuple(
            (input_hw[i] + self.pads[i] + self.pads[i + 2] - self.size[i])
            // self.strides[i]
            + 1
            for i in (0, 1)
        )

    def positions(self, tap, input_hw):
        """(rows, columns, valid (OH, OW)) that a tap reads in the input."""
        at, inside = [], []
        for i, out in enumerate(self.output_hw(input_hw)):
            p = np.arange(out) * self.strides[i] - self.pads[i] + tap[i]
            at.append(np.clip(p, 0, input_hw[i] - 1))
            inside.append((p >= 0) & (p < input_hw[i]))
        return at[0], at[1], inside[0][:, None] & inside[1][None, :]


def max_pool(x, pool=Pool()):
    """(y, winner): y (N, OH, OW, C); winner int64, the tap's row-major index.

    The first maximum in row-major order wins, a NaN wins over numbers, padding
    never wins. Raises ValueError for a window that holds padding alone.
    """
    hw = x.shape[1:3]
    shape = (x.shape[0], *pool.output_hw(hw), x.shape[3])
    best = np.zeros(shape, x.dtype)
    winner = np.full(shape, -1, np.int64)
    for index, tap in enumerate(np.ndindex(*pool.size)):
        rows, columns, valid = pool.positions(tap, hw)
        value = x[:, rows[:, None], columns[None, :], :]
        wins = (value > best) | (np.isnan(value) & ~np.isnan(best)) | (winner < 0)
        wins &= valid[None, :, :, None]
        best = np.where(wins, value, best)
        winner = np.where(wins, index, winner)
    if np.any(winner < 0):
        raise ValueError("max_pool: a window holds padding alone")
    return best, winner


def max_pool_backward(dy, winner, input_hw, pool=Pool()):
    """Adds each dy to its winner: float32 (N, H, W, C)."""
    dx = np.zeros((dy.shape[0], *input_hw, dy.shape[3]), np.float64)
    for index, tap in enumerate(np.ndindex(*pool.size)):
        rows, columns, _ = pool.positions(tap, input_hw)
        share = np.where(winner == index, dy, F32(0))
        at = (slice(None), rows[:, None], columns[None, :])
        np.add.at(dx, at, share)
    return dx.astype(F32)


# Dropout


def dropout_mask(seed, step, op_id, shape, rate):
    """True where an element stays: uniform of spec 1.4 >= float32(rate)."""
    if not 0 <= rate < 1:
        raise ValueError(f"dropout rate: expected 0 <= rate < 1, got {rate}")
    return philox.uniform(seed, step, op_id, shape) >= F32(rate)


def dropout_scale(rate):
    """1 / keep as float32."""
    return F32(1) / (F32(1) - F32(rate))


# Loss


def softmax_cross_entropy(logits, labels):
    """(loss, dlogits), the mean over the batch, float32.

    logits (N, K); labels integers (N,). Raises ValueError for labels outside
    0 .. K-1. dlogits = (softmax - one hot) / N.
    """
    labels = np.asarray(labels)
    n, k = logits.shape
    if labels.shape != (n,) or (n and (labels.min() < 0 or labels.max() >= k)):
        raise ValueError(f"labels: expected {n} integers in 0..{k - 1}")
    wide = np.asarray(logits, np.float64)
    shifted = wide - wide.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_softmax = shifted - log_sum
    picked = log_softmax[np.arange(n), labels]
    d = np.exp(log_softmax)
    d[np.arange(n), labels] -= 1
    return F32(-picked.mean()), (d / n).astype(F32)
