//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Modules as the pipeline leaves them come apart: what it outlines is moved.

#include "dorefa/ExecutionEngine/ModuleParts.h"

#include "dorefa/Driver/Lowering.h"
#include "dorefa/Driver/ModuleContext.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace dorefa;
using namespace dorefa::engine;

static constexpr char text[] = R"mlir(
  func.func @layer(%x: tensor<?x64xf32>, %w: tensor<96x64xf32>)
      -> tensor<?x96xf32> {
    %a = dorefa.quantize_activation %x
        : tensor<?x64xf32> -> tensor<?x64x!dorefa.code<2, unipolar>>
    %p, %s = dorefa.quantize_weight %w
        : tensor<96x64xf32> -> tensor<96x64x!dorefa.code<1, bipolar>>, tensor<f32>
    %y = dorefa.linear %a, %p filter_scale(%s : tensor<f32>)
        : tensor<?x64x!dorefa.code<2, unipolar>>,
          tensor<96x64x!dorefa.code<1, bipolar>> -> tensor<?x96xf32>
    return %y : tensor<?x96xf32>
  }
)mlir";

/// Bodies of functions that were parallel loops.
static int64_t countLoops(mlir::ModuleOp module) {
  return llvm::count_if(module.getOps<mlir::LLVM::LLVMFuncOp>(),
                        [](mlir::LLVM::LLVMFuncOp function) {
                          return function.getName().contains("_parallel_") &&
                                 !function.isExternal();
                        });
}

TEST(ModulePartsTest, MovesParallelLoops) {
  driver::ModuleContext context(llvm::errs());
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  ASSERT_TRUE(module);
  driver::CompileOptions options;
  options.noTuned = true;
  ASSERT_FALSE(driver::lowerToTensors(*module, options));
  ASSERT_FALSE(driver::lowerToLLVM(*module, options));
  int64_t all = countLoops(*module);
  auto parts = splitModule(*module, /*opsPerPart=*/200);
  EXPECT_GT(parts.size(), 1u);
  EXPECT_GT(all, 1);
  EXPECT_EQ(countLoops(*module), 0);
  int64_t moved = 0;
  for (auto &part : parts) {
    EXPECT_TRUE(succeeded(mlir::verify(*part)));
    moved += countLoops(*part);
  }
  EXPECT_EQ(moved, all);
}
