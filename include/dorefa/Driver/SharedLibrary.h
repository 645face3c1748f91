//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Linking an object into a shared library.

#ifndef DOREFA_DRIVER_SHAREDLIBRARY_H
#define DOREFA_DRIVER_SHAREDLIBRARY_H

#include "dorefa/ExecutionEngine/HostTarget.h"

#include "llvm/Support/MemoryBuffer.h"

namespace dorefa::driver {

/// Links an object file, with the mathematics and OpenMP libraries that it
/// needs, by the compiler driver that is found: clang-22, clang or cc. The
/// library at `path` is new or as it was. The error shows the linker's words.
llvm::Error linkSharedLibrary(const llvm::MemoryBuffer &object,
                              const engine::HostTarget &target,
                              llvm::StringRef path);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_SHAREDLIBRARY_H
