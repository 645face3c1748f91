//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Memory that functions keep from call to call.

#ifndef DOREFA_LIB_PIPELINES_WORKSPACE_H
#define DOREFA_LIB_PIPELINES_WORKSPACE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::dorefa {

/// Bytes that a workspace, and so each offset in it, is a multiple of: a line
/// of the cache, and the widest vector.
constexpr int64_t workspaceAlignment = 64;

/// Takes a workspace of `bytes`, a multiple of the alignment, where `builder`
/// stands, and gives it back where the function returns. Its functions are
/// added by addWorkspaceFunctions. A memref<?xi8>.
Value createWorkspace(OpBuilder &builder, func::FuncOp function, Value bytes);

/// Adds what takes, gives back and frees workspaces to a module.
void addWorkspaceFunctions(ModuleOp module);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_PIPELINES_WORKSPACE_H
