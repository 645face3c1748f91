//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What happens to a file before its target matters.

#ifndef DOREFA_DRIVER_FRONTEND_H
#define DOREFA_DRIVER_FRONTEND_H

#include "dorefa/Driver/CompileOptions.h"
#include "dorefa/Driver/ModuleContext.h"

namespace dorefa::driver {

/// Reads a module and fills in the bits that it leaves open with those of the
/// options. Bits that stay open are an error that names the option.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
readModule(ModuleContext &context, llvm::StringRef path,
           const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_FRONTEND_H
