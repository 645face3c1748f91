# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Looks for the launches of `dorefa-run plan` in the log of a driver:

    same-launches.py PLAN.json LOG

prints how many calls have exactly these: kernels of products by their kind, and as
many others. Equal kernels of several functions are one in a program, named after the
first of them. Between calls the host copies."""

import json
import re
import sys
from collections import Counter


def kind(kernel):
    match = re.search(r"(loop|tensor|warpgroup)_(bits|bytes)", kernel)
    return match.group() if match else "other"


planned, calls = Counter(), [Counter()]
for launch in json.load(open(sys.argv[1]))["launches"]:
    planned[kind(launch["kernel"])] += launch["launches"]
for line in open(sys.argv[2]):
    if "host" in line:
        calls.append(Counter())
    elif line.startswith("launch"):
        calls[-1][kind(line)] += 1
print(f"{calls.count(planned)} calls of {dict(planned)}")
