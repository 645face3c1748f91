#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the paper's networks (docs/numerics.md, "Reference networks").

    models/generate.py [--out=DIR]

svhn-a.mlir to svhn-d.mlir differ in their widths alone, and alexnet.mlir
repeats the same few layers, so they are written by this script; a test checks
that the files in this folder are what it writes.
"""

import argparse
from pathlib import Path


def tensor(*shape, element="f32"):
    return f"tensor<{'x'.join(str(d) for d in shape)}x{element}>"


UNIPOLAR = "!dorefa.code<?, unipolar>"
BIPOLAR = "!dorefa.code<?, bipolar>"


def array(*values):
    return f"array<i64: {', '.join(str(v) for v in values)}>"


class Network:
    """A forward function under construction, layer after layer.

    `value` is the SSA name of the last layer's result, `shape` its shape
    without the batch, `element` its element type.
    """

    def __init__(self, comment, height, width, channels):
        self.comment = comment
        self.value, self.shape, self.element = "%x", (height, width, channels), "f32"
        self.arguments = [f"%x: {self.type()} {{dorefa.input}}"]
        self.results = []  # (value, type, attribute)
        self.body = []
        self.input_scale = None

    def type(self, element=None):
        return tensor("?", *self.shape, element=element or self.element)

    def emit(self, text):
        self.body.append(text)

    def parameter(self, name, shape, init):
        value = "%" + name.replace(".", "_")
        self.arguments.append(
            f'{value}: {tensor(*shape)} '
            f'{{dorefa.parameter = "{name}", dorefa.init = "{init}"}}')
        return value

    def state(self, name, shape, init):
        value = "%" + name.replace(".", "_")
        self.arguments.append(
            f'{value}: {tensor(*shape)} {{dorefa.state = "{name}", dorefa.init = "{init}"}}')
        return value

    def fill(self, name):
        self.emit(f"  %{name}_empty = tensor.empty(%batch) : {self.type()}")
        self.emit(f"  %{name}_fill = linalg.fill ins(%zero : f32) "
                  f"outs(%{name}_empty : {self.type()}) -> {self.type()}")

    def bias(self, name):
        """Adds a parameter along the last axis."""
        axes = ["b", "h", "w", "c"][: len(self.shape)] + ["f"]
        all_axes, last = ", ".join(axes), axes[-1]
        parameter = self.parameter(f"{name}.bias", self.shape[-1:], "zeros")
        self.emit(f"""\
  %{name}_biased = linalg.generic {{
      indexing_maps = [affine_map<({all_axes}) -> ({all_axes})>, affine_map<({all_axes}) -> ({last})>,
                       affine_map<({all_axes}) -> ({all_axes})>],
      iterator_types = [{', '.join(['"parallel"'] * len(axes))}]}}
      ins({self.value}, {parameter} : {self.type()}, {tensor(self.shape[-1])})
      outs(%{name}_empty : {self.type()}) {{
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  }} -> {self.type()}""")
        self.value = f"%{name}_biased"

    def float_conv(self, name, filters, kernel, stride=1):
        """A valid convolution of floats with a bias: an upstream op."""
        height, width, channels = self.shape
        weight_shape = (filters, kernel, kernel, channels)
        weight = self.parameter(f"{name}.weight", weight_shape, "he_normal")
        source, source_type = self.value, self.type()
        self.shape = ((height - kernel) // stride + 1, (width - kernel) // stride + 1, filters)
        self.emit(f"\n  // {name}: {filters} filters of {kernel}x{kernel}, "
                  f"stride {stride}, float.")
        self.fill(name)
        self.emit(f"""\
  %{name} = linalg.conv_2d_nhwc_fhwc {{strides = dense<{stride}> : tensor<2xi64>}}
      ins({source}, {weight} : {source_type}, {tensor(*weight_shape)})
      outs(%{name}_fill : {self.type()}) -> {self.type()}""")
        self.value = f"%{name}"
        self.bias(name)

    def scales(self, name):
        input_scale = f"input_scale({self.input_scale} : tensor<f32>) " if self.input_scale else ""
        self.input_scale = None
        return f"{input_scale}filter_scale(%{name}_scale : tensor<f32>)"

    def quantized_weight(self, name, shape):
        weight = self.parameter(f"{name}.weight", shape, "he_normal")
        self.emit(f"""\
  %{name}_codes, %{name}_scale = dorefa.quantize_weight {weight}
      : {tensor(*shape)} -> {tensor(*shape, element=BIPOLAR)}, tensor<f32>""")

    def product(self, name, norm, op, weight_shape, attributes, result_shape):
        """A product of codes, the quantizer of its gradient, and batch norm."""
        self.quantized_weight(name, weight_shape)
        source_type = self.type()
        self.shape, self.element = result_shape, "f32"
        attributes = f" {{{', '.join(attributes)}}}" if attributes else ""
        self.emit(f"""\
  %{name} = {op} {self.value}, %{name}_codes {self.scales(name)}{attributes}
      : {source_type}, {tensor(*weight_shape, element=BIPOLAR)}
      -> {self.type()}
  %{name}_marked = dorefa.quantize_gradient %{name} : {self.type()}""")
        self.value = f"%{name}_marked"
        self.batch_norm(norm)

    def conv(self, name, norm, filters, kernel, pad, groups=1):
        height, width, channels = self.shape
        attributes = []
        if pad:
            attributes.append(f"pads = {array(pad, pad, pad, pad)}")
        if groups != 1:
            attributes.append(f"groups = {groups} : i64")
        in_groups = f" in {groups} groups" if groups != 1 else ""
        self.emit(f"\n  // {name}: {filters} filters of {kernel}x{kernel}{in_groups}, "
                  f"{'same size' if pad else 'valid'}.")
        self.product(name, norm, "dorefa.conv2d",
                     (filters, kernel, kernel, channels // groups), attributes,
                     (height + 2 * pad - kernel + 1, width + 2 * pad - kernel + 1, filters))

    def linear(self, name, norm, outputs):
        self.emit(f"\n  // {name}: {outputs} outputs.")
        self.product(name, norm, "dorefa.linear", (outputs, *self.shape), [], (outputs,))

    def batch_norm(self, name):
        channels = self.shape[-1:]
        gamma = self.parameter(f"{name}.gamma", channels, "ones")
        beta = self.parameter(f"{name}.beta", channels, "zeros")
        mean = self.state(f"{name}.running_mean", channels, "zeros")
        var = self.state(f"{name}.running_var", channels, "ones")
        self.emit(f"""\
  %{name}, %{name}_new_mean, %{name}_new_var = dorefa.batch_norm {self.value}, {gamma}, {beta}, {mean}, {var}
      : {self.type()}, {tensor(*channels)}""")
        self.value = f"%{name}"
        for statistic in ("mean", "var"):
            self.results.append((f"%{name}_new_{statistic}", tensor(*channels),
                                 f'dorefa.state = "{name}.running_{statistic}"'))

    def max_pool(self, name, kernel, stride, pads=None):
        """`pads` is (before, after), for both axes."""
        height, width, channels = self.shape
        before, after = pads or (0, 0)
        size = lambda n: (n + before + after - kernel) // stride + 1
        source_type = self.type()
        self.shape = (size(height), size(width), channels)
        attributes = [f"kernel = {array(kernel, kernel)}", f"strides = {array(stride, stride)}"]
        if pads:
            attributes.append(f"pads = {array(before, before, after, after)}")
        self.emit(f"""\
  %{name}, %{name}_winner = dorefa.max_pool {self.value} {{{', '.join(attributes)}}}
      : {source_type} -> {self.type()}, {self.type("i8")}""")
        self.value = f"%{name}"

    def activation(self, name):
        source_type = self.type()
        self.element = UNIPOLAR
        self.emit(f"""\
  %{name} = dorefa.quantize_activation {self.value}
      : {source_type} -> {self.type()}""")
        self.value = f"%{name}"

    def bounded(self, name):
        """What feeds the last, float layer: bounded, not quantized."""
        self.emit(f"  %{name} = dorefa.quantize_activation {self.value} open : "
                  f"{self.type()} -> {self.type()}")
        self.value = f"%{name}"

    def dropout(self, name, rate):
        self.emit(f"\n  // Codes stay codes: the scale goes to the product behind.\n"
                  f"  %{name}, %{name}_scale = dorefa.dropout {self.value} rate({rate}) : {self.type()}")
        self.value, self.input_scale = f"%{name}", f"%{name}_scale"

    def flatten(self, name):
        height, width, channels = self.shape
        source_type = self.type()
        self.shape = (height * width * channels,)
        self.emit(f"  %{name} = tensor.collapse_shape {self.value} [[0], [1, 2, 3]] : "
                  f"{source_type} into {self.type()}")
        self.value = f"%{name}"

    def float_linear(self, name, outputs):
        """The last layer: an upstream product with a bias."""
        inputs, = self.shape
        weight = self.parameter(f"{name}.weight", (outputs, inputs), "he_normal")
        source, source_type = self.value, self.type()
        self.shape = (outputs,)
        self.emit(f"\n  // {name}: {outputs} classes, float.")
        self.fill(name)
        self.emit(f"""\
  %{name} = linalg.matmul
      indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>,
                       affine_map<(b, o, k) -> (b, o)>]
      ins({source}, {weight} : {source_type}, {tensor(outputs, inputs)})
      outs(%{name}_fill : {self.type()}) -> {self.type()}""")
        self.value = f"%{name}"
        self.bias(name)

    def text(self):
        results = [(self.value, self.type(), "dorefa.output")] + self.results
        lines = [f"// {line}".rstrip() for line in self.comment.strip().splitlines()]
        lines += ["// Written by models/generate.py.", ""]
        lines.append("func.func @forward(")
        lines.append(",\n".join("    " + a for a in self.arguments))
        lines.append("  ) -> (")
        lines.append(",\n".join(f"    {t} {{{a}}}" for _, t, a in results))
        lines.append("  ) {")
        lines.append("  %c0 = arith.constant 0 : index")
        lines.append("  %zero = arith.constant 0.0 : f32")
        lines.append(f"  %batch = tensor.dim %x, %c0 : {self.arguments[0].split(' ')[1]}")
        lines += self.body
        lines.append("")
        lines.append(f"  return {', '.join(v for v, _, _ in results)}")
        lines.append(f"      : {', '.join(t for _, t, _ in results)}")
        lines.append("}")
        return "\n".join(lines) + "\n"


def svhn(letter, fewer, divisor):
    """The paper's SVHN network with every width divided by `divisor`."""
    net = Network(f"""\
The paper's SVHN network, model {letter}{fewer}. Input: pixels / 255,
40x40x3. The bits are left open; --bits=W,A,G fills them in.""", 40, 40, 3)
    width = lambda channels: channels // divisor
    net.float_conv("conv0", width(48), 5)
    net.max_pool("pool0", 2, 2)
    net.activation("act0")
    net.conv("conv1", "bn1", width(64), 3, pad=1)
    net.activation("act1")
    net.conv("conv2", "bn2", width(64), 3, pad=1)
    net.max_pool("pool2", 2, 2)
    net.activation("act2")
    net.conv("conv3", "bn3", width(128), 3, pad=0)
    net.activation("act3")
    net.conv("conv4", "bn4", width(128), 3, pad=1)
    net.activation("act4")
    net.conv("conv5", "bn5", width(128), 3, pad=0)
    net.activation("act5")
    net.dropout("drop5", 0.5)
    net.conv("conv6", "bn6", width(512), 5, pad=0)
    net.bounded("act6")
    net.flatten("flat")
    net.float_linear("fc", 10)
    return net.text()


