"""Fails unless two evaluations found the same: same-detections.py A.json B.json

Sums of floats in another order may turn a code of the first layer's activations,
and with it a detection on the edge of a threshold: of a hundred, one may differ.
"""
import json
import sys


def same(a, b):
    return a["label"] == b["label"] and all(
        abs(x - y) < 0.02 for x, y in zip([a["score"], *a["box"]], [b["score"], *b["box"]]))


count = missing = 0
for images in zip(*(json.load(open(name)) for name in sys.argv[1:])):
    found = [[d for d in image["detections"] if d["score"] > 0.1] for image in images]
    for ours, theirs in (found, found[::-1]):
        count += len(ours)
        missing += sum(not any(same(a, b) for b in theirs) for a in ours)
assert 100 * missing <= count, f"{missing} of {count} detections differ"
print(f"{count // 2} detections, the same on both")
