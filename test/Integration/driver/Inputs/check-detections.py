"""Computes the metrics of an evaluation a second time, from its detections:
check-detections.py DETECTIONS.json EVAL.json
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "python"))
from dorefa.model import average_precision

images = json.load(open(sys.argv[1]))
report = json.load(open(sys.argv[2]))
for name, measure in (("test_map50", average_precision.voc), ("test_map", average_precision.coco)):
    value = measure(images)
    assert abs(value - report[name]) < 1e-9, f"{name}: {value}, reported {report[name]}"
print(f"{len(images)} images, test_map50 and test_map agree")
