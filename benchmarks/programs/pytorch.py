#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The peer of the training and inference benchmarks: the same networks in PyTorch.

    benchmarks/programs/pytorch.py NETWORK [--bits=W,A,G] [--batch=N] [--threads=N]
        [--steps=N] [--inference] [--contiguous] [--device=cpu|cuda] [--dtype=float32|bfloat16]

NETWORK is fashion-cnn, svhn-a, resnet18 or, with --inference, scenes-detector, as in
models/. Without --bits (or with
32,32,32) it is PyTorch's own float32; else DoReFa-Net as it is usually trained:
quantized values held in floats, straight-through gradients, noise from
torch.rand. Adam, channels-last unless --contiguous; with --dtype=bfloat16 by
autocast. Prints one JSON object:
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

    def __init__(self, inputs, outputs, kernel, bits, padding=0, stride=1):
        super().__init__(inputs, outputs, kernel, padding=padding, stride=stride, bias=False)
        self.bits = bits

    def forward(self, x):
        z = F.conv2d(x, quantize_weight(self.weight, self.bits[0]), padding=self.padding,
                     stride=self.stride)  # fmt: skip
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


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut around the quantizer."""

    def __init__(self, inputs, outputs, stride, bits):
        super().__init__()
        self.act1, self.act2 = Activation(bits[1]), Activation(bits[1])
        self.conv1, self.bn1 = Conv(inputs, outputs, 3, bits, 1, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = Conv(outputs, outputs, 3, bits, 1), nn.BatchNorm2d(outputs)
        self.shortcut = None
        if inputs != outputs:
            self.shortcut = nn.Sequential(Conv(inputs, outputs, 1, bits, 0, stride),
                                          nn.BatchNorm2d(outputs))  # fmt: skip

    def forward(self, x):
        codes = self.act1(x)
        branch = self.bn2(self.conv2(self.act2(self.bn1(self.conv1(codes)))))
        return branch + (self.shortcut(codes) if self.shortcut else x)


def resnet18(bits):
    widths = [64, 64, 64, 128, 128, 256, 256, 512, 512]
    blocks = [Block(i, o, 1 if i == o else 2, bits) for i, o in zip(widths, widths[1:])]
    return (32, 32, 3), nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), *blocks,
        Bound(bits[1]), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10),
    )  # fmt: skip


class Head(nn.Module):
    """Offsets and logits of the anchors of a grid, four sizes a cell."""

    def __init__(self, channels):
        super().__init__()
        self.offsets, self.logits = nn.Conv2d(channels, 16, 1), nn.Conv2d(channels, 44, 1)

    def forward(self, x):
        def rows(y, columns):
            return y.permute(0, 2, 3, 1).reshape(x.shape[0], -1, columns)

        return rows(self.offsets(x), 4), rows(self.logits(x), 11)


class Detector(nn.Module):
    def __init__(self, bits):
        super().__init__()

        def layers(*sizes):
            return nn.Sequential(*(
                part for inputs, outputs, stride in sizes
                for part in (Conv(inputs, outputs, 3, bits, 1, stride), nn.BatchNorm2d(outputs),
                             Activation(bits[1]))))

        self.first = nn.Sequential(nn.Conv2d(1, 16, 5, 2, 2, bias=False), nn.BatchNorm2d(16),
                                   Activation(bits[1]))
        self.fine = layers((16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1))
        self.coarse = layers((64, 128, 2), (128, 128, 1))
        self.small, self.large = Head(64), Head(128)

    def forward(self, x):
        fine = self.fine(self.first(x))
        return tuple(torch.cat(parts, 1)
                     for parts in zip(self.small(fine), self.large(self.coarse(fine))))


def scenes_detector(bits):
    return (80, 80, 1), Detector(bits)


NETWORKS = {"fashion-cnn": fashion_cnn, "svhn-a": svhn_a, "resnet18": resnet18,
            "scenes-detector": scenes_detector}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network", choices=list(NETWORKS))
    parser.add_argument("--bits", default="32,32,32")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--inference", action="store_true")
    parser.add_argument("--contiguous", action="store_true")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options = parser.parse_args()
    if options.network == "scenes-detector" and not options.inference:
        parser.error("scenes-detector needs --inference: there is no loss of it here")
    bits = tuple(int(b) for b in options.bits.split(","))
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)

    (height, width, channels), network = NETWORKS[options.network](bits)
    layout = torch.contiguous_format if options.contiguous else torch.channels_last
    network = network.to(options.device, memory_format=layout)
    x = torch.rand(options.batch, channels, height, width)
    x = x.to(options.device, memory_format=layout)
    labels = torch.randint(0, 10, (options.batch,)).to(options.device)
    narrow = torch.autocast(options.device, torch.bfloat16, enabled=options.dtype == "bfloat16")

    if options.inference:
        network.eval()
        with torch.no_grad(), narrow:
            network = torch.jit.freeze(torch.jit.trace(network, x))
            times = time_steps(lambda: network(x), options.steps)
    else:
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

        def step():
            optimizer.zero_grad(set_to_none=True)
            with narrow:
                loss = F.cross_entropy(network(x), labels)
            loss.backward()
            optimizer.step()
            return loss.item()

        times = time_steps(step, options.steps)
    json.dump(
        {
            "work": f"{options.network} {'inference' if options.inference else 'training'}",
            "engine": f"PyTorch {torch.__version__} "
            + (options.dtype if bits == (32, 32, 32) else "fake-quantized"),
            "batch": options.batch,
            "threads": options.threads,
            "seconds": times,
        },
        sys.stdout,
    )
    print()


def time_steps(step, count):
    # A frozen network is optimized in the course of its first calls.
    for _ in range(12 if count > 1 else 1):
        step()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return times


main()
