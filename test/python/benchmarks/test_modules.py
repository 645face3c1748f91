# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The IR of single products."""

import numpy as np
from benchmarks import modules, ours, process


def run(text, folder, name, image, weights, scale):
    folder = folder / name
    folder.mkdir()
    (folder / "conv.mlir").write_text(text)
    arguments = []
    for i, value in enumerate((image, weights, scale)):
        np.save(folder / f"{i}.npy", value)
        arguments.append(f"--arg={folder / f'{i}.npy'}")
    process.run([ours.DRIVER, "exec", str(folder / "conv.mlir"), "--entry=conv", *arguments,
                 f"--out={folder / 'out'}"])
    return np.load(folder / "out" / "result0.npy")


def test_convolution_of_codes(tmp_path):
    """It is what follows the quantizer: of the codes of an image the same floats."""
    rng = np.random.default_rng(1)
    shape = (8, 32, 16, 3, 1)
    codes = rng.integers(0, 16, (1, 8, 8, 32), dtype=np.uint8)
    weights = rng.integers(0, 2, (16, 3, 3, 32), dtype=np.uint8)
    scale = np.array(0.25, np.float32)
    image = (codes / np.float32(15)).astype(np.float32)
    whole = run(modules.convolution(*shape, "W1A4"), tmp_path, "whole", image, weights, scale)
    of_codes = run(modules.convolution(*shape, "W1A4", of_codes=True), tmp_path, "codes", codes,
                   weights, scale)
    assert np.array_equal(whole, of_codes) and np.unique(whole).size > 100
