# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""few-images.py IN.npz OUT.npz: the first images of a data set."""

import sys

import numpy as np

arrays = np.load(sys.argv[1])
np.savez(sys.argv[2], **{name: arrays[name][:8] for name in arrays})
