//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How many blocks share the depth of a product that has few sums.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_GRIDSPLIT_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_GRIDSPLIT_H

#include <algorithm>
#include <cstdint>

namespace mlir::bitserial {

/// Blocks that keep the multiprocessors of a large GPU busy.
constexpr int64_t wantedBlocks = 128;

/// Parts of the depth so that `blocks` times them are enough, each at least
/// `least` of its `steps`.
inline int64_t chooseSplits(int64_t blocks, int64_t steps, int64_t least) {
  int64_t wanted = (wantedBlocks + blocks - 1) / blocks;
  return std::max<int64_t>(1, std::min(wanted, steps / least));
}

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_GRIDSPLIT_H
