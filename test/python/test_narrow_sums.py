# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products that are kept as integers of 16 bits between their readers: the largest
sums that fit, and the first that do not."""

import numpy as np
import pytest
from compiled import Module, optimize

# 255 * 128 fits 16 bits, 255 * 129 does not.
MODULE = """
func.func @f(%x: tensor<?x1x1x{depth}x!dorefa.code<8, unipolar>>, %w: tensor<4x1x1x{depth}x!dorefa.code<1, bipolar>>) -> (tensor<4xf32>, tensor<?x1x1x4xf32>) {{
  %z = dorefa.conv2d %x, %w : tensor<?x1x1x{depth}x!dorefa.code<8, unipolar>>,
      tensor<4x1x1x{depth}x!dorefa.code<1, bipolar>> -> tensor<?x1x1x4xf32>
  %mean, %var = dorefa.batch_stats %z : tensor<?x1x1x4xf32> -> tensor<4xf32>
  %t = math.absf %z : tensor<?x1x1x4xf32>
  return %mean, %t : tensor<4xf32>, tensor<?x1x1x4xf32>
}}
"""


@pytest.mark.parametrize("depth, kept", [(128, True), (129, False)])
def test_largest_sums(tmp_path, depth, kept):
    text = MODULE.format(depth=depth)
    lowered = optimize(text, "--convert-dorefa-to-bitserial")
    assert ("to i16" in lowered) == kept
    module = Module(text, tmp_path)
    rng = np.random.default_rng(1)
    x = rng.integers(0, 256, (5, 1, 1, depth)).astype(np.uint8)
    w = rng.integers(0, 2, (4, 1, 1, depth)).astype(np.uint8)
    x[0], w[0], w[1] = 255, 1, 0
    want = (x.reshape(5, depth).astype(int) @ (2 * w.reshape(4, depth).astype(int) - 1).T)
    assert want.max() == 255 * depth and want.min() == -255 * depth
    for target in ("reference", "host"):
        mean, positive = module.call("f", [x, w], target)
        expected = np.abs(want.astype(np.float32) * (np.float32(1) / 255))
        np.testing.assert_allclose(positive.reshape(5, 4), expected, rtol=1e-6)
        np.testing.assert_allclose(mean, (want / 255).mean(0), rtol=1e-5)
