# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A quantized layer as training runs it: floats in, floats out, quantizers
and all three products in one function, where passes may fuse one into another.

Also: the same on any number of threads, on narrower vectors, by each strategy,
and with canonicalization between the steps of the lowering.
"""

from dataclasses import replace

import numpy as np
import processors
import pytest
from dorefa.model import layers
from dorefa.model import quantizers as q
from dorefa.model.conv import Window
from dorefa.model.quantizers import ActivationCodes
from harness import BOTH, HOST, REFERENCE, Function, Options, Program
from harness import about, attributes, codes, tensor
from products import Bits, Layer, weights

F32 = np.float32
AT = (2**33 + 5, 3)  # seed, step


def chain(name, layer, bits, bound="clip", pool=None, rate=0.0):
    """x -> h, quantizer (-> pool) (-> dropout) -> product -> batch norm, and the
    gradients of the product's operands and of x from a gradient of its output."""
    f = Function(name)
    in_shape, w_shape, out_shape = layer.shapes("?")
    x, w, dz = (f.argument(tensor(s)) for s in (in_shape, w_shape, out_shape))
    gamma, beta = (f.argument(tensor((layer.filters,))) for _ in "12")
    seed, step = f.argument("i64"), f.argument("i64")
    noise = f"noise({seed}, {step})"

    a = f.op(
        f"dorefa.quantize_activation {x} bound<{bound}> : {x.type} -> "
        f"{codes(in_shape, bits.a)}",
        codes(in_shape, bits.a),
    )
    sx = None
    if rate:
        a, sx = f.op(f"dorefa.dropout {a} rate({rate}) {noise} id(1) : {a.type}", a.type, tensor(()))
    wq, sw = f.op(
        f"dorefa.quantize_weight {w} : {w.type} -> {codes(w_shape, bits.w, 'bipolar')}, "
        "tensor<f32>",
        codes(w_shape, bits.w, "bipolar"),
        tensor(()),
    )
    input_scale = f"input_scale({sx.typed})" if sx else ""
    op, window = layer.prefix, layer.attributes
    z = f.op(
        f"dorefa.{op} {a}, {wq} {input_scale} filter_scale({sw.typed}) {window} "
        f": {a.type}, {wq.type} -> {dz.type}",
        dz.type,
    )
    m, v = f.op(
        f"dorefa.batch_stats {z} : {z.type} -> {gamma.type}", gamma.type, gamma.type
    )
    y, _, _ = f.op(
        f"dorefa.batch_norm {z}, {gamma}, {beta}, {m}, {v} : {z.type}, {gamma.type}",
        z.type,
        gamma.type,
        gamma.type,
    )
    g, sg = f.op(
        f"dorefa.encode_gradient {dz} {noise} id(2) : {dz.type} -> "
        f"{codes(out_shape, bits.g, 'bipolar')}, {tensor(('?',))}",
        codes(out_shape, bits.g, "bipolar"),
        tensor(("?",)),
    )
    da = f.op(
        f"dorefa.{op}_grad_input {g}, {wq} cotangent_scale({sg.typed}) "
        f"filter_scale({sw.typed}) {window} : {g.type}, {wq.type} -> {x.type}",
        x.type,
    )
    dwq = f.op(
        f"dorefa.{op}_grad_filter {g}, {a} cotangent_scale({sg.typed}) {input_scale} "
        f"{window} : {g.type}, {a.type} -> {w.type}",
        w.type,
    )
    if bound == "clip":
        mask = f.op(
            f"dorefa.clip_mask {x} : {x.type} -> {codes(in_shape, 1)}", codes(in_shape, 1)
        )
        dx = f.op(f"dorefa.mask {da}, {mask} : {da.type}, {mask.type}", x.type)
    else:
        dx = f.op(
            f"dorefa.quantize_activation_grad {da}, {x} bound<{bound}> : {x.type}", x.type
        )
    for label, value in ("z", z), ("y", y), ("dx", dx), ("dw", dwq), ("scale", sg):
        f.returns(label, value)

    def call(n, special=False):
        rng = np.random.default_rng(n)
        shapes = layer.shapes(n)
        xs = rng.normal(0.4, 0.6, shapes[0]).astype(F32)
        ws, dzs = (rng.normal(size=s).astype(F32) for s in shapes[1:])
        if special:
            dzs[0], dzs[1].flat[3] = 0, np.nan
        ga, be = rng.normal(size=(2, layer.filters)).astype(F32)
        made = q.quantize_activation(xs, bits.a, bound)
        if rate:
            keep = layers.dropout_mask(*AT, 1, xs.shape, rate)
            made = ActivationCodes(made.codes * keep, bits.a, layers.dropout_scale(rate))
        quantized = q.quantize_weight(ws, bits.w)
        grad = q.quantize_gradient(dzs, bits.g, *AT, 2)
        with np.errstate(invalid="ignore"):
            out = layer.forward(made, quantized)
            back = layer.grad_input(grad, quantized)
            dw = layer.grad_filter(grad, made)
            normal = layers.batch_norm(out, ga, be, *layers.batch_statistics(out))[0]
            dxs = q.bound_backward(back, xs, bound)
        f.call(
            f"batch {n}",
            [xs, ws, dzs, ga, be, *AT],
            [out, about(normal), dxs, dw, grad.scale],
        )

    call(2)
    call(5, special=True)
    # More samples than one block of the filter gradient has.
    call(37)
    return f


