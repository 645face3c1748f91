//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Frontend.h"

#include "dorefa/Driver/Status.h"

using namespace llvm;
using namespace dorefa::driver;

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
dorefa::driver::readModule(ModuleContext &context, StringRef path,
                           const CompileOptions &options) {
  auto module = context.parse(path);
  if (!module)
    return module.takeError();
  return module;
}
