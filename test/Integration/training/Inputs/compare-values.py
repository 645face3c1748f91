# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compare-values.py A B: two checkpoints have the same values but for sums in
another order: each within 1e-5 of its tensor's norm."""

import json
import struct
import sys

import numpy as np


def read(path):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], np.float32)
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


one, two = read(sys.argv[1]), read(sys.argv[2])
assert one.keys() == two.keys() and len(one) > 10, (one.keys(), two.keys())
for name, value in one.items():
    distance = np.linalg.norm(value.astype(float) - two[name])
    assert distance <= 1e-5 * np.linalg.norm(value), (name, distance)
print(f"{len(one)} values agree")
