"""Writes a directory of IDX files with few and simple items: make-items.py DIR

Class c is a bright bar of width 6 + 2 c in 28x28 pixels: easy to tell apart.
"""
import struct
import sys
from pathlib import Path

import numpy as np

directory = Path(sys.argv[1])
directory.mkdir(parents=True)
for part in ("train", "t10k"):
    labels = np.arange(30) % 3
    images = np.zeros((30, 28, 28), np.uint8)
    for image, label in zip(images, labels):
        width = (8, 16, 24)[label]
        image[2:26, 14 - width // 2:14 + width // 2] = 220
        if label == 2:
            image[8:20, 6:22] = 0
    (directory / f"{part}-images-idx3-ubyte").write_bytes(
        struct.pack(">4I", 0x803, 30, 28, 28) + images.tobytes())
    (directory / f"{part}-labels-idx1-ubyte").write_bytes(
        struct.pack(">2I", 0x801, 30) + labels.astype(np.uint8).tobytes())
