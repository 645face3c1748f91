//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Products of warpgroups, whose operands are in shared memory.

#ifndef DOREFA_LIB_RUNTIME_EMULATOR_WARPGROUP_H
#define DOREFA_LIB_RUNTIME_EMULATOR_WARPGROUP_H

#include "Block.h"

namespace dorefa::emulator {

/// Multiplies what the lanes brought. `problem` tells what is wrong with it, if
/// something is.
void multiplyTogether(Lane *const (&lanes)[Block::warpgroupSize],
                      std::string &problem);

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_WARPGROUP_H
