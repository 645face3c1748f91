# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Inference with prepared weights and thresholds gives the codes of the unfused
form: those of the reference, which splits nothing, and of the NumPy model.

Batch norms with gammas of both signs and zero, with values that fall on the ties
of rounding, filters of zeros (scale 0) and extreme rows; each bound, pools, and
more bits than are compared with thresholds.
"""

import re
import subprocess

import numpy as np
import pytest
from compiled import tool
from dorefa.model import layers
from dorefa.model import quantizers as q
from dorefa.model.conv import Window, conv2d

F32 = np.float32
C, F, SIZE = 33, 40, 6
# name: (weight bits, input bits, result bits, bound, pool)
CASES = {
    "w1a1": (1, 1, 1, "clip", False),
    "w1a2": (1, 2, 2, "clip", False),
    "pooled": (1, 2, 2, "clip", True),
    "w2a3": (2, 3, 3, "clip", False),
    "tanh": (1, 2, 2, "tanh", False),
    "abs": (1, 2, 2, "abs_clip", True),
    "w1a4": (1, 2, 4, "clip", True),
}
BY_THRESHOLDS = {"w1a1", "w1a2", "pooled", "w2a3", "tanh"}


def function(name):
    w, a, r, bound, pool = CASES[name]
    image = f"tensor<?x{SIZE}x{SIZE}x"
    code = f"!dorefa.code<{r}, unipolar>"
    half = f"tensor<?x{SIZE // 2}x{SIZE // 2}x{F}x"
    out = f"{half if pool else f'{image}{F}x'}{code}>"
    floats = f"{half if pool else f'{image}{F}x'}f32>"
    text = f"""
