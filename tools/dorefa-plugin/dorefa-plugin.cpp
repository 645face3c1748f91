//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-plugin: dorefa's dialects and passes for a stock mlir-opt.
//
//   mlir-opt --load-dialect-plugin=dorefa-plugin.so
//   --load-pass-plugin=dorefa-plugin.so

#include "dorefa/Registration/Registration.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "dorefa", DOREFA_VERSION,
          [](mlir::DialectRegistry *registry) {
            mlir::dorefa::registerDialects(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "dorefa", DOREFA_VERSION,
          [] { mlir::dorefa::registerPasses(); }};
}
