# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the .npy arguments of the tests into a directory."""

import os
import sys

import numpy as np

os.makedirs(sys.argv[1], exist_ok=True)
os.chdir(sys.argv[1])
np.save("matrix.npy", np.arange(6, dtype=np.float32).reshape(2, 3))
np.save("fortran.npy", np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)))
np.save("empty.npy", np.zeros((0, 3), np.float32))
np.save("wide.npy", np.zeros((2, 4), np.float32))
np.save("doubles.npy", np.zeros((2, 3), np.float64))
np.save("vector.npy", np.array([1, 2, 3, -4], np.int32))
np.save("unsigned.npy", np.array([1, 2, 3, 4], np.uint32))
np.save("three.npy", np.array([1, 2, 3], np.float32))
np.save("scalar.npy", np.array(2.5, np.float64))
np.save("codes.npy", np.array([[0, 1, 2, 3], [3, 3, 3, 3]], np.uint8))
np.save("large-codes.npy", np.array([[0, 1, 2, 4]], np.uint8))
np.save("weights.npy", np.array([[1, -1, 1, -1]] * 3, np.float32) / 2)
with open("broken.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00")
