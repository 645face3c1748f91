# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Anchors, matching and loss of a single-shot detector."""

import numpy as np
import pytest
from dorefa.model import detection
from harness import Function, Program, about, tensor

F32 = np.float32

GRIDS = {
    "one": ([(1, 1)], [[(0.5, 0.25)]]),
    "levels": ([(3, 5), (2, 1)], [[(0.3, 0.2), (0.1, 0.4)], [(0.6, 0.9), (0.7, 0.5)]]),
    "many": ([(7, 7), (4, 4)], [[(0.15, 0.15), (0.2, 0.3), (0.3, 0.1)]] * 2),
}


def anchor_op(f, grids, sizes):
    flat = ", ".join(str(v) for pair in grids for v in pair)
    sides = ", ".join(str(float(v)) for level in sizes for pair in level for v in pair)
    count = len(detection.anchor_boxes(grids, sizes))
    return f.op(
        f"dorefa.anchor_boxes {{grids = array<i64: {flat}>, sizes = array<f32: {sides}>}} "
        f": {tensor((count, 4))}", tensor((count, 4)))


def anchors():
    out = []
    for name, (grids, sizes) in GRIDS.items():
        f = Function(name)
        f.returns("anchors", anchor_op(f, grids, sizes))
        f.call("", [], [detection.anchor_boxes(grids, sizes)])
        out.append(f)
    return out


def scenes(rng, batch, slots, anchors):
    """Boxes and labels: none, some, all; equal to anchors, equal to another,
    touching no anchor, larger than the image."""
    boxes = np.zeros((batch, slots, 4), F32)
    labels = np.full((batch, slots), -1, np.int32)
    for b in range(batch):
        for k in range(rng.integers(0, slots + 1) if b else slots):
            labels[b, k] = rng.integers(0, 3)
            corner, size = rng.random(2) * 0.8, rng.random(2) * 0.6 + 0.02
            boxes[b, k] = (*corner, *(corner + size))
            kind = rng.integers(0, 6)
            if kind == 0:
                boxes[b, k] = anchors[rng.integers(len(anchors))]
            elif kind == 1 and k:
                boxes[b, k] = boxes[b, k - 1]
            elif kind == 2:
                boxes[b, k] = (5, 5, 6, 6)
            elif kind == 3:
                boxes[b, k] = (-1, -1, 2, 2)
    # What stands beside a label below 0 is nothing.
    boxes[labels < 0] = (0.1, 0.1, 0.9, 0.9)
    return boxes, labels


def matches():
    out = []
    for name, (grids, sizes) in GRIDS.items():
        given = detection.anchor_boxes(grids, sizes)
        for slots in (1, 5):
            f = Function(f"{name}_{slots}")
            a = f.argument(tensor(given.shape))
            boxes = f.argument(tensor(("?", slots, 4)))
            labels = f.argument(tensor(("?", slots), "i32"))
            for threshold in (0.5, 0.3, 1.0):
                f.returns(f"at {threshold}", f.op(
                    f"dorefa.match_anchors {a}, {boxes}, {labels} "
                    f"{{threshold = {threshold} : f32}} : {a.type}, {boxes.type}, {labels.type}",
                    tensor(("?", len(given)), "i32")))
            rng = np.random.default_rng(slots)
            for batch in (1, 4, 13):
                there, of = scenes(rng, batch, slots, given)
                f.call(f"batch {batch}", [given, there, of], [
                    detection.match_anchors(given, there, of, t) for t in (0.5, 0.3, 1.0)])
            # Overlaps of exactly a half; nothing at all.
            half = np.tile(given[0], (2, slots, 1))
            half[:, :, 2] = (half[:, :, 0] + half[:, :, 2]) / 2
            some = np.full((2, slots), -1, np.int32)
            some[0] = 2
            f.call("halves", [given, half, some], [
                detection.match_anchors(given, half, some, t) for t in (0.5, 0.3, 1.0)])
            out.append(f)
    return out


def losses():
    out = []
    for name, (grids, sizes) in GRIDS.items():
        given = detection.anchor_boxes(grids, sizes)
        count = len(given)
        for columns, slots in ((4, 3), (17, 1)):
            f = Function(f"{name}_{columns}")
            offsets = f.argument(tensor(("?", count, 4)))
            logits = f.argument(tensor(("?", count, columns)))
            match = f.argument(tensor(("?", count), "i32"))
            a = f.argument(tensor(given.shape))
            boxes = f.argument(tensor(("?", slots, 4)))
            labels = f.argument(tensor(("?", slots), "i32"))
            g = f.argument(tensor(()))
            values = [offsets, logits, match, a, boxes, labels]
            operands, types = ", ".join(map(str, values)), ", ".join(v.type for v in values)
            for negatives in (3, 0, 2**40):
                attribute = f"{{negatives = {negatives} : i64}}"
                f.returns(f"loss, {negatives}", f.op(
                    f"dorefa.multibox_loss {operands} {attribute} : {types}", tensor(())))
                grads = f.op(
                    f"dorefa.multibox_loss_grad {g}, {operands} {attribute} "
                    f": {g.type}, {types}", offsets.type, logits.type)
                for label, grad in zip(("offsets", "logits"), grads):
                    f.returns(f"{label}, {negatives}", grad)
            rng = np.random.default_rng(columns)
            for batch, size in ((1, 1), (3, 3), (8, 0)):
                there, of = scenes(rng, batch, slots, given)
                there = np.clip(there, -0.2, 3)
                chosen = detection.match_anchors(given, there, of)
                x = (rng.normal(size=(batch, count, columns)) * size).astype(F32)
                y = (rng.normal(size=(batch, count, 4)) * 3).astype(F32)
                expected = []
                for negatives in (3, 0, 2**40):
                    loss, dy, dx = detection.multibox_loss(
                        y, x, chosen, given, there, of, negatives)
                    expected += [about(loss), about(dy * F32(-0.5)), about(dx * F32(-0.5))]
                f.call(f"batch {batch}, size {size}",
                       [y, x, chosen, given, there, of, np.asarray(-0.5, F32)], expected)
            out.append(f)
    return out


PROGRAMS = [
    Program("anchors", anchors),
    Program("matches", matches),
    Program("multibox losses", losses),
]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_detection(machine, program):
    machine.check(program)
