//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What NVIDIA's assembler says of kernels, where it is installed.

#ifndef DOREFA_DRIVER_PTXASSEMBLER_H
#define DOREFA_DRIVER_PTXASSEMBLER_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace dorefa::driver {

struct KernelResources {
  /// Of a thread.
  int64_t registers = 0, spilledBytes = 0;
};

/// Assembles PTX for a chip with ptxas, from the path or from CUDA's usual
/// folder; by the names of kernels. Nothing where there is no ptxas; an error
/// if it does not take the PTX.
llvm::Expected<llvm::StringMap<KernelResources>>
assemblePTX(llvm::StringRef ptx, llvm::StringRef chip);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_PTXASSEMBLER_H
