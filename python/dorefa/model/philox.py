# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Philox 4x32-10 (Salmon et al., SC'11) and the gradient noise made from it.

Noise is a function of (seed, step, op id, element), so it does not depend on
the order of evaluation and is recomputed rather than stored (spec 1.4).
"""

import numpy as np

_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)


def philox4x32(counter, key, rounds=10):
    """Words of Philox 4x32.

    counter: unsigned integers, shape (..., 4); key: two integers below 2^32.
    Returns uint32, shape (..., 4). Arguments are taken modulo 2^32.
    """
    c = np.asarray(counter, dtype=np.uint64) & _MASK
    if c.shape[-1:] != (4,):
        raise ValueError(f"counter: expected shape (..., 4), got {c.shape}")
    c0, c1, c2, c3 = (c[..., i] for i in range(4))
    k0, k1 = (int(k) & 0xFFFFFFFF for k in key)
    for _ in range(rounds):
        p0 = _MULTIPLIER[0] * c0
        p1 = _MULTIPLIER[1] * c2
        c0, c1, c2, c3 = (
            (p1 >> _SHIFT) ^ c1 ^ np.uint64(k0),
            p1 & _MASK,
            (p0 >> _SHIFT) ^ c3 ^ np.uint64(k1),
            p0 & _MASK,
        )
        k0 = (k0 + _WEYL[0]) & 0xFFFFFFFF
        k1 = (k1 + _WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=-1).astype(np.uint32)


def words(seed, step, op_id, count, start=0):
    """The words of elements start .. start + count - 1 of one random op.

    seed and step are 64-bit integers (taken modulo 2^64), op_id a 32-bit one.
    Element e is word e mod 4 of the counter (e // 4, op id, step low, step
    high) under the key (seed low, seed high). e // 4 wraps modulo 2^32, so the
    stream repeats after 2^34 elements. Returns uint32, shape (count,).
    """
    if count <= 0:
        return np.zeros(0, np.uint32)
    first, last = start // 4, (start + count - 1) // 4
    counter = np.empty((last - first + 1, 4), np.uint64)
    counter[:, 0] = np.arange(first, last + 1, dtype=np.uint64) & _MASK
    counter[:, 1] = int(op_id) & 0xFFFFFFFF
    counter[:, 2] = int(step) & 0xFFFFFFFF
    counter[:, 3] = (int(step) >> 32) & 0xFFFFFFFF
    key = (int(seed) & 0xFFFFFFFF, (int(seed) >> 32) & 0xFFFFFFFF)
    offset = start - 4 * first
    return philox4x32(counter, key).reshape(-1)[offset : offset + count]


def uniform(seed, step, op_id, shape):
    """((word >> 9) + 1/2) 2^-23 for each element in row-major order.

    Inside (0, 1) and exact in float32. Returns float32 of the given shape.
    """
    w = words(seed, step, op_id, int(np.prod(shape, dtype=np.int64)))
    u = ((w >> np.uint32(9)).astype(np.float64) + 0.5) * 2.0**-23
    return u.astype(np.float32).reshape(shape)


def sigma(seed, step, op_id, shape):
    """Noise sigma of the gradient quantizer, inside (-1/2, 1/2), float32.

    Spec 1.4; DoReFa-Net equation 12. Exact: no rounding takes place.
    """
    return uniform(seed, step, op_id, shape) - np.float32(0.5)