func.func @{name}(%x: {image}{C}x!dorefa.code<{a}, unipolar>> {{dorefa.input}},
    %w: tensor<{F}x3x3x{C}xf32> {{dorefa.parameter = "w"}},
    %gamma: tensor<{F}xf32> {{dorefa.parameter = "gamma"}}, %beta: tensor<{F}xf32> {{dorefa.parameter = "beta"}},
    %mean: tensor<{F}xf32> {{dorefa.state = "mean"}}, %var: tensor<{F}xf32> {{dorefa.state = "var"}})
    -> ({out} {{dorefa.output}}) {{
  %c, %s = dorefa.quantize_weight %w : tensor<{F}x3x3x{C}xf32>
      -> tensor<{F}x3x3x{C}x!dorefa.code<{w}, bipolar>>, tensor<f32>
  %z = dorefa.conv2d %x, %c filter_scale(%s : tensor<f32>) {{pads = array<i64: 1, 1, 1, 1>}}
      : {image}{C}x!dorefa.code<{a}, unipolar>>, tensor<{F}x3x3x{C}x!dorefa.code<{w}, bipolar>> -> {image}{F}xf32>
  %y, %m, %v = dorefa.batch_norm %z, %gamma, %beta, %mean, %var inference : {image}{F}xf32>, tensor<{F}xf32>
"""
    if pool:
        text += f"""  %p, %winner = dorefa.max_pool %y {{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}}
      : {image}{F}xf32> -> {half}f32>, {half}i8>
"""
    return text + f"""  %q = dorefa.quantize_activation {"%p" if pool else "%y"} bound<{bound}> : {floats} -> {out}
  return %q : {out}
}}
"""


def run(path, entry, arguments, folder, *options):
    """The results of a function, in order."""
    out = folder / "out"
    command = [tool("dorefa-run"), "exec", str(path), f"--entry={entry}"]
    for i, argument in enumerate(arguments):
        np.save(folder / f"a{i}.npy", argument)
        command.append(f"--arg={folder / f'a{i}.npy'}")
    done = subprocess.run(
        [*command, *options, f"--out={out}"], text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return [np.load(out / f"result{i}.npy") for i in range(len(list(out.iterdir())))]


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    path = tmp_path_factory.mktemp("frozen") / "module.mlir"
    path.write_text("".join(map(function, CASES)))
    return path


def parameters(rng, zeros):
    w = rng.normal(size=(F, 3, 3, C)).astype(F32)
    w[0] = np.abs(w[0]) + F32(0.1)  # the largest sum
    if zeros:
        w[:] = 0
    else:
        w = np.sign(w) if rng.random() < 0.5 else w
    gamma = rng.normal(size=F).astype(F32)
    gamma[::5], gamma[1::5], gamma[2::5] = 0, F32(0.5), F32(-0.5)
    beta = rng.normal(scale=0.5, size=F).astype(F32)
    beta[1::5], beta[2::5], beta[3::5] = 0, 1, F32(0.5)
    mean = rng.normal(scale=3, size=F).astype(F32)
    mean[1::5], mean[2::5] = 0, 0
    # 1 / sqrt(variance + epsilon) is 1 here: sums over n_A fall on ties.
    var = np.full(F, F32(1) - F32(1e-4))
    var[3::5] = rng.random(len(var[3::5])).astype(F32) * 100
    var[4::10] = 0
    return w, gamma, beta, mean, var


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("zeros", [False, True], ids=["", "zero-weights"])
def test_codes(name, zeros, module, tmp_path):
    w_bits, a_bits, bits, bound, pool = CASES[name]
    rng = np.random.default_rng(len(name))
    w, *norm = parameters(rng, zeros)
    x = rng.integers(0, 2**a_bits, (3, SIZE, SIZE, C)).astype(np.uint8)
    x[0], x[1, 0] = 2**a_bits - 1, 0

    prepared = run(module, f"{name}_prepare", [w, *norm], tmp_path, "--freeze")
    (frozen,) = run(module, name, [x, *prepared], tmp_path, "--freeze")
    (reference,) = run(module, name, [x, w, *norm], tmp_path, "--target=reference")
    np.testing.assert_array_equal(frozen, reference)

    z = conv2d(
        q.ActivationCodes(x.astype(np.int64), a_bits),
        q.quantize_weight(w, w_bits),
        Window(pads=(1, 1, 1, 1)),
    )
    y = layers.batch_norm(z, *norm)[0]
    if pool:
        y = layers.max_pool(y, layers.Pool())[0]
    model = q.quantize_activation(y, bits, bound).codes
    np.testing.assert_array_equal(frozen, model)
    if not zeros:
        assert len(np.unique(frozen)) == 2**bits


@pytest.mark.parametrize(
    "name, target",
    [
        ("pooled", "gpu-emulator"),
        ("tanh", "gpu-emulator"),
        ("w2a3", "gpu-emulator:sm_90a"),
        ("w1a4", "gpu-emulator:sm_90a"),
    ],
)
def test_codes_on_gpus(name, target, tmp_path):
    """The product's kernel computes the codes, or floats that a code is of."""
    file = tmp_path / "module.mlir"
    file.write_text(function(name))
    _, a_bits, *_ = CASES[name]
    rng = np.random.default_rng(len(name))
    w, *norm = parameters(rng, zeros=False)
    x = rng.integers(0, 2**a_bits, (3, SIZE, SIZE, C)).astype(np.uint8)
    x[0], x[1, 0] = 2**a_bits - 1, 0
    options = ["--freeze", f"--target={target}", "--thread-order=shuffled"]
    prepared = run(file, f"{name}_prepare", [w, *norm], tmp_path, *options)
    (reference,) = run(file, name, [x, w, *norm], tmp_path, "--target=reference")
    for images in (x, x[:1], x[:0]):
        (frozen,) = run(file, name, [images, *prepared], tmp_path, *options)
        np.testing.assert_array_equal(frozen, reference[: len(images)])


