# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""one-image.py HEIGHT,WIDTH,CHANNELS FOLDER: a data set of one image, as
FOLDER/one.npz and as two arrays; and a checkpoint's values by their names:

    one-image.py --values CHECKPOINT FOLDER
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

if sys.argv[1] == "--values":
    with open(sys.argv[2], "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    names = {"F32": np.float32, "I32": np.int32, "I64": np.int64}
    for name, entry in header.items():
        if name != "__metadata__":
            values = np.frombuffer(data[slice(*entry["data_offsets"])], names[entry["dtype"]])
            np.save(Path(sys.argv[3], name.replace("/", ".") + ".npy"), values.reshape(entry["shape"]))
else:
    folder = Path(sys.argv[2])
    shape = (1, *map(int, sys.argv[1].split(",")))
    images = np.random.default_rng(3).random(shape, np.float32)
    labels = np.array([1], np.int32)
    np.savez(folder / "one.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    np.save(folder / "images.npy", images)
    np.save(folder / "labels.npy", labels)
