# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The products again, from bit planes and population counts (spec 2).

Shares nothing with conv.py but the geometry record: positions are gathered by
index arithmetic rather than by slices, sums come from AND and popcount, and
the affine corrections (row sums, column sums, number of valid taps) are
written out. Meant for small sizes.
"""

import numpy as np

from .quantizers import levels

_POPCOUNT = np.array([bin(i).count("1") for i in range(256)], np.uint8)


def pack(codes, bits):
    """Planes of codes along the last axis, packed 64 to a word.

    codes: (..., L) in 0 .. 2^bits - 1. Returns uint64 (..., bits, ceil(L/64)),
    element i in bit i mod 64 of word i // 64, unused bits zero.
    """
    codes = np.asarray(codes, np.int64)
    if codes.size and (codes.min() < 0 or codes.max() > levels(bits)):
        raise ValueError(f"pack: codes outside 0..{levels(bits)}")
    planes = (codes[..., None, :] >> np.arange(bits)[:, None]) & 1
    packed = np.packbits(planes.astype(bool), axis=-1, bitorder="little")
    fill = -packed.shape[-1] % 8
    packed = np.pad(packed, [(0, 0)] * (packed.ndim - 1) + [(0, fill)])
    return np.ascontiguousarray(packed).view("<u8")


def unpack(words, length):
    """Inverse of pack: int64 codes (..., length)."""
    raw = np.ascontiguousarray(words).view(np.uint8)
    planes = np.unpackbits(raw, axis=-1, bitorder="little")[..., :length]
    weight = np.left_shift(1, np.arange(words.shape[-2]))[:, None]
    return np.sum(planes.astype(np.int64) * weight, axis=-2)


def popcount(words):
    """Number of ones over the last axis, int64."""
    raw = np.ascontiguousarray(words).view(np.uint8)
    return _POPCOUNT[raw].sum(axis=-1, dtype=np.int64)


def dot(x, y):
    """sum_{m,k} 2^(m+k) popcount(plane_m(x) AND plane_k(y)), broadcasting.

    x: (..., M, words), y: (..., K, words), as pack returns them.
    """
    total = 0
    for m in range(x.shape[-2]):
        for k in range(y.shape[-2]):
            total = total + (popcount(x[..., m, :] & y[..., k, :]) << (m + k))
    return total


def dot_signed(x, y, length):
    """The {-1, 1} product of one-bit planes: 2 popcount(xnor) - length."""
    same = length - popcount(x[..., 0, :] ^ y[..., 0, :])
    return 2 * same - length


def _forward_positions(size, out, kernel, stride, pad, dilation):
    """Input index of (output, tap), and whether it is inside."""
    at = np.arange(out)[:, None] * stride - pad + np.arange(kernel) * dilation
    return np.clip(at, 0, size - 1), (at >= 0) & (at < size)


def _backward_positions(size, out, kernel, stride, pad, dilation):
    """Output index of (input, tap), and whether such an output exists."""
    at = np.arange(size)[:, None] + pad - np.arange(kernel) * dilation
    valid = (at >= 0) & (at % stride == 0) & (at // stride < out)
    return np.clip(at // stride, 0, out - 1), valid


def _gather(codes, rows, columns):
    """codes (N, H, W, C) -> (N, rows, columns, KH, KW, C) and the valid taps."""
    (r, r_valid), (c, c_valid) = rows, columns
    valid = r_valid[:, None, :, None] & c_valid[None, :, None, :]
    picked = codes[:, r[:, None, :, None], c[None, :, None, :], :]
    return picked * valid[None, ..., None], valid


def _axes(window, input_hw, kernel_hw, positions):
    out_hw = window.output_hw(input_hw, kernel_hw)
    return [
        positions(
            input_hw[i],
            out_hw[i],
            kernel_hw[i],
            window.strides[i],
            window.pads[i],
            window.dilations[i],
        )
        for i in (0, 1)
    ]


def _flat(a, axes):
    """Merges the last axes into one."""
    kept = a.ndim - axes
    return a.reshape(a.shape[:kept] + (int(np.prod(a.shape[kept:])),))


def conv2d_numerator(c_a, a_bits, c_w, w_bits, window):
    """2 S - n_W sum c_a, int64 (N, OH, OW, F)."""
    per_group, channels = c_w.shape[0] // window.groups, c_w.shape[3]
    rows, columns = _axes(window, c_a.shape[1:3], c_w.shape[1:3], _forward_positions)
    out = []
    for i in range(window.groups):
        part = c_a[..., i * channels : (i + 1) * channels]
        taps = _flat(_gather(part, rows, columns)[0], 3)
        filters = _flat(c_w[i * per_group : (i + 1) * per_group], 3)
        s = dot(pack(taps, a_bits)[:, :, :, None], pack(filters, w_bits))
        out.append(2 * s - levels(w_bits) * taps.sum(-1, keepdims=True))
    return np.concatenate(out, axis=-1)


def conv2d_grad_input_numerator(c_g, g_bits, c_w, w_bits, input_hw, window):
    """4 S - 2 n_W sum c_g - 2 n_G sum c_w + n_G n_W T, int64 (N, H, W, C).

    All four over the valid (tap, output channel) pairs of each input position.
    """
    n_g, n_w = levels(g_bits), levels(w_bits)
    per_group = c_w.shape[0] // window.groups
    rows, columns = _axes(window, input_hw, c_w.shape[1:3], _backward_positions)
    out = []
    for i in range(window.groups):
        chosen = slice(i * per_group, (i + 1) * per_group)
        taps, valid = _gather(c_g[..., chosen], rows, columns)
        taps = _flat(taps, 3)
        # (C, KH, KW, F): the order of the gathered gradients
        filters = c_w[chosen].transpose(3, 1, 2, 0)
        s = dot(pack(taps, g_bits)[:, :, :, None], pack(_flat(filters, 3), w_bits))
        sum_g = taps.sum(-1, keepdims=True)
        tap_sums = filters.sum(-1)
        sum_w = np.tensordot(valid.astype(np.int64), tap_sums, ((2, 3), (1, 2)))
        count = per_group * valid.sum((2, 3))[..., None]
        out.append(4 * s - 2 * n_w * sum_g - 2 * n_g * sum_w + n_g * n_w * count)
    return np.concatenate(out, axis=-1)


def conv2d_grad_filter_numerator(c_g, g_bits, c_a, a_bits, kernel_hw, window):
    """2 S - n_G sum c_a for each sample, int64 (N, F, KH, KW, C / groups)."""
    per_group, channels = c_g.shape[3] // window.groups, c_a.shape[3] // window.groups
    rows, columns = _axes(window, c_a.shape[1:3], kernel_hw, _forward_positions)
    out = []
    for i in range(window.groups):
        part = c_a[..., i * channels : (i + 1) * channels]
        taps = _gather(part, rows, columns)[0]
        # positions last: (N, KH, KW, C, OH * OW) and (N, F, OH * OW)
        taps = _flat(taps.transpose(0, 3, 4, 5, 1, 2), 2)
        grads = c_g[..., i * per_group : (i + 1) * per_group]
        grads = _flat(grads.transpose(0, 3, 1, 2), 2)
        left = pack(grads, g_bits)[:, :, None, None, None]
        s = dot(left, pack(taps, a_bits)[:, None])
        out.append(2 * s - levels(g_bits) * taps.sum(-1)[:, None])
    return np.concatenate(out, axis=1)
