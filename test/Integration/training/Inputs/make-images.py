# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make-images.py FILE.npz: 28x28 grey images of ten classes, a bright block at
a place of its own for each, in noise."""

import sys

import numpy as np

random = np.random.default_rng(3)


def make(count):
    labels = random.integers(0, 10, count).astype(np.int32)
    images = random.integers(0, 120, (count, 28, 28, 1)).astype(np.uint8)
    for image, label in zip(images, labels):
        row, column = 4 + 10 * (label // 5), 2 + 5 * (label % 5)
        image[row:row + 8, column:column + 4] += 100
    return images, labels


x_train, y_train = make(1024)
x_test, y_test = make(128)
np.savez(sys.argv[1], x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