SMALL = Layer(33, 3, (5, 4), (3, 3), Window(pads=(1, 1, 1, 1)))
GROUPED = Layer(6, 4, (7, 6), (3, 2), Window((2, 1), (1, 0, 1, 1), groups=2))
LINEAR = Layer(65, 7)


def chains():
    return [
        chain("conv_124", SMALL, Bits(2, 1, 4)),
        chain("conv_tanh", SMALL, Bits(3, 2, 6), bound="tanh"),
        chain("groups_dropout", GROUPED, Bits(2, 1, 4), rate=0.5),
        chain("groups_abs", GROUPED, Bits(4, 4, 8), bound="abs_clip"),
        chain("linear_dropout", LINEAR, Bits(1, 1, 2), rate=0.25),
        chain("linear_8", LINEAR, Bits(8, 8, 8), bound="tanh"),
    ]


CHAINS = Program("layers", chains)
# Enough work for several threads, in every loop.
WIDE = Program(
    "wide layers",
    lambda: [
        chain("conv", Layer(64, 32, (9, 8), (3, 3), Window(pads=(1, 1, 1, 1))), Bits(2, 1, 4)),
        chain("linear", Layer(513, 70), Bits(3, 2, 6), rate=0.5),
    ],
)


@pytest.mark.parametrize("program", [CHAINS], ids=str)
def test_layers(machine, program):
    machine.check(program)


THREADS = tuple(Options("host", n) for n in (1, 2, 4))


@pytest.mark.parametrize("runs", [THREADS], ids=["1, 2 and 4"])
@pytest.mark.parametrize("program", [WIDE], ids=str)
def test_any_number_of_threads(machine, program, runs):
    """Every bit the same, of floats too; and what the model says."""
    machine.check(program, runs)
    first, *others = (machine.results(program, options) for options in runs)
    for results in others:
        for key, values in first.items():
            for a, b in zip(values, results[key]):
                assert a.tobytes() == b.tobytes(), key


STRATEGIES = ("popcount", "integer")
NARROW = [
    processors.param(target, (Options(target, None, strategy),), id=f"{target} {strategy}")
    for target in ("x86-64", "x86-64-v3", "x86-64-v4")
    for strategy in STRATEGIES
]


@pytest.mark.parametrize("program", [CHAINS], ids=str)
@pytest.mark.parametrize("runs", NARROW)
def test_vectors_of_any_width(machine, program, runs):
    """Registers of 128, 256 and 512 bits."""
    machine.check(program, runs)


@pytest.mark.parametrize("program", [CHAINS], ids=str)
@pytest.mark.parametrize("runs", [(Options("host", None, s),) for s in STRATEGIES], ids=STRATEGIES)
def test_every_strategy(machine, program, runs):
    machine.check(program, runs)


CLEAN = ("--canonicalize", "--cse")
TO_BITSERIAL = (*CLEAN, "--convert-dorefa-to-bitserial", *CLEAN)
PASSES = {
    "before": Options(passes=CLEAN),
    "after the products": Options(passes=TO_BITSERIAL),
    "after the words": Options(
        passes=(*TO_BITSERIAL, "--convert-bitserial-to-linalg", *CLEAN)
    ),
    "in the reference": Options(
        "reference", passes=(*CLEAN, "--convert-dorefa-to-linalg", *CLEAN)
    ),
}


@pytest.mark.parametrize("program", [CHAINS], ids=str)
@pytest.mark.parametrize("runs", [(o,) for o in PASSES.values()], ids=PASSES)
def test_canonicalization(machine, program, runs):
    """Folds and clean-up between the steps of the lowering change no number."""
    machine.check(program, runs)


def test_host_is_not_the_reference(machine):
    """The two compile to different code: they do not agree by being one."""
    alone = Program("layer chains, compiled twice", lambda: CHAINS.functions)
    machine.check(alone)
    objects = machine.objects(alone)
    assert len({o.read_bytes() for o in objects}) == len(objects) == 2
