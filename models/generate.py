#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the paper's networks (docs/numerics.md, "Reference networks") and the
detector.

    models/generate.py [--out=DIR]

svhn-a.mlir to svhn-d.mlir differ in their widths alone, and alexnet.mlir,
resnet18.mlir and scenes-detector.mlir repeat the same few layers, so they are
written by this script; a test checks that the files in this folder are what it
writes.
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

    gamma = "ones"  # the initializer of batch norm's

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

    def pad(self, name, pad):
        height, width, channels = self.shape
        source, source_type = self.value, self.type()
        self.shape = (height + 2 * pad, width + 2 * pad, channels)
        self.emit(f"""\
  %{name} = tensor.pad {source} low[0, {pad}, {pad}, 0] high[0, {pad}, {pad}, 0] {{
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %zero : f32
  }} : {source_type} to {self.type()}""")
        self.value = f"%{name}"

    def float_conv(self, name, filters, kernel, stride=1, bias=True):
        """A valid convolution of floats: an upstream op."""
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
        if bias:
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

    def conv(self, name, norm, filters, kernel, pad, groups=1, stride=1):
        height, width, channels = self.shape
        attributes = []
        if stride != 1:
            attributes.append(f"strides = {array(stride, stride)}")
        if pad:
            attributes.append(f"pads = {array(pad, pad, pad, pad)}")
        if groups != 1:
            attributes.append(f"groups = {groups} : i64")
        in_groups = f" in {groups} groups" if groups != 1 else ""
        size = ("valid" if not pad else "same size") if stride == 1 else f"stride {stride}"
        self.emit(f"\n  // {name}: {filters} filters of {kernel}x{kernel}{in_groups}, {size}.")
        output = lambda n: (n + 2 * pad - kernel) // stride + 1
        self.product(name, norm, "dorefa.conv2d",
                     (filters, kernel, kernel, channels // groups), attributes,
                     (output(height), output(width), filters))

    def linear(self, name, norm, outputs):
        self.emit(f"\n  // {name}: {outputs} outputs.")
        self.product(name, norm, "dorefa.linear", (outputs, *self.shape), [], (outputs,))

    def batch_norm(self, name):
        channels = self.shape[-1:]
        gamma = self.parameter(f"{name}.gamma", channels, self.gamma)
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

    def residual_block(self, name, filters, stride):
        """Two 3x3 convolutions of codes beside a shortcut. The sum stays float,
        so that the shortcut goes around the quantizer."""
        trunk, trunk_shape = self.value, self.shape
        self.activation(f"{name}_act1")
        codes, element = self.value, self.element
        self.conv(f"{name}_conv1", f"{name}_bn1", filters, 3, pad=1, stride=stride)
        self.activation(f"{name}_act2")
        self.conv(f"{name}_conv2", f"{name}_bn2", filters, 3, pad=1)
        branch, branch_shape = self.value, self.shape
        if trunk_shape != branch_shape:
            self.value, self.shape, self.element = codes, trunk_shape, element
            self.conv(f"{name}_shortcut", f"{name}_bn3", filters, 1, pad=0, stride=stride)
            trunk = self.value
        self.emit(f"  %{name}_sum = arith.addf {branch}, {trunk} : {self.type()}")
        self.value = f"%{name}_sum"

    def average(self, name):
        """Of all positions: their sum, an upstream op, times a constant."""
        height, width, channels = self.shape
        source, source_type = self.value, self.type()
        self.shape = (1, 1, channels)
        self.emit(f"\n  // The average of {height}x{width} positions.")
        self.fill(f"{name}_sum")
        self.emit(f"""\
  %{name}_window = tensor.empty() : {tensor(height, width)}
  %{name}_sum = linalg.pooling_nhwc_sum
      ins({source}, %{name}_window : {source_type}, {tensor(height, width)})
      outs(%{name}_sum_fill : {self.type()}) -> {self.type()}
  %{name}_part = arith.constant {1 / (height * width)} : f32
  %{name} = linalg.generic {{
      indexing_maps = [affine_map<(b, h, w, c) -> (b, h, w, c)>, affine_map<(b, h, w, c) -> (b, h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}}
      ins(%{name}_sum : {self.type()}) outs(%{name}_sum_empty : {self.type()}) {{
  ^bb0(%value: f32, %out: f32):
    %scaled = arith.mulf %value, %{name}_part : f32
    linalg.yield %scaled : f32
  }} -> {self.type()}""")
        self.value = f"%{name}"

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

    def outputs(self):
        """(value, type, attribute) of what the network is for."""
        return [(self.value, self.type(), "dorefa.output")]

    def text(self):
        results = self.outputs() + self.results
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


class Detector(Network):
    """A network with heads on several of its layers: for each cell of a feature
    map, and each of the sizes of boxes around it, offsets and class logits."""

    # What is quantized is bounded by 1: batch norm begins where little lies beyond.
    gamma = "constant(0.4)"

    def __init__(self, comment, height, width, channels, objects, classes):
        super().__init__(comment, height, width, channels)
        self.objects, self.columns = objects, classes + 1
        self.arguments += [f"%boxes: {tensor('?', objects, 4)} {{dorefa.boxes}}",
                           f"%labels: {tensor('?', objects, element='i32')} {{dorefa.labels}}"]
        self.grids, self.sizes = [], []
        self.heads = {"offsets": [], "logits": []}  # (value, anchors)

    def head(self, name, sizes, image):
        """Outputs at the last layer, and at its end the activation goes on.
        `sizes` are (width, height) in pixels of an image of side `image`."""
        value, shape, element = self.value, self.shape, self.element
        self.bounded(f"{name}_features")
        features = self.value
        self.grids += shape[:2]
        self.sizes += [side / image for size in sizes for side in size]
        anchors = shape[0] * shape[1] * len(sizes)
        for kind, columns in ("offsets", 4), ("logits", self.columns):
            self.value, self.shape = features, shape
            part = f"{name}_{kind}"
            self.float_conv(part, len(sizes) * columns, 1)
            flat = tensor("?", anchors * columns)
            rows = tensor("?", anchors, columns)
            self.emit(f"""\
  %{part}_flat = tensor.collapse_shape {self.value} [[0], [1, 2, 3]] : {self.type()} into {flat}
  %{part}_rows = tensor.expand_shape %{part}_flat [[0], [1, 2]] output_shape [%batch, {anchors}, {columns}]
      : {flat} into {rows}""")
            self.heads[kind].append((f"%{part}_rows", rows))
        self.value, self.shape, self.element = value, shape, element

    def loss(self):
        """Concatenates the heads, and compares them with the objects."""
        count = sum(self.grids[i] * self.grids[i + 1] for i in range(0, len(self.grids), 2))
        count *= len(self.sizes) // len(self.grids)
        sizes = ", ".join(f"{side:g}" for side in self.sizes)
        offsets, logits = tensor("?", count, 4), tensor("?", count, self.columns)
        anchors, match = tensor(count, 4), tensor("?", count, element="i32")
        boxes, labels = tensor("?", self.objects, 4), tensor("?", self.objects, element="i32")
        self.emit("\n  // All cells of all grids, their boxes, and the loss.")
        for kind, kind_type in ("offsets", offsets), ("logits", logits):
            values, types = zip(*self.heads[kind])
            self.emit(f"""\
  %{kind} = tensor.concat dim(1) {', '.join(values)}
      : ({', '.join(types)}) -> {kind_type}""")
        self.emit(f"""\
  %anchors = dorefa.anchor_boxes {{
      grids = {array(*self.grids)},
      sizes = array<f32: {sizes}>}} : {anchors}
  %match = dorefa.match_anchors %anchors, %boxes, %labels : {anchors}, {boxes}, {labels}
  %loss = dorefa.multibox_loss %offsets, %logits, %match, %anchors, %boxes, %labels
      : {offsets}, {logits}, {match}, {anchors},
        {boxes}, {labels}""")
        self.found = [("%logits", logits, "dorefa.output"), ("%offsets", offsets, "dorefa.offsets"),
                      ("%anchors", anchors, "dorefa.anchors"), ("%loss", "tensor<f32>", "dorefa.loss")]

    def outputs(self):
        return self.found


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


def scenes_detector():
    """A small single-shot detector; its first convolution and its heads are
    float."""
    image = 80
    net = Detector("""\
A single-shot detector (SSD, arXiv 1512.02325) for 80x80 grey images of up to 8
objects of 10 classes: seven convolutions, of which the first is float, and
float heads on the grids of 10x10 and 5x5 cells, with boxes of four sizes each.
The bits are left open; --bits=W,A,G fills them in. Input: pixels / 255.""",
                   image, image, 1, objects=8, classes=10)
    net.pad("pad0", 2)
    net.float_conv("conv0", 16, 5, stride=2, bias=False)
    net.batch_norm("bn0")
    net.activation("act0")
    net.conv("conv1", "bn1", 32, 3, pad=1, stride=2)
    net.activation("act1")
    net.conv("conv2", "bn2", 32, 3, pad=1)
    net.activation("act2")
    net.conv("conv3", "bn3", 64, 3, pad=1, stride=2)
    net.activation("act3")
    net.conv("conv4", "bn4", 64, 3, pad=1)
    net.head("small", [(14, 14), (20, 22), (9, 20), (20, 10)], image)
    net.activation("act4")
    net.conv("conv5", "bn5", 128, 3, pad=1, stride=2)
    net.activation("act5")
    net.conv("conv6", "bn6", 128, 3, pad=1)
    net.head("large", [(28, 30), (37, 38), (16, 34), (36, 18)], image)
    net.loss()
    return net.text()


def resnet18():
    """ResNet-18 for small images: the first convolution is 3x3, and no pool stands
    behind it."""
    net = Network("""\
ResNet-18 for 32x32 images: 8 blocks of two 3x3 convolutions, in the
layout of the paper's networks. Input: pixels / 255, 32x32x3. The bits are left
open; --bits=W,A,G fills them in.""", 32, 32, 3)
    net.pad("pad0", 1)
    net.float_conv("conv0", 64, 3, bias=False)
    net.batch_norm("bn0")
    for block in range(8):
        stage, later = divmod(block, 2)
        net.residual_block(f"block{block + 1}", 64 << stage,
                           stride=2 if stage and not later else 1)
    net.bounded("act")
    net.average("mean")
    net.flatten("flat")
    net.float_linear("fc", 10)
    return net.text()


def networks():
    """File name -> text."""
    fewer = {"a": ("", 1), "b": (" (50 % fewer channels)", 2),
             "c": (" (75 % fewer channels)", 4), "d": (" (87.5 % fewer channels)", 8)}
    files = {f"svhn-{letter}.mlir": svhn(letter.upper(), words, divisor)
             for letter, (words, divisor) in fewer.items()}
    files["alexnet.mlir"] = alexnet()
    files["resnet18.mlir"] = resnet18()
    files["scenes-detector.mlir"] = scenes_detector()
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
