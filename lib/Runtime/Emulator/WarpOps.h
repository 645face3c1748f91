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

/// Exchanges what the lanes brought, as Wait::operands. `problem` tells what is
/// wrong with it, if something is.
void runWarpOp(Wait::Kind kind, LaneGroup &lanes, std::string &problem);

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_WARPOPS_H
