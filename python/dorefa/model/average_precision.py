# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mean average precision as PASCAL VOC (at an overlap of 0.5, all points) and
COCO (0.5 to 0.95, 101 recalls) define it; see docs/numerics.md, "Detection".

An image is a dict: `objects`, a list of dicts with label, box and difficult;
`detections`, a list of dicts with label, score and box. Boxes are (left, top,
right, bottom).
"""

import numpy as np


def overlaps(boxes, others):
    """[len(boxes), len(others)]: intersection over union."""
    a = np.asarray(boxes, np.float64).reshape(-1, 1, 4)
    b = np.asarray(others, np.float64).reshape(1, -1, 4)
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    shared = np.prod(np.clip(sides, 0, None), axis=-1)
    area = lambda c: np.prod(c[..., 2:] - c[..., :2], axis=-1)
    return shared / (area(a) + area(b) - shared)


def _of_class(image, label):
    objects = [o for o in image["objects"] if o["label"] == label]
    detections = sorted((d for d in image["detections"] if d["label"] == label),
                        key=lambda d: -d["score"])
    iou = overlaps([d["box"] for d in detections], [o["box"] for o in objects])
    return objects, detections, iou


def _judge_voc(objects, detections, iou, threshold):
    """(score, right) of each detection that counts."""
    taken, out = set(), []
    for i, detection in enumerate(detections):
        best = int(np.argmax(iou[i])) if objects else None
        found = best is not None and iou[i, best] >= threshold
        if found and objects[best]["difficult"]:
            continue
        out.append((detection["score"], found and best not in taken))
        if found:
            taken.add(best)
    return out


def _judge_coco(objects, detections, iou, threshold):
    taken, out = set(), []
    for i, detection in enumerate(detections[:100]):
        # The last of equal overlaps, and no difficult one while another is left.
        free = [k for k in range(len(objects)) if k not in taken and iou[i, k] >= threshold]
        free.sort(key=lambda k: (not objects[k]["difficult"], iou[i, k], k))
        if free:
            taken.add(free[-1])
        if not free or not objects[free[-1]]["difficult"]:
            out.append((detection["score"], bool(free)))
    return out


def _curve(judged, count):
    """(recall, precision made monotone), by falling score."""
    order = np.argsort([-score for score, _ in judged], kind="stable")
    right = np.asarray([is_right for _, is_right in judged], bool)[order] if judged else np.zeros(0)
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(hits) + 1)
    return hits / count, np.maximum.accumulate(precision[::-1])[::-1]


def _mean(images, judge, thresholds, measure):
    labels = sorted({o["label"] for image in images for o in image["objects"]
                     if not o["difficult"]})
    values = []
    for label in labels:
        parts = [_of_class(image, label) for image in images]
        count = sum(not o["difficult"] for objects, _, _ in parts for o in objects)
        for threshold in thresholds:
            judged = [j for part in parts for j in judge(*part, threshold)]
            values.append(measure(*_curve(judged, count)))
    return float(np.mean(values)) if values else 0.0


def voc(images):
    area = lambda recall, precision: np.sum(np.diff(recall, prepend=0) * precision)
    return _mean(images, _judge_voc, [0.5], area)


def coco(images):
    def sampled(recall, precision):
        at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
        return np.mean(np.append(precision, 0)[at])
    return _mean(images, _judge_coco, np.arange(50, 100, 5) / 100, sampled)
