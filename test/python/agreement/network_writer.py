# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a network of the NumPy model as a forward function with its loss.

Float convolutions and the last linear layer are upstream ops, as in models/;
parameters and states are marked as differentiation and training want them.
"""

from harness import Function, attributes, codes, tensor

AFFINE = "affine_map<({}) -> ({})>"
INIT = 'dorefa.init = "zeros"'


class NetworkWriter:
    """The function of one network: its text, and the names of its parameters
    and states in the order of arguments and results."""

    def __init__(self, name, network):
        self.network = network
        self.f = Function(name)
        self.shape = network.input_shape
        self.marks, self.values, self.new_states = [], {}, []
        self.x = self.mark("dorefa.input", ("?", *self.shape))
        params, states = network.initialize()
        for key, array in params.items():
            self.values[key] = self.mark(f'dorefa.parameter = "{key}", {INIT}', array.shape)
        for key, array in states.items():
            self.values[key] = self.mark(f'dorefa.state = "{key}", {INIT}', array.shape)
        self.labels = self.mark("dorefa.labels", ("?",), "i32")
        self.parameters, self.states = list(params), list(states)
        self.scale = None  # of a dropout that no product has taken yet
        for i, layer in enumerate(network.layers):
            self.op_id = network.op_ids.get(i)
            getattr(self, f"add_{type(layer).__name__}")(layer)
            self.shape = network.shapes[i + 1]
        self.loss = self.op(
            f"dorefa.softmax_cross_entropy {self.x}, {self.labels} "
            f": {self.x.type}, {self.labels.type}",
            tensor(()),
        )

    def mark(self, mark, shape, element="f32"):
        self.marks.append(mark)
        return self.f.argument(tensor(shape, element))

    def op(self, text, *types):
        return self.f.op(text, *types)

    @property
    def text(self):
        head = ", ".join(
            f"{a.typed} {{{mark}}}" for a, mark in zip(self.f.arguments, self.marks)
        )
        results = [(self.loss, "dorefa.loss")]
        results += [(v, f'dorefa.state = "{key}"') for key, v in self.new_states]
        types = ", ".join(f"{v.type} {{{mark}}}" for v, mark in results)
        body = "".join(f"  {line}\n" for line in self.f.lines)
        return (
            f"func.func @{self.f.name}({head}) -> ({types}) "
            f"attributes {{dorefa.differentiate}} {{\n{body}"
            f"  return {', '.join(str(v) for v, _ in results)} "
            f": {', '.join(v.type for v, _ in results)}\n}}\n"
        )

    # Layers

    def zeros(self, shape):
        zero = self.op("arith.constant 0.0 : f32", "f32")
        index = self.op("arith.constant 0 : index", "index")
        size = self.op(f"tensor.dim {self.x}, {index} : {self.x.type}", "index")
        kind = tensor(shape)
        empty = self.op(f"tensor.empty({size}) : {kind}", kind)
        return self.op(
            f"linalg.fill ins({zero} : f32) outs({empty} : {kind}) -> {kind}", kind
        )

    def add_Conv(self, layer):
        w = self.values[f"{layer.name}.weight"]
        out = ("?", *layer.output_shape(self.shape))
        if layer.quantizer.bits == 32 and layer.window.groups == 1:
            self.float_conv(layer, w, out)
        else:
            self.product("conv2d", layer, w, out)
        self.add_bias(layer, out)

    def add_Linear(self, layer):
        w = self.values[f"{layer.name}.weight"]
        out = ("?", layer.filters)
        if layer.quantizer.bits == 32 and self.scale is None:
            maps = [AFFINE.format("b, o, k", m) for m in ("b, k", "o, k", "b, o")]
            init = self.zeros(out)
            self.x = self.op(
                f"linalg.matmul indexing_maps = [{', '.join(maps)}] "
                f"ins({self.x}, {w} : {self.x.type}, {w.type}) "
                f"outs({init} : {init.type}) -> {init.type}",
                init.type,
            )
        else:
            self.product("linear", layer, w, out)
        self.add_bias(layer, out)

    def product(self, name, layer, w, out):
        scales = ""
        if self.scale:
            scales, self.scale = f"input_scale({self.scale.typed})", None
        if layer.quantizer.bits != 32:
            shape = layer.weight_shape(self.shape)
            kind = "bipolar" if layer.quantizer.scheme == "dorefa" else "pow2"
            to = codes(shape, layer.quantizer.bits, kind)
            detach = "detach_scale" if layer.quantizer.detach_scale else ""
            w, s = self.op(
                f"dorefa.quantize_weight {w} {detach} : {w.type} -> {to}, tensor<f32>",
                to,
                tensor(()),
            )
            scales += f" filter_scale({s.typed})"
        window = ""
        if name == "conv2d":
            m = layer.window
            window = attributes(
                strides=m.strides, pads=m.pads, dilations=m.dilations, groups=m.groups
            )
        self.x = self.op(
            f"dorefa.{name} {self.x}, {w} {scales} {window} "
            f": {self.x.type}, {w.type} -> {tensor(out)}",
            tensor(out),
        )

    def float_conv(self, layer, w, out):
        top, left, bottom, right = layer.window.pads
        h, wd, c = self.shape
        if any(layer.window.pads):
            zero = self.op("arith.constant 0.0 : f32", "f32")
            padded = tensor(("?", h + top + bottom, wd + left + right, c))
            self.x = self.op(
                f"tensor.pad {self.x} low[0, {top}, {left}, 0] "
                f"high[0, {bottom}, {right}, 0] {{\n"
                "  ^bb0(%n: index, %h: index, %w: index, %c: index):\n"
                f"    tensor.yield {zero} : f32\n  }} : {self.x.type} to {padded}",
                padded,
            )
        init = self.zeros(out)
        step, far = layer.window.strides, layer.window.dilations
        self.x = self.op(
            "linalg.conv_2d_nhwc_fhwc "
            f"{{strides = dense<{list(step)}> : tensor<2xi64>, "
            f"dilations = dense<{list(far)}> : tensor<2xi64>}} "
            f"ins({self.x}, {w} : {self.x.type}, {w.type}) "
            f"outs({init} : {init.type}) -> {init.type}",
            init.type,
        )

    def add_bias(self, layer, out):
        if not layer.bias:
            return
        b = self.values[f"{layer.name}.bias"]
        dims = ", ".join(f"d{i}" for i in range(len(out)))
        last = dims.rsplit(", ", maxsplit=1)[-1]
        maps = [AFFINE.format(dims, m) for m in (dims, last, dims)]
        kinds = ", ".join(['"parallel"'] * len(out))
        init = self.zeros(out)
        self.x = self.op(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], "
            f"iterator_types = [{kinds}]}} ins({self.x}, {b} : {self.x.type}, {b.type}) "
            f"outs({init} : {init.type}) {{\n"
            "  ^bb0(%p: f32, %bias: f32, %out: f32):\n"
            "    %sum = arith.addf %p, %bias : f32\n"
            f"    linalg.yield %sum : f32\n  }} -> {init.type}",
            init.type,
        )

    def add_QuantizeGradient(self, layer):
        self.x = self.op(
            f"dorefa.quantize_gradient {self.x} bits({layer.bits}) id({self.op_id}) "
            f"{'' if layer.noise else 'deterministic'} : {self.x.type}",
            self.x.type,
        )

    def add_BatchNorm(self, layer):
        names = ("gamma", "beta", "running_mean", "running_var")
        own = [self.values[f"{layer.name}.{name}"] for name in names]
        vector = own[0].type
        self.x, mean, var = self.op(
            f"dorefa.batch_norm {self.x}, {', '.join(map(str, own))} "
            f"{{epsilon = {layer.eps} : f32, momentum = {1 - layer.momentum:.6f} : f32}} "
            f": {self.x.type}, {vector}",
            self.x.type,
            vector,
            vector,
        )
        self.new_states.append((f"{layer.name}.running_mean", mean))
        self.new_states.append((f"{layer.name}.running_var", var))

    def add_MaxPool(self, layer):
        p = layer.pool
        out = ("?", *layer.output_shape(self.shape))
        window = attributes(kernel=p.size, strides=p.strides, pads=p.pads)
        self.x, _ = self.op(
            f"dorefa.max_pool {self.x} {window} : {self.x.type} "
            f"-> {tensor(out)}, {tensor(out, 'i8')}",
            tensor(out),
            tensor(out, "i8"),
        )

    def quantize(self, h, to):
        self.x = self.op(
            f"dorefa.quantize_activation {self.x} bound<{h}> : {self.x.type} -> {to}", to
        )

    def add_Bound(self, layer):
        self.quantize(layer.h, self.x.type)

    def add_QuantizeActivation(self, layer):
        if layer.bits == 32:
            self.quantize("relu", self.x.type)
        else:
            self.quantize(layer.h, codes(("?", *self.shape), layer.bits))

    def add_Dropout(self, layer):
        self.x, self.scale = self.op(
            f"dorefa.dropout {self.x} rate({layer.rate}) id({self.op_id}) : {self.x.type}",
            self.x.type,
            tensor(()),
        )

    def add_Flatten(self, layer):
        element = self.x.type.rsplit("x", maxsplit=1)[-1][:-1]
        if "!dorefa" in self.x.type:
            element = "!dorefa" + self.x.type.split("!dorefa")[1][:-1]
        to = tensor(("?", *layer.output_shape(self.shape)), element)
        axes = ", ".join(str(i) for i in range(1, len(self.shape) + 1))
        self.x = self.op(
            f"tensor.collapse_shape {self.x} [[0], [{axes}]] : {self.x.type} into {to}", to
        )
