# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks: wiring, determinism, finite differences, learning."""

import numpy as np
import pytest
from dorefa.model import conv, layers
from dorefa.model import network as nets
from dorefa.model import quantizers as q
from dorefa.model.network import Network
from dorefa.model.optim import SGD, Adam
from dorefa.model.specs import (
    BatchNorm,
    Bound,
    Conv,
    Dropout,
    Flatten,
    Linear,
    MaxPool,
    QuantizeActivation,
    QuantizeGradient,
    WeightQuantizer,
)

F32 = np.float32


def small(bits=(1, 2, 4), scheme="dorefa", h="clip", rate=0.25, **kwargs):
    """Two convolutions, dropout on codes and a linear layer on 8x8x2."""
    w, a, g = bits
    return Network(
        (8, 8, 2),
        [
            Conv("conv0", 6, bias=True, window=nets.same(3)),
            BatchNorm("bn0"),
            MaxPool(),
            QuantizeActivation(a, h),
            Dropout(rate),
            Conv("conv1", 8, WeightQuantizer(w, scheme), window=nets.same(3)),
            QuantizeGradient(g),
            BatchNorm("bn1"),
            Bound(h),
            Flatten(),
            Linear("fc", 3, bias=True),
        ],
        **kwargs,
    )


def batch(size=6, seed=0):
    """Images whose class sets the mean of a corner."""
    rng = np.random.default_rng(seed)
    labels = np.arange(size) % 3
    x = rng.random((size, 8, 8, 2)).astype(F32)
    x[:, :4, :4] *= (labels[:, None, None, None] * 0.5).astype(F32)
    return x, labels


def test_names_and_shapes():
    net = nets.fashion_cnn((1, 2, 4))
    params, states = net.initialize()
    assert {k: v.shape for k, v in params.items()} == {
        "conv0.weight": (32, 5, 5, 1),
        "bn0.gamma": (32,),
        "bn0.beta": (32,),
        "conv1.weight": (64, 3, 3, 32),
        "bn1.gamma": (64,),
        "bn1.beta": (64,),
        "conv2.weight": (128, 3, 3, 64),
        "bn2.gamma": (128,),
        "bn2.beta": (128,),
        "fc.weight": (10, 7 * 7 * 128),
        "fc.bias": (10,),
    }
    assert sorted(states) == [
        f"bn{i}.running_{s}" for i in range(3) for s in ("mean", "var")
    ]
    assert net.op_ids == {5: 0, 10: 1}


def test_svhn_size():
    net = nets.svhn()
    params, _ = net.initialize()
    weights = {k[:-7]: v for k, v in params.items() if k.endswith(".weight")}
    assert abs(sum(v.size for v in weights.values()) - 2.08e6) < 1e4
    macs = sum(
        np.prod(shape[:2] if len(shape) == 3 else (1,)) * weights[layer.name].size
        for layer, shape in zip(net.layers, net.shapes[1:])
        if isinstance(layer, (Conv, Linear))
    )
    assert abs(macs - 41.7e6) < 1e5
    assert net.shapes[-3:] == [(1, 1, 512), (512,), (10,)]
    for letter, fraction in (("B", 2), ("C", 4), ("D", 8)):
        thin, _ = nets.svhn(letter).initialize()
        assert thin["conv0.weight"].shape[0] * fraction == 48
        assert thin["conv6.weight"].shape[0] * fraction == 512


BITS = [(1, 2, 4), (3, 1, 8), (32, 4, 6), (2, 32, 4), (1, 2, 32)]


