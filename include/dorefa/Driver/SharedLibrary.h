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

#include "dorefa/Driver/TargetChoice.h"

#include "llvm/Support/MemoryBuffer.h"

namespace dorefa::driver {

/// Links an object file, with the mathematics and OpenMP libraries that it
/// needs, by the compiler driver that is found: clang-22, clang or cc. Code for
/// a GPU gets the run-time library it calls, which is C++: clang++-22, clang++
/// or c++ links it, and the C++ library with it. The library at `path` is new
/// or as it was. The error shows the linker's words.
llvm::Error linkSharedLibrary(const llvm::MemoryBuffer &object,
                              const TargetChoice &target, llvm::StringRef path);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_SHAREDLIBRARY_H
