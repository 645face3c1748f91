//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Which build of this program is running.

#ifndef DOREFA_EXECUTIONENGINE_BUILDID_H
#define DOREFA_EXECUTIONENGINE_BUILDID_H

#include "llvm/ADT/StringRef.h"

namespace dorefa::engine {

/// A hash of the executable or shared library that this code is in, so that an
/// object compiled by another build is not taken for one of this build.
llvm::StringRef getBuildId();

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_BUILDID_H
