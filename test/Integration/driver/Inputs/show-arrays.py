# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints DIR/result0.npy and so on, one line each: type, shape, elements."""

import os
import sys

import numpy as np

index = 0
while os.path.exists(path := os.path.join(sys.argv[1], f"result{index}.npy")):
    array = np.load(path)
    print(index, array.dtype, array.shape, array.ravel().tolist())
    index += 1
