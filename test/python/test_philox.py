# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Philox against the Random123 known answers, and the noise made from it."""

import numpy as np
import pytest
from dorefa.model import philox

KNOWN = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize("counter, key, expected", KNOWN)
def test_known_answers(counter, key, expected):
    got = philox.philox4x32(np.array(counter), key)
    assert " ".join(f"{w:08x}" for w in got) == expected


def test_counter_layout():
    seed, step, op = 0x1122334455667788, 0x99AABBCCDDEEFF00, 7
    key = (0x55667788, 0x11223344)
    got = philox.words(seed, step, op, 11, start=5)
    for i, e in enumerate(range(5, 16)):
        counter = np.array([e // 4, op, 0xDDEEFF00, 0x99AABBCC], np.uint64)
        assert got[i] == philox.philox4x32(counter, key)[e % 4]


def test_element_counter_wraps():
    high = philox.words(1, 2, 3, 8, start=4 * (2**32 - 1))
    assert np.array_equal(high[4:], philox.words(1, 2, 3, 4))
    assert not np.array_equal(high[:4], high[4:])


def test_batches_share_one_stream():
    whole = philox.sigma(3, 1, 0, (5, 7))
    assert np.array_equal(whole[:2], philox.sigma(3, 1, 0, (2, 7)))


def test_no_elements():
    assert philox.words(0, 0, 0, 0).shape == (0,)
    assert philox.sigma(0, 0, 0, (0, 3)).shape == (0, 3)


def test_sigma_is_exact_and_inside():
    w = philox.words(9, 0, 0, 100_000)
    s = philox.sigma(9, 0, 0, (100_000,))
    exact = ((w >> 9).astype(np.float64) + 0.5) * 2.0**-23 - 0.5
    assert s.dtype == np.float32
    assert np.array_equal(s.astype(np.float64), exact)
    assert -0.5 < s.min() < -0.499 and 0.499 < s.max() < 0.5
    assert abs(s.mean(dtype=np.float64)) < 4 * np.sqrt(1 / 12 / s.size)


def test_extreme_words_stay_inside():
    for word in (0, 0xFFFFFFFF):
        u = np.float32(((word >> 9) + 0.5) * 2.0**-23) - np.float32(0.5)
        assert -0.5 < u < 0.5


@pytest.mark.parametrize("change", [(1, 0, 0), (1 << 32, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_every_argument_matters(change):
    assert not np.array_equal(philox.words(0, 0, 0, 4), philox.words(*change, 4))