@pytest.mark.parametrize("bits", BITS)
def test_step_against_written_out_rules(bits):
    """The same step, product by product, on dequantized values."""
    w_bits, a_bits, g_bits = bits
    net, (x, labels) = small(bits), batch()
    params, states = net.initialize(3)
    seed, step = 5, 9
    got = net.train_step(params, states, x, labels, 0.1, seed, step)
    p, same, n = params, nets.same(3), len(x)

    z0 = conv.conv2d_float(x, p["conv0.weight"], p["conv0.bias"], same)
    s0 = layers.batch_statistics(z0)
    y0, hat0, inv0 = layers.batch_norm(z0, p["bn0.gamma"], p["bn0.beta"], *s0)
    pooled, winner = layers.max_pool(y0)
    a = q.quantize_activation(pooled, a_bits)
    a = a.value() if a_bits < 32 else a
    mask = layers.dropout_mask(seed, step, 0, a.shape, 0.25)
    a = a * mask * layers.dropout_scale(0.25)
    w = q.quantize_weight(p["conv1.weight"], w_bits)
    w = w.value() if w_bits < 32 else w
    z1 = got.outputs[5]  # codes of gradients amplify rounding: share the input
    assert np.allclose(z1, conv.conv2d_float(a, w, None, same), rtol=1e-4, atol=1e-5)
    s1 = layers.batch_statistics(z1)
    y1, hat1, inv1 = layers.batch_norm(z1, p["bn1.gamma"], p["bn1.beta"], *s1)
    flat = np.clip(y1, 0, 1).reshape(n, -1)
    logits = flat.astype(np.float64) @ p["fc.weight"].T + p["fc.bias"]
    loss, dz = layers.softmax_cross_entropy(logits.astype(F32), labels)
    assert np.allclose(got.loss, loss, rtol=1e-5)

    expected = {"fc.weight": dz.T @ flat, "fc.bias": dz.sum(0)}
    d = (dz @ p["fc.weight"]).reshape(y1.shape) * ((y1 >= 0) & (y1 <= 1))
    d, expected["bn1.gamma"], expected["bn1.beta"] = layers.batch_norm_backward(
        d, hat1, inv1, p["bn1.gamma"]
    )
    assert np.allclose(got.output_gradients[6], d, rtol=1e-3, atol=1e-6)
    d = q.quantize_gradient(got.output_gradients[6], g_bits, seed, step, 1)
    d = d.value() if g_bits < 32 else d
    dw = conv.conv2d_grad_filter_float(d, a, (3, 3), same)
    expected["conv1.weight"] = q.quantize_weight_backward(dw, p["conv1.weight"], w_bits)
    d = conv.conv2d_grad_input_float(d, w, a.shape[1:3], same)
    d = d * mask * layers.dropout_scale(0.25)
    d = d * (pooled > 0 if a_bits == 32 else (pooled >= 0) & (pooled <= 1))
    d = layers.max_pool_backward(d, winner, (8, 8))
    d, expected["bn0.gamma"], expected["bn0.beta"] = layers.batch_norm_backward(
        d, hat0, inv0, p["bn0.gamma"]
    )
    expected["conv0.weight"] = conv.conv2d_grad_filter_float(d, x, (3, 3), same)
    expected["conv0.bias"] = d.sum((0, 1, 2))

    assert set(got.gradients) == set(params) == set(expected)
    for name, value in expected.items():
        scale = max(np.abs(value).max(), 1e-2)
        close = np.allclose(got.gradients[name], value, rtol=1e-3, atol=1e-4 * scale)
        assert close, name
        updated = params[name] - F32(0.1) * got.gradients[name]
        assert np.array_equal(got.params[name], updated)
    mean, var = layers.running_statistics(F32(0), F32(1), *s1, n * 16)
    assert np.allclose(got.states["bn1.running_mean"], mean)
    assert np.allclose(got.states["bn1.running_var"], var)


def test_float_network_finite_difference():
    net, (x, labels) = small((32, 32, 32), h="tanh", rate=0.0), batch()
    net.layers[3] = Bound("tanh")  # smooth where ReLU is not
    params, states = net.initialize(1)
    rng = np.random.default_rng(0)
    got = net.train_step(params, states, x, labels, 0.1).gradients

    def change(name, direction):
        low, high = (
            net.train_step({**params, name: w}, states, x, labels, 0.1).loss
            for w in (params[name] - direction, params[name] + direction)
        )
        return (float(high) - float(low)) / 2

    for name, w in params.items():
        if name == "conv0.bias":  # removed by batch norm
            assert np.abs(got[name]).max() < 1e-5
            continue
        direction = rng.normal(size=w.shape).astype(F32)
        direction *= F32(5e-3) / np.linalg.norm(direction.ravel())
        predicted = np.sum(got[name] * direction, dtype=np.float64)
        norm = np.linalg.norm(got[name].ravel())
        error = 0.02 * 5e-3 * norm + 2e-7
        assert abs(change(name, direction) - predicted) < error, name
        # and along the gradient itself, where the slope is far from zero
        along = got[name] * F32(5e-3 / norm)
        assert abs(change(name, along) - 5e-3 * norm) < error, name


