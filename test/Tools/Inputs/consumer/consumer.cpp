//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Another compiler that takes dorefa in as a CMake package: parses a module and
// says how many dorefa ops it has.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Registration/Registration.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::dorefa::registerDialects(registry);
  registry.insert<mlir::func::FuncDialect>();
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(argv[1], &context);
  if (!module)
    return 1;
  int count = 0;
  module->walk([&](mlir::Operation *op) {
    count += llvm::isa<mlir::dorefa::DorefaDialect>(op->getDialect());
  });
  llvm::outs() << count << " dorefa ops\n";
  return 0;
}
