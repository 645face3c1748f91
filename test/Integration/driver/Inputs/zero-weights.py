# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copies a checkpoint with all weights of a parameter zero, but for the first FEW.

zero-weights.py FROM TO PARAMETER FEW
"""

import json
import sys

import numpy as np

source, target, name, few = sys.argv[1:]
with open(source, "rb") as file:
    data = bytearray(file.read())
size = int.from_bytes(data[:8], "little")
begin, end = (8 + size + offset for offset in json.loads(data[8 : 8 + size])[name]["data_offsets"])
weights = np.frombuffer(data, np.float32, (end - begin) // 4, begin)
weights[:] = 0
weights[: int(few)] = 1
with open(target, "wb") as file:
    file.write(data)
