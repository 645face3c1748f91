# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Changes the tuned table in a folder: choice=TEXT for the one of its shape, or a new
one; cpu=NAME; time=TEXT; choices=TEXT; format=TEXT; damage."""

import glob
import json
import sys

folder, (key, _, value) = sys.argv[1], sys.argv[2].partition("=")
(path,) = glob.glob(f"{folder}/tuned-*.json")
table = json.load(open(path))
# What an earlier call broke is whole again.
if "original" in table:
    table = table["original"]
original = json.loads(json.dumps(table))
if key == "choice":
    shape = value.split(":")[0]
    table["choices"] = [c for c in table["choices"] if not c["choice"].startswith(shape + ":")]
    table["choices"].append({"choice": value, "seconds": {}})
elif key == "cpu":
    table["machine"]["cpu"] = value
elif key == "time":
    table["choices"][0]["seconds"] = {"popcount": value}
elif key in ("choices", "format"):
    table[key] = value
text = json.dumps(table if key == "choice" and "magic" not in value else {**table, "original": original})
with open(path, "w") as out:
    out.write(text[:-1] if key == "damage" else text)
