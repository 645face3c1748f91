"""Counts the zeros of a parameter by the NumPy model, and fails unless a report of
`dorefa-run plan` counts as many: check-zeros.py REPORT.json CHECKPOINT NAME BITS
"""
import json
import sys

import numpy as np
from dorefa.model import pow2

report, path, name, bits = sys.argv[1:]
with open(path, "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    values = file.read()
entry = header[name]
weights = np.frombuffer(values[slice(*entry["data_offsets"])], np.float32)
zeros = int(np.sum(pow2.exact_scan(weights.reshape(entry["shape"]), int(bits)).levels == 0))
row = next(w for w in json.load(open(report))["weights"] if w["parameter"] == name)
assert row["zeros"] == zeros, (row, zeros)
print(f"{zeros} zeros, as in NumPy")