def alexnet():
    """The paper's ImageNet network; pools pad as TensorFlow's SAME does."""
    net = Network("""\
The paper's ImageNet network, AlexNet shaped. Input: pixels / 255, 224x224x3.
The bits are left open; --bits=W,A,G fills them in.""", 224, 224, 3)
    net.float_conv("conv0", 96, 12, stride=4)
    net.activation("act0")
    net.conv("conv1", "bn1", 256, 5, pad=2, groups=2)
    net.max_pool("pool1", 3, 2, pads=(0, 1))
    net.activation("act1")
    net.conv("conv2", "bn2", 384, 3, pad=1)
    net.max_pool("pool2", 3, 2, pads=(1, 1))
    net.activation("act2")
    net.conv("conv3", "bn3", 384, 3, pad=1, groups=2)
    net.activation("act3")
    net.conv("conv4", "bn4", 256, 3, pad=1, groups=2)
    net.max_pool("pool4", 3, 2)
    net.activation("act4")
    net.flatten("flat")
    net.linear("fc0", "bnfc0", 4096)
    net.activation("act5")
    net.linear("fc1", "bnfc1", 4096)
    net.bounded("act6")
    net.float_linear("fct", 1000)
    return net.text()


def networks():
    """File name -> text."""
    fewer = {"a": ("", 1), "b": (" (50 % fewer channels)", 2),
             "c": (" (75 % fewer channels)", 4), "d": (" (87.5 % fewer channels)", 8)}
    files = {f"svhn-{letter}.mlir": svhn(letter.upper(), words, divisor)
             for letter, (words, divisor) in fewer.items()}
    files["alexnet.mlir"] = alexnet()
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, text in networks().items():
        (out / name).write_text(text)


if __name__ == "__main__":
    main()
