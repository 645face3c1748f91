# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A single-shot detector's anchors, matching and loss (docs/numerics.md,
"Detection"), sample by sample and anchor by anchor.

Boxes are (left, top, right, bottom). All is float32 in the order of operations
that the page gives, so that overlaps, and with them matches, are equal bit for
bit.
"""

import numpy as np

F32 = np.float32
CENTRE_UNIT, LENGTH_UNIT = F32(0.1), F32(0.2)


def anchor_boxes(grids, sizes):
    """[N, 4] of `grids`, pairs (rows, columns), and for each of them its
    `sizes`, pairs (width, height)."""
    out = []
    for (rows, columns), level in zip(grids, sizes):
        for row in range(rows):
            for column in range(columns):
                x = (F32(column) + F32(0.5)) / F32(columns)
                y = (F32(row) + F32(0.5)) / F32(rows)
                for width, height in level:
                    w, h = F32(width) * F32(0.5), F32(height) * F32(0.5)
                    out.append((x - w, y - h, x + w, y + h))
    return np.asarray(out, F32).reshape(-1, 4)


def overlap(anchor, box):
    """Intersection over union of two boxes, float32."""
    a, b = np.asarray(anchor, F32), np.asarray(box, F32)
    width = max(min(a[2], b[2]) - max(a[0], b[0]), F32(0))
    height = max(min(a[3], b[3]) - max(a[1], b[1]), F32(0))
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def match_anchors(anchors, boxes, labels, threshold=0.5):
    """[batch, N]: the object of each anchor, -1 for background."""
    out = np.full((len(boxes), len(anchors)), -1, np.int32)
    for sample in range(len(boxes)):
        objects = [k for k in range(labels.shape[1]) if labels[sample, k] >= 0]
        iou = {(n, k): overlap(anchors[n], boxes[sample, k])
               for n in range(len(anchors)) for k in objects}
        for n in range(len(anchors)):
            if objects:
                best = max(objects, key=lambda k: (iou[n, k], -k))
                if iou[n, best] >= F32(threshold):
                    out[sample, n] = best
        owners = {}
        for k in objects:
            seat = max(range(len(anchors)), key=lambda n: (iou[n, k], -n))
            if iou[seat, k] > 0:
                owners.setdefault(seat, []).append(k)
        for seat, candidates in owners.items():
            out[sample, seat] = max(candidates, key=lambda k: (iou[seat, k], -k))
    return out


def _extent(first, last):
    return (first + last) * F32(0.5), last - first


def encode(anchor, box):
    """The four targets of the offsets of an anchor that is to find a box."""
    out = np.zeros(4, F32)
    for axis in (0, 1):
        centre, length = _extent(F32(box[axis]), F32(box[axis + 2]))
        origin, unit = _extent(F32(anchor[axis]), F32(anchor[axis + 2]))
        out[axis] = (centre - origin) / unit / CENTRE_UNIT
        out[axis + 2] = np.log(length / unit) / LENGTH_UNIT
    return out


def decode(offsets, anchor):
    """The inverse of `encode`."""
    out = np.zeros(4)
    for axis in (0, 1):
        origin, unit = _extent(float(anchor[axis]), float(anchor[axis + 2]))
        centre = origin + 0.1 * float(offsets[axis]) * unit
        length = np.exp(0.2 * float(offsets[axis + 2])) * unit
        out[axis], out[axis + 2] = centre - length / 2, centre + length / 2
    return out


def _softmax(row):
    powers = np.exp(row.astype(np.float64) - row.max())
    return powers / powers.sum()


def hard_negatives(cross_entropy, match, per_positive):
    """The anchors without object of the largest loss, the first among equals."""
    quota = per_positive * int(np.sum(match >= 0))
    background = [n for n in range(len(match)) if match[n] < 0]
    return set(sorted(background, key=lambda n: (-cross_entropy[n], n))[:quota])


def multibox_loss(offsets, logits, match, anchors, boxes, labels, negatives=3):
    """(loss, gradient into offsets, gradient into logits), float64 sums."""
    positives = max(int(np.sum(match >= 0)), 1)
    loss, d_offsets, d_logits = 0.0, np.zeros(offsets.shape), np.zeros(logits.shape)
    for b in range(len(offsets)):
        classes = [0 if k < 0 else labels[b, k] + 1 for k in match[b]]
        entropy = np.asarray([
            np.log(np.exp((x - x.max()).astype(F32)).sum(dtype=F32)) + x.max() - x[c]
            for x, c in zip(logits[b], classes)], F32)
        hard = hard_negatives(entropy, match[b], negatives)
        for n, (k, c) in enumerate(zip(match[b], classes)):
            if k < 0 and n not in hard:
                continue
            loss += float(entropy[n])
            d_logits[b, n] = _softmax(logits[b, n])
            d_logits[b, n, c] -= 1
            if k < 0:
                continue
            difference = offsets[b, n].astype(np.float64) - encode(anchors[n], boxes[b, k])
            size = np.abs(difference)
            loss += float(np.where(size < 1, 0.5 * size * size, size - 0.5).sum())
            d_offsets[b, n] = np.clip(difference, -1, 1)
    return (F32(loss / positives), (d_offsets / positives).astype(F32),
            (d_logits / positives).astype(F32))
