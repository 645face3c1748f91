//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Names of compiled functions for Linux perf.

#ifndef DOREFA_EXECUTIONENGINE_PERFMAP_H
#define DOREFA_EXECUTIONENGINE_PERFMAP_H

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

namespace dorefa::engine {

/// With DOREFA_PERF_MAP set in the environment, appends the address, size and
/// name of each function that `jit` links to /tmp/perf-PID.map, where `perf
/// report` looks for the names of generated code.
void addPerfMap(llvm::orc::LLJIT &jit);

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_PERFMAP_H
