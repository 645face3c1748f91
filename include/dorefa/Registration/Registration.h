//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The one list of what dorefa adds to MLIR, for every tool, the plugin and
// compilers that embed it: a new dialect, interface or pass is named here.

#ifndef DOREFA_REGISTRATION_REGISTRATION_H
#define DOREFA_REGISTRATION_REGISTRATION_H

namespace mlir {
class DialectRegistry;

namespace dorefa {

/// Adds dorefa's dialects, and its interfaces to the ops of upstream dialects.
void registerDialects(DialectRegistry &registry);

/// Registers dorefa's passes and named pipelines.
void registerPasses();

} // namespace dorefa
} // namespace mlir

#endif // DOREFA_REGISTRATION_REGISTRATION_H
