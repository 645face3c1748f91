# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that call the three products of a layer, with the model's results.

A product's operands are bits 1..8, or 32 for floats; weights may be pow2 codes
of 2..6 bits. Codes of the arguments are drawn at random ("random", with one row
of zeros), or are all the largest.
"""

from dataclasses import dataclass, replace
from typing import Optional, Tuple

import numpy as np
from dorefa.model import conv
from dorefa.model.conv import Window
from dorefa.model.quantizers import ActivationCodes, GradientCodes, WeightCodes
from dorefa.model.quantizers import bipolar, levels
from harness import FLOAT, Expected, Function, attributes, codes, tensor

F32 = np.float32


@dataclass(frozen=True)
class Layer:
    """A convolution, or a linear layer where image is None."""

    channels: int
    filters: int
    image: Optional[Tuple[int, int]] = None
    kernel: Tuple[int, int] = (1, 1)
    window: Window = Window()

    @property
    def prefix(self):
        return "linear" if self.image is None else "conv2d"

    @property
    def attributes(self):
        if self.image is None:
            return ""
        w = self.window
        return attributes(
            strides=w.strides, pads=w.pads, dilations=w.dilations, groups=w.groups
        )

    def shapes(self, batch):
        """Of the input, the filter and the output."""
        if self.image is None:
            return (
                (batch, self.channels),
                (self.filters, self.channels),
                (batch, self.filters),
            )
        out = self.window.output_hw(self.image, self.kernel)
        group = self.channels // self.window.groups
        return (
            (batch, *self.image, self.channels),
            (self.filters, *self.kernel, group),
            (batch, *out, self.filters),
        )

    # The products of the model, on its codes or on floats

    def forward(self, x, w):
        if self.image is None:
            return conv.linear(x, w)
        return conv.conv2d(x, w, self.window)

    def grad_input(self, g, w):
        if self.image is None:
            return conv.linear_grad_input(g, w)
        return conv.conv2d_grad_input(g, w, self.image, self.window)

    def grad_filter(self, g, x):
        if self.image is None:
            return conv.linear_grad_filter(g, x)
        return conv.conv2d_grad_filter(g, x, self.kernel, self.window)


@dataclass(frozen=True)
class Bits:
    """Bits of the activations, the weights and the gradient; `other` those of
    a second gradient, for the product with the activations."""

    a: int
    w: int
    g: int
    other: Optional[int] = None
    kind: str = "bipolar"  # of the weights


@dataclass(frozen=True)
class Scales:
    """Which scales the products have as operands."""

    input: bool = False
    filter: Optional[str] = "layer"  # None, "layer" or "channel" (forward only)
    cotangent: bool = True


# Arguments


def draw(rng, shape, bits, fill="random", kind=None):
    """Codes as uint8, or normal floats for 32 bits."""
    if bits == 32:
        return rng.normal(size=shape).astype(F32)
    if fill == "largest":  # of pow2, code 1 is 1
        return np.full(shape, 1 if kind == "pow2" else levels(bits), np.uint8)
    count = 2 ** (bits - 1) + 1 if kind == "pow2" else 2**bits
    out = rng.integers(0, count, shape).astype(np.uint8)
    out[..., :1, :] = 0
    return out


def sample_scales(rng, batch, special=False):
    """max |dr| of each sample; with `special` a zero and a huge one."""
    out = (rng.random(batch) * 3 + 0.01).astype(F32)
    if special:
        out[: batch // 3] = 0
        out[batch // 3 : batch // 2] = F32(1e30)
    return out


# The model's operands: codes with their scale, or values


def activations(array, bits, scale=1):
    if bits == 32:
        return array * F32(scale)
    return ActivationCodes(array.astype(np.int64), bits, F32(scale))


def pow2_integers(codes, bits):
    """(q, divisor): code 0 is 0, 2t + 1 is 2^(m-1-t), 2t + 2 its negative."""
    largest = 2 ** (bits - 2) - 1
    t = (codes.astype(np.int64) - 1) // 2
    magnitude = np.left_shift(1, np.clip(largest - t, 0, largest))
    q = np.where(codes % 2 == 1, magnitude, -magnitude)
    return np.where(codes == 0, 0, q), 2**largest


def weights(array, bits, scale=1, kind="bipolar"):
    if bits == 32:
        return array
    if kind == "pow2":
        q, divisor = pow2_integers(array, bits)
        return WeightCodes(q, divisor, np.asarray(scale, F32), bits)
    return WeightCodes(bipolar(array, bits), levels(bits), np.asarray(scale, F32), bits)


def gradients(array, bits, scale=None):
    if bits == 32:
        return array
    scale = np.ones(len(array), F32) if scale is None else scale
    return GradientCodes(array.astype(np.int64), scale, bits)


def element(shape, bits, kind):
    return tensor(shape) if bits == 32 else codes(shape, bits, kind)


class Products:
    """A function of the forward product and both gradients of a layer."""

    NAMES = "forward", "grad_input", "grad_filter"

    def __init__(self, name, layer, bits, scales=Scales(), batch="?", only=NAMES):
        self.layer, self.bits, self.scales, self.only = layer, bits, scales, only
        # Floats have no scale of their own; the input's is that of a dropout.
        if bits.w == 32:
            self.scales = replace(self.scales, filter=None)
        self.other = bits.g if bits.other is None else bits.other
        self.function = f = Function(name)
        in_shape, w_shape, out_shape = layer.shapes(batch)
        self.x = f.argument(element(in_shape, bits.a, "unipolar"))
        self.w = f.argument(element(w_shape, bits.w, bits.kind))
        self.g = f.argument(element(out_shape, bits.g, "bipolar"))
        self.g2 = f.argument(element(out_shape, self.other, "bipolar"))
        channel = self.scales.filter == "channel"
        self.sx = f.argument(tensor(()))
        self.sw = f.argument(tensor((layer.filters,) if channel else ()))
        self.sg = f.argument(tensor((batch,)))
        if "forward" in only:
            self.add("", self.x, self.w, out_shape, "forward")
        if "grad_input" in only:
            self.add("_grad_input", self.g, self.w, in_shape, "grad_input")
        if "grad_filter" in only:
            self.add("_grad_filter", self.g2, self.x, w_shape, "grad_filter")

    def add(self, suffix, left, right, shape, label):
        scales = []
        if label != "forward" and self.scales.cotangent and "code" in left.type:
            scales.append(f"cotangent_scale({self.sg.typed})")
        if self.scales.input and label != "grad_input":
            scales.append(f"input_scale({self.sx.typed})")
        if self.scales.filter and label != "grad_filter":
            scales.append(f"filter_scale({self.sw.typed})")
        out = self.function.op(
            f"dorefa.{self.layer.prefix}{suffix} {left}, {right} {' '.join(scales)} "
            f"{self.layer.attributes} : {left.type}, {right.type} -> {tensor(shape)}",
            tensor(shape),
        )
        self.function.returns(label, out)

    def arguments(self, rng, batch, fill="random", special=False):
        in_shape, w_shape, out_shape = self.layer.shapes(batch)
        channel = self.scales.filter == "channel"
        return [
            draw(rng, in_shape, self.bits.a, fill),
            draw(rng, w_shape, self.bits.w, fill, self.bits.kind),
            draw(rng, out_shape, self.bits.g, fill),
            draw(rng, out_shape, self.other, fill),
            np.asarray(rng.random() + 0.5, F32),
            np.asarray(rng.random(w_shape[:1] if channel else ()) + 0.5, F32),
            sample_scales(rng, batch, special),
        ]

    def operands(self, arguments):
        """(x, w, g, the second g) of the model."""
        x, w, g, g2, sx, sw, sg = arguments
        cotangent = sg if self.scales.cotangent else None
        return (
            activations(x, self.bits.a, sx if self.scales.input else 1),
            weights(w, self.bits.w, sw if self.scales.filter else 1, self.bits.kind),
            gradients(g, self.bits.g, cotangent),
            gradients(g2, self.other, cotangent),
        )

    def expected(self, arguments):
        x, w, g, g2 = self.operands(arguments)
        pairs = {"forward": (x, w), "grad_input": (g, w), "grad_filter": (g2, x)}
        out = []
        for name in self.only:
            left, right = pairs[name]
            with np.errstate(invalid="ignore", over="ignore"):
                value = getattr(self.layer, name)(left, right)
            exact = not isinstance(left, np.ndarray) and not isinstance(
                right, np.ndarray
            )
            out.append(Expected(value, 0.0 if exact else FLOAT))
        return out

    def call(self, label, arguments):
        self.function.call(label, arguments, self.expected(arguments))
        return self
