//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the lanes of a warp do together.

#ifndef DOREFA_LIB_RUNTIME_EMULATOR_WARPOPS_H
#define DOREFA_LIB_RUNTIME_EMULATOR_WARPOPS_H

#include "Block.h"

namespace dorefa::emulator {

/// Lanes of a warp by number; null for those that do not take part.
using LaneGroup = Lane *const[Block::warpSize];

/// The sum of the products of the numbers in two words; `isSigned`: bit 0 for
/// x, bit 1 for y.
int64_t multiplyWords(int32_t kind, int32_t isSigned, int32_t x, int32_t y);

/// Exchanges what the lanes brought, as Wait::operands. `problem` tells what is
/// wrong with it, if something is.
void runWarpOp(Wait::Kind kind, LaneGroup &lanes, std::string &problem);

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_WARPOPS_H
