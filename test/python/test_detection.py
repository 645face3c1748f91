# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The NumPy model of a detector's matching and loss."""

import numpy as np
import pytest
from dorefa.model import detection

F32 = np.float32


def test_anchors_lie_in_the_middle_of_their_cells():
    boxes = detection.anchor_boxes([(2, 4)], [[(0.5, 0.25)]])
    assert boxes.shape == (8, 4)
    np.testing.assert_allclose(boxes[0], [-0.125, 0.125, 0.375, 0.375])
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    np.testing.assert_allclose(centres[:, 0], [0.125, 0.375, 0.625, 0.875] * 2)
    np.testing.assert_allclose(centres[:, 1], [0.25] * 4 + [0.75] * 4)


def test_overlap_by_hand():
    assert detection.overlap((0, 0, 1, 1), (0, 0, 1, 1)) == 1
    assert detection.overlap((0, 0, 1, 1), (0.5, 0, 1.5, 1)) == F32(1 / 3)
    assert detection.overlap((0, 0, 1, 1), (2, 2, 3, 3)) == 0
    assert detection.overlap((0, 0, 1, 1), (1, 0, 2, 1)) == 0


ANCHORS = np.asarray([(0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1)], F32)


@pytest.mark.parametrize("boxes, labels, expected", [
    ([(0, 0, 1, 1), (2, 0, 3, 1)], (4, 4), (0, -1, 1)),
    ([(0, 0, 1, 1), (2, 0, 3, 1)], (-1, 4), (-1, -1, 1)),
    # The best anchor of a small object is its, whatever the threshold.
    ([(1.4, 0.4, 1.6, 0.6)], (0,), (-1, 0, -1)),
    # Two objects with one best anchor: the larger overlap has it, then the first.
    ([(1, 0, 1.5, 1), (1, 0, 1.9, 1)], (0, 0), (-1, 1, -1)),
    ([(1, 0, 1.5, 1), (1, 0, 1.5, 1)], (0, 0), (-1, 0, -1)),
    # Exactly the threshold is enough, and equal best anchors are the first.
    ([(0, 0, 2, 1)], (0,), (0, 0, -1)),
    # An object outside of every anchor has none.
    ([(9, 9, 10, 10)], (0,), (-1, -1, -1)),
])
def test_matching_by_hand(boxes, labels, expected):
    match = detection.match_anchors(ANCHORS, np.asarray([boxes], F32), np.asarray([labels]))
    assert tuple(match[0]) == expected


def test_decode_inverts_encode():
    rng = np.random.default_rng(0)
    for _ in range(100):
        corner = rng.random((2, 2))
        anchor, box = np.concatenate([corner, corner + rng.random((2, 2)) + 0.05], axis=1)
        np.testing.assert_allclose(detection.decode(detection.encode(anchor, box), anchor),
                                   box, atol=1e-5)


def test_the_hardest_negatives_are_taken():
    entropy = np.asarray([1, 5, 3, 5, 9, 2], F32)
    match = np.asarray([-1, -1, -1, -1, 0, -1])
    assert detection.hard_negatives(entropy, match, 3) == {1, 3, 2}
    assert detection.hard_negatives(entropy, match, 1) == {1}
    assert detection.hard_negatives(entropy, match, 0) == set()
    assert detection.hard_negatives(entropy, match, 100) == {0, 1, 2, 3, 5}
    assert detection.hard_negatives(entropy, np.full(6, -1), 3) == set()


def example(rng, smooth=True):
    anchors = detection.anchor_boxes([(3, 3)], [[(0.4, 0.4)]])
    boxes = np.asarray([[(0.1, 0.1, 0.5, 0.6), (0.5, 0.5, 0.9, 0.8)],
                        [(0.2, 0.3, 0.7, 0.7), (0, 0, 0, 0)]], F32)
    labels = np.asarray([[1, 0], [1, -1]])
    match = detection.match_anchors(anchors, boxes, labels)
    offsets = rng.normal(size=(2, 9, 4)).astype(F32)
    logits = rng.normal(size=(2, 9, 3)).astype(F32)
    return offsets, logits, match, anchors, boxes, labels


def test_gradients_are_the_slopes_of_the_loss():
    """Where no anchor is about to change sides, and |d| is not 1."""
    rng = np.random.default_rng(3)
    values = example(rng)
    loss, d_offsets, d_logits = detection.multibox_loss(*values)
    for position, grad in ((0, d_offsets), (1, d_logits)):
        for _ in range(3):
            direction = rng.normal(size=grad.shape)
            step = 1e-3
            ends = []
            for sign in (1, -1):
                moved = list(values)
                moved[position] = (values[position] + sign * step * direction).astype(F32)
                ends.append(float(detection.multibox_loss(*moved)[0]))
            slope = (ends[0] - ends[1]) / (2 * step)
            assert slope == pytest.approx(float((grad * direction).sum()), rel=0.02, abs=2e-3)


def test_an_image_without_objects_adds_nothing():
    offsets, logits, match, anchors, boxes, labels = example(np.random.default_rng(0))
    alone = detection.multibox_loss(*(v[:1] for v in (offsets, logits, match)),
                                    anchors, boxes[:1], labels[:1])
    labels[1] = -1
    match = detection.match_anchors(anchors, boxes, labels)
    loss, d_offsets, d_logits = detection.multibox_loss(
        offsets, logits, match, anchors, boxes, labels)
    assert loss == alone[0]
    assert not d_offsets[1].any() and not d_logits[1].any()
    nothing = detection.multibox_loss(offsets[1:], logits[1:], match[1:], anchors,
                                      boxes[1:], labels[1:])
    assert nothing[0] == 0