def test_steps_are_reproducible_and_noise_depends_on_seed_and_step():
    net, (x, labels) = small(), batch()
    params, states = net.initialize()

    def gradient(seed, step):
        r = net.train_step(params, states, x, labels, 0.1, seed, step)
        return r.gradients["conv1.weight"]

    assert np.array_equal(gradient(1, 2), gradient(1, 2))
    assert not np.array_equal(gradient(1, 2), gradient(1, 3))
    assert not np.array_equal(gradient(1, 2), gradient(2, 2))


@pytest.mark.parametrize(
    "bits, scheme",
    [
        ((1, 2, 6), "dorefa"),
        ((2, 2, 8), "dorefa"),
        ((2, 4, 8), "exact"),
        ((4, 4, 8), "exact"),
    ],
)
@pytest.mark.parametrize("optimizer", [SGD(momentum=0.9), Adam()])
def test_training_lowers_the_loss(bits, scheme, optimizer):
    net, (x, labels) = small(bits, scheme, optimizer=optimizer), batch(24)
    params, states = net.initialize(2)
    losses = []
    for step in range(40):
        r = net.train_step(params, states, x, labels, 0.01, 1, step)
        params, states = r.params, r.states
        losses.append(r.loss)
    assert np.mean(losses[-3:]) < 0.6 * losses[0]


def test_inference_uses_running_statistics_and_no_dropout():
    net, (x, _) = small(rate=0.9), batch()
    params, states = net.initialize()
    first = net.forward(params, states, x)
    assert np.array_equal(first[:2], net.forward(params, states, x[:2]))
    shifted = {**states, "bn1.running_mean": states["bn1.running_mean"] + 1}
    assert not np.array_equal(first, net.forward(params, shifted, x))


def test_dropout_on_codes_and_on_floats_agree():
    net = Network((50,), [Dropout(0.5)])
    codes = q.ActivationCodes(np.random.default_rng(0).integers(0, 4, (3, 50)), 2)
    from dorefa.model.specs import Run

    run = Run({}, {}, True, 7, 8)
    on_codes, _ = net.layers[0].forward(codes, run, 0)
    on_floats, _ = net.layers[0].forward(codes.value(), run, 0)
    assert on_codes.scale == 2 and np.array_equal(on_codes.value(), on_floats)
    assert 0 < np.count_nonzero(on_floats) < np.count_nonzero(codes.codes)


def test_fashion_cnn_step():
    net = nets.fashion_cnn((1, 2, 4), optimizer=Adam())
    params, states = net.initialize()
    x = np.random.default_rng(0).random((2, 28, 28, 1)).astype(F32)
    r = net.train_step(params, states, x, [3, 7], 1e-3)
    assert set(r.gradients) == set(params)
    for name, g in r.gradients.items():
        assert g.shape == params[name].shape and g.dtype == F32
        assert np.all(np.isfinite(g)) and g.any(), name
        assert r.params[name].dtype == F32
    assert all(v.dtype == F32 for v in r.states.values())
    assert isinstance(r.outputs[3], q.ActivationCodes)
    assert "conv1.weight.adam_m" in r.states
    assert isinstance(r.output_gradients[4], q.GradientCodes)
    assert not isinstance(r.output_gradients[0], q.GradientCodes)


def test_svhn_step():
    net = nets.svhn("D", (1, 1, 4))
    params, states = net.initialize()
    x = np.random.default_rng(0).random((2, 40, 40, 3)).astype(F32)
    r = net.train_step(params, states, x, [0, 9], 1e-3)
    assert set(r.gradients) == set(params) and np.isfinite(r.loss)
    assert list(net.op_ids.values()) == list(range(7))


def test_input_shape_is_checked():
    net = small()
    params, states = net.initialize()
    with pytest.raises(ValueError, match="input"):
        net.forward(params, states, np.zeros((1, 7, 8, 2)))
