# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""edit-checkpoint.py IN OUT OLD NEW: replaces text in a safetensors header.

The header is sorted and padded again, so that only its meaning differs.
"""

import json
import struct
import sys

source, target, old, new = sys.argv[1:]
with open(source, "rb") as file:
    contents = file.read()
(size,) = struct.unpack("<Q", contents[:8])
header = contents[8 : 8 + size].decode()
assert old in header, f"no {old} in {header}"
header = json.dumps(json.loads(header.replace(old, new)), separators=(",", ":"))
header += " " * (-len(header) % 8)
with open(target, "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header.encode() + contents[8 + size :])
