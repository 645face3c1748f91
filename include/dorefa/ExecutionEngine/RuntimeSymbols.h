//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What compiled code calls and the C library does not have.

#ifndef DOREFA_EXECUTIONENGINE_RUNTIMESYMBOLS_H
#define DOREFA_EXECUTIONENGINE_RUNTIMESYMBOLS_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>
#include <vector>

namespace dorefa::engine {

/// Names and addresses of functions: `memrefCopy`, which is of this library,
/// and the allocator that this library frees results with, which may be another
/// than the C library's (a preloaded one, a sanitizer's).
std::vector<std::pair<const char *, void *>> getRuntimeSymbols();

/// Paths of shared libraries to search: the OpenMP run-time library.
std::vector<std::string> getRuntimeLibraries();

/// True for names to look up in these libraries. All else is not: through its
/// own dependencies a library also finds what the process has replaced.
bool isRuntimeLibrarySymbol(llvm::StringRef name);

/// Threads for parallel loops of compiled code; at least 1.
void setThreadCount(int count);

/// The threads that parallel loops run on: what was set, else OMP_NUM_THREADS,
/// else one for each processor.
int getThreadCount();

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_RUNTIMESYMBOLS_H
