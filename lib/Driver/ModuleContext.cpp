//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/ModuleContext.h"

#include "dorefa/Driver/Dialects.h"
#include "dorefa/Driver/Status.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace dorefa::driver;

static const mlir::DialectRegistry &getRegistry() {
  static const mlir::DialectRegistry *registry = [] {
    auto *result = new mlir::DialectRegistry();
    registerAllDialects(*result);
    return result;
  }();
  return *registry;
}

ModuleContext::ModuleContext(raw_ostream &diagnostics)
    : context(getRegistry()), handler(sources, &context, diagnostics) {
  // The line of the file says more than the op after some passes.
  context.printOpOnDiagnostic(false);
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
ModuleContext::parse(StringRef path) {
  if (sys::fs::is_directory(path))
    return inputError(path + ": expected an MLIR file, found a directory");
  auto file = MemoryBuffer::getFileOrSTDIN(path);
  if (!file)
    return inputError(path + ": " + file.getError().message());
  sources = SourceMgr();
  sources.AddNewSourceBuffer(std::move(*file), SMLoc());
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  if (!module)
    return inputError(path + ": expected an MLIR module");
  return module;
}
