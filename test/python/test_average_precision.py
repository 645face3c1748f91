# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The second implementation of mean average precision: by hand, and beside COCO's own
where pycocotools is installed."""

import contextlib
import io

import numpy as np
import pytest
from dorefa.model import average_precision


def image(objects, detections):
    return {
        "objects": [dict(label=l, box=b, difficult=d) for l, b, d in objects],
        "detections": [dict(label=l, score=s, box=b) for l, s, b in detections],
    }


def place(i):
    return [i / 10, 0, (i + 1) / 10, 1]


def test_nothing_at_all():
    assert average_precision.voc([]) == average_precision.coco([]) == 0
    assert average_precision.voc([image([], [(0, 0.5, place(0))])]) == 0


def test_by_hand():
    results = [image([(0, place(i), False) for i in range(4)],
                     [(0, 0.9, place(0)), (0, 0.8, place(7)), (0, 0.7, place(1))])]
    assert average_precision.voc(results) == pytest.approx(0.25 + 0.25 * 2 / 3)
    assert average_precision.coco(results) == pytest.approx((26 + 25 * 2 / 3) / 101)


def test_difficult_objects_count_nowhere():
    results = [image([(0, place(0), True), (0, place(1), False)],
                     [(0, 0.9, place(0)), (0, 0.8, place(1))])]
    assert average_precision.voc(results) == average_precision.coco(results) == 1


def random_images(rng, count=30, classes=3):
    """Detections near objects, with noise, and some that are of nothing."""
    out = []
    for _ in range(count):
        objects, detections = [], []
        for _ in range(rng.integers(0, 5)):
            corner, size = rng.random(2) * 0.6, rng.random(2) * 0.3 + 0.1
            box = np.concatenate([corner, corner + size])
            label = int(rng.integers(classes))
            objects.append((label, box.tolist(), False))
            for _ in range(rng.integers(0, 3)):
                moved = box + rng.normal(size=4) * 0.03
                moved[2:] = np.maximum(moved[2:], moved[:2] + 0.01)
                of = label if rng.random() < 0.8 else int(rng.integers(classes))
                detections.append((of, float(rng.random()), moved.tolist()))
        for _ in range(rng.integers(0, 3)):
            corner = rng.random(2) * 0.6
            detections.append((int(rng.integers(classes)), float(rng.random()),
                               [*corner, *(corner + 0.2)]))
        out.append(image(objects, detections))
    return out


@pytest.mark.parametrize("seed", range(3))
def test_as_coco_computes_it(seed):
    coco = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")
    images = random_images(np.random.default_rng(seed))
    # COCO's boxes are left, top, width, height; its areas are those of pixels.
    shape = lambda b: [1000 * b[0], 1000 * b[1], 1000 * (b[2] - b[0]), 1000 * (b[3] - b[1])]
    truth, found = [], []
    for number, result in enumerate(images, 1):
        for o in result["objects"]:
            box = shape(o["box"])
            truth.append(dict(id=len(truth) + 1, image_id=number, category_id=o["label"],
                              bbox=box, area=box[2] * box[3], iscrowd=0))
        for d in result["detections"]:
            found.append(dict(image_id=number, category_id=d["label"], bbox=shape(d["box"]),
                              score=d["score"]))
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = coco.COCO()
        dataset.dataset = dict(info={}, annotations=truth,
                               images=[dict(id=i) for i in range(1, len(images) + 1)],
                               categories=[dict(id=i) for i in range(3)])
        dataset.createIndex()
        run = evaluation.COCOeval(dataset, dataset.loadRes(found), "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    assert average_precision.coco(images) == pytest.approx(run.stats[0], abs=1e-6)
