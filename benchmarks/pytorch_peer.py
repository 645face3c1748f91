#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The peer of the training and inference benchmarks: the same networks in PyTorch.

    benchmarks/pytorch_peer.py NETWORK [--bits=W,A,G] [--batch=N] [--threads=N]
        [--steps=N] [--inference] [--contiguous]
    benchmarks/pytorch_peer.py conv --shape=SIZE,CHANNELS,FILTERS,KERNEL ...

NETWORK is fashion-cnn or svhn-a, as in models/; conv is one float32 convolution
of the same size (Debian's PyTorch leaves it to oneDNN). Without --bits (or with
32,32,32) it is PyTorch's own float32; else DoReFa-Net as it is usually trained:
quantized values held in floats, straight-through gradients, noise from
torch.rand. Adam, channels-last unless --contiguous. Prints one JSON object:
{work, engine, batch, threads, seconds: [of each step]}. Inference is frozen by
TorchScript. Needs PyTorch (Debian: python3-torch) and, for its matrix
products, an OpenBLAS (libopenblas0-pthread).
"""

import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Round(torch.autograd.Function):
    """Codes / n of x in [0, 1], straight through."""

    @staticmethod
    def forward(ctx, x, n):
        return torch.round(x * n) / n

    @staticmethod
    def backward(ctx, grad):
        return grad, None


class Sign(torch.autograd.Function):
    """sign(w) E|w|, straight through; sign(0) is 1."""

    @staticmethod
    def forward(ctx, w):
        return torch.where(w >= 0, 1.0, -1.0) * w.abs().mean()

    @staticmethod
    def backward(ctx, grad):
        return grad


class QuantizeGradient(torch.autograd.Function):
    """Identity; the gradient is quantized for each sample, with noise."""

    @staticmethod
    def forward(ctx, x, bits):
        ctx.bits = bits
        return x

    @staticmethod
    def backward(ctx, grad):
        n = float(2**ctx.bits - 1)
        scale = grad.abs().amax(dim=tuple(range(1, grad.dim())), keepdim=True)
        scale = torch.where(scale == 0, torch.ones_like(scale), scale)
        noise = (torch.rand_like(grad) - 0.5) / n
        unit = (grad / scale * 0.5 + 0.5 + noise).clamp(0, 1)
        return scale * (torch.round(unit * n) / n * 2 - 1), None


def quantize_weight(w, bits):
    if bits == 32:
        return w
    if bits == 1:
        return Sign.apply(w)
    t = torch.tanh(w)
    return 2 * Round.apply(t / (2 * t.abs().max()) + 0.5, float(2**bits - 1)) - 1


class Activation(nn.Module):
    def __init__(self, bits):
        super().__init__()
        self.bits = bits

    def forward(self, x):
        if self.bits == 32:
            return F.relu(x)
        return Round.apply(x.clamp(0, 1), float(2**self.bits - 1))


class Conv(nn.Conv2d):
    """A convolution of quantized weights whose output's gradient is quantized."""

    def __init__(self, inputs, outputs, kernel, bits, padding=0):
        super().__init__(inputs, outputs, kernel, padding=padding, bias=False)
        self.bits = bits

    def forward(self, x):
        z = F.conv2d(x, quantize_weight(self.weight, self.bits[0]), padding=self.padding)
        return QuantizeGradient.apply(z, self.bits[2]) if self.bits[2] != 32 else z


class Bound(nn.Module):
    """What feeds the last layer: bounded as the codes are, not quantized."""

    def __init__(self, bits):
        super().__init__()
        self.bits = bits

    def forward(self, x):
        return F.relu(x) if self.bits == 32 else x.clamp(0, 1)


def fashion_cnn(bits):
    a = bits[1]
    return (28, 28, 1), nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2, bias=False), nn.BatchNorm2d(32), nn.MaxPool2d(2),
        Activation(a), Conv(32, 64, 3, bits, 1), nn.BatchNorm2d(64), nn.MaxPool2d(2),
        Activation(a), Conv(64, 128, 3, bits, 1), nn.BatchNorm2d(128), nn.MaxPool2d(2),
        Bound(a), nn.Flatten(), nn.Linear(128 * 3 * 3, 10),
    )  # fmt: skip


def svhn_a(bits):
    a = bits[1]

    def block(*conv):
        return [Conv(*conv), nn.BatchNorm2d(conv[1])]

    return (40, 40, 3), nn.Sequential(
        nn.Conv2d(3, 48, 5), nn.MaxPool2d(2), Activation(a),
        *block(48, 64, 3, bits, 1), Activation(a),
        *block(64, 64, 3, bits, 1), nn.MaxPool2d(2), Activation(a),
        *block(64, 128, 3, bits, 0), Activation(a),
        *block(128, 128, 3, bits, 1), Activation(a),
        *block(128, 128, 3, bits, 0), Activation(a), nn.Dropout(0.5),
        *block(128, 512, 5, bits, 0), Bound(a), nn.Flatten(), nn.Linear(512, 10),
    )  # fmt: skip


def conv(bits, shape):
    size, channels, filters, kernel = shape
    return (size, size, channels), nn.Conv2d(
        channels, filters, kernel, padding=kernel // 2, bias=False)  # fmt: skip


NETWORKS = {"fashion-cnn": fashion_cnn, "svhn-a": svhn_a}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network", choices=[*NETWORKS, "conv"])
    parser.add_argument("--shape", default="14,256,256,3")
    parser.add_argument("--bits", default="32,32,32")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--inference", action="store_true")
    parser.add_argument("--contiguous", action="store_true")
    options = parser.parse_args()
    bits = tuple(int(b) for b in options.bits.split(","))
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)

    if options.network == "conv":
        shape = tuple(int(n) for n in options.shape.split(","))
        (height, width, channels), network = conv(bits, shape)
    else:
        (height, width, channels), network = NETWORKS[options.network](bits)
    layout = torch.contiguous_format if options.contiguous else torch.channels_last
    network = network.to(memory_format=layout)
    x = torch.rand(options.batch, channels, height, width).to(memory_format=layout)
    labels = torch.randint(0, 10, (options.batch,))

    if options.inference:
        network.eval()
        with torch.no_grad():
            network = torch.jit.freeze(torch.jit.trace(network, x))
            times = time_steps(lambda: network(x), options.steps)
    else:
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(network(x), labels)
            loss.backward()
            optimizer.step()
            return loss.item()

        times = time_steps(step, options.steps)
    json.dump(
        {
            "work": f"{options.network} {'inference' if options.inference else 'training'}",
            "engine": f"PyTorch {torch.__version__} "
            + ("float32" if bits == (32, 32, 32) else "fake-quantized"),
            "batch": options.batch,
            "threads": options.threads,
            "seconds": times,
        },
        sys.stdout,
    )
    print()


def time_steps(step, count):
    for _ in range(3):
        step()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return times


main()
