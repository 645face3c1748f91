# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks how many blocks of a parameter `dorefa-run plan --json` has as kept.

check-skipped.py REPORT PARAMETER KEPT

A machine without lists of blocks reports none.
"""

import json
import sys

path, name, kept = sys.argv[1:]
with open(path) as file:
    weights = json.load(file)["weights"]
report = next(entry for entry in weights if entry["parameter"] == name)
blocks = report.get("blocks")
if blocks is not None:
    found = blocks - report["blocks_skipped"]
    expected = blocks if kept == "all" else int(kept)
    assert blocks > 1 and found == expected, report
print(f"{kept} kept")
