# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Damages each file of a directory in another way."""

import os
import sys

for index, entry in enumerate(sorted(os.scandir(sys.argv[1]), key=lambda e: e.name)):
    with open(entry.path, "rb") as file:
        contents = bytearray(file.read())
    if index % 4 == 0:
        contents[-1] ^= 1
    elif index % 4 == 1:
        del contents[len(contents) // 2 :]
    elif index % 4 == 2:
        contents[60] ^= 1
    else:
        contents.clear()
    with open(entry.path, "wb") as file:
        file.write(contents)