def chain(bits):
    """Codes, a layer, and another one that takes the codes of the first."""
    image = f"tensor<?x{SIZE}x{SIZE}x"
    code = f"{image}{F}x!dorefa.code<{bits}, unipolar>>"
    weights = f"tensor<{F}x3x3x{C}x"
    others = f"tensor<5x3x3x{F}x"
    out = f"tensor<?x{SIZE // 2}x{SIZE // 2}x5xf32>"
    return f"""
func.func @chain(%x: {image}{C}x!dorefa.code<2, unipolar>> {{dorefa.input}},
    %w: {weights}f32> {{dorefa.parameter = "w"}},
    %gamma: tensor<{F}xf32> {{dorefa.parameter = "gamma"}}, %beta: tensor<{F}xf32> {{dorefa.parameter = "beta"}},
    %mean: tensor<{F}xf32> {{dorefa.state = "mean"}}, %var: tensor<{F}xf32> {{dorefa.state = "var"}},
    %v: {others}f32> {{dorefa.parameter = "v"}}) -> ({out} {{dorefa.output}}) {{
  %c, %s = dorefa.quantize_weight %w : {weights}f32> -> {weights}!dorefa.code<1, bipolar>>, tensor<f32>
  %z = dorefa.conv2d %x, %c filter_scale(%s : tensor<f32>) {{pads = array<i64: 1, 1, 1, 1>}}
      : {image}{C}x!dorefa.code<2, unipolar>>, {weights}!dorefa.code<1, bipolar>> -> {image}{F}xf32>
  %y, %m, %u = dorefa.batch_norm %z, %gamma, %beta, %mean, %var inference : {image}{F}xf32>, tensor<{F}xf32>
  %q = dorefa.quantize_activation %y : {image}{F}xf32> -> {code}
  %d, %t = dorefa.quantize_weight %v : {others}f32> -> {others}!dorefa.code<1, bipolar>>, tensor<f32>
  %o = dorefa.conv2d %q, %d filter_scale(%t : tensor<f32>) {{strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}}
      : {code}, {others}!dorefa.code<1, bipolar>> -> {out}
  return %o : {out}
}}
"""


@pytest.mark.parametrize(
    "bits, target, kernels",
    [
        (1, "gpu-emulator", "loop"),
        (2, "gpu-emulator", "tensor"),
        (3, "gpu-emulator:sm_90a", "warpgroup"),
        (4, "gpu-emulator", "auto"),
        # The second product is one of bytes.
        (8, "gpu-emulator:sm_90a", "auto"),
        (8, "gpu-emulator", "loop"),
    ],
)
def test_words_on_gpus(bits, target, kernels, tmp_path):
    """The first product's kernel writes the second one's words."""
    text = chain(bits)
    file = tmp_path / "module.mlir"
    file.write_text(text)
    rng = np.random.default_rng(bits)
    w, *norm = parameters(rng, zeros=False)
    v = rng.normal(size=(5, 3, 3, F)).astype(F32)
    x = rng.integers(0, 4, (2, SIZE, SIZE, C)).astype(np.uint8)
    x[0, 1], x[1, 0] = 3, 0
    options = ["--freeze", f"--target={target}", "--thread-order=shuffled"]
    options.append(f"--kernels={kernels}")
    prepared = run(file, "chain_prepare", [w, *norm, v], tmp_path, *options)
    (reference,) = run(file, "chain", [x, w, *norm, v], tmp_path, "--target=reference")
    for images in (x, x[:1], x[:0]):
        (frozen,) = run(file, "chain", [images, *prepared], tmp_path, *options)
        np.testing.assert_array_equal(frozen, reference[: len(images)])


def test_words_are_of_the_kernel():
    """On GPUs what is left to pack are the input's codes."""
    for bits in (1, 8):
        packs = [
            lowered("chain", "dorefa-to-gpu-emulator", after, chain(bits)).count("bitserial.pack")
            for after in ("dorefa-bufferize", "convert-bitserial-to-gpu")
        ]
        assert packs == [2, 1], bits


def lowered(name, pipeline, after, text=None):
    """The function after a pass of a pipeline."""
    done = subprocess.run(
        [
            tool("dorefa-opt"),
            f"--{pipeline}=freeze=true",
            f"--mlir-print-ir-after={after}",
            "-o",
            "/dev/null",
        ],
        input=text or function(name),
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return re.search(rf"func.func @{name}\(.*", done.stderr, re.S).group(0)


def test_thresholds_are_used():
    """What becomes comparisons does; the rest keeps its floats."""
    for name in CASES:
        body = lowered(name, "dorefa-to-llvm", "dorefa-split-preparation")
        assert ("roundeven" not in body) == (name in BY_THRESHOLDS), name


def test_sums_stay_in_registers():
    """On GPUs the kernel of the product compares them: no memory has their type."""
    for name in CASES:
        body = lowered(name, "dorefa-to-gpu-emulator", "convert-bitserial-to-gpu")
        if name in BY_THRESHOLDS:
            assert f"memref<?x{SIZE}x{SIZE}x1x{F}xi32>" not in body, name
        assert "gpu.launch" in body
