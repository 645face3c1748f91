//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Reading IR files: the dialects, and where diagnostics go.

#ifndef DOREFA_DRIVER_MODULECONTEXT_H
#define DOREFA_DRIVER_MODULECONTEXT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"

namespace dorefa::driver {

/// An MLIR context with all dialects that model files and pipelines use. Its
/// diagnostics go to a stream, with the line of the file under them.
class ModuleContext {
public:
  explicit ModuleContext(llvm::raw_ostream &diagnostics);

  mlir::MLIRContext *get() { return &context; }

  /// Reads and verifies a file, textual or bytecode; "-" is the standard
  /// input. What is wrong inside it is told by diagnostics.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> parse(llvm::StringRef path);

private:
  llvm::SourceMgr sources;
  mlir::MLIRContext context;
  mlir::SourceMgrDiagnosticHandler handler;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_MODULECONTEXT_H
