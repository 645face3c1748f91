//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/LinalgToGPU/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_DEVICEMEMORY
#include "dorefa/Conversion/LinalgToGPU/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
struct DeviceMemory : dorefa::impl::DeviceMemoryBase<DeviceMemory> {
  void runOnOperation() override {
    Type pointer = LLVM::LLVMPointerType::get(&getContext());
    Type flag = IntegerType::get(&getContext(), 1);
    for (StringRef name :
         {"_mlir_memref_to_llvm_alloc", "_mlir_memref_to_llvm_aligned_alloc"})
      define(name, [&](ImplicitLocOpBuilder &b, ValueRange arguments) -> Value {
        // The size comes last; the device aligns more than anybody asks for.
        Value null = LLVM::ZeroOp::create(b, pointer);
        Value shared = LLVM::ConstantOp::create(b, flag, b.getBoolAttr(false));
        return call(b, "mgpuMemAlloc", pointer,
                    {arguments.back(), null, shared});
      });
    for (StringRef name :
         {"_mlir_memref_to_llvm_free", "_mlir_memref_to_llvm_aligned_free"})
      define(name, [&](ImplicitLocOpBuilder &b, ValueRange arguments) -> Value {
        Value null = LLVM::ZeroOp::create(b, pointer);
        return call(b, "mgpuMemFree", Type(), {arguments[0], null});
      });
  }

  /// Gives a declared function a body.
  void define(StringRef name,
              function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> body) {
    auto function = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name);
    if (!function || !function.isExternal())
      return;
    function.setLinkage(LLVM::Linkage::Internal);
    function->removeAttr("sym_visibility");
    ImplicitLocOpBuilder b(function.getLoc(), &getContext());
    Block *block = function.addEntryBlock(b);
    b.setInsertionPointToStart(block);
    Value result = body(b, block->getArguments());
    LLVM::ReturnOp::create(b, result ? ValueRange(result) : ValueRange());
  }

  Value call(ImplicitLocOpBuilder &b, StringRef name, Type result,
             ValueRange arguments) {
    auto function = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(name);
    if (!function) {
      OpBuilder top(getOperation().getBodyRegion());
      function = LLVM::LLVMFuncOp::create(
          top, b.getLoc(), name,
          LLVM::LLVMFunctionType::get(
              result ? result : LLVM::LLVMVoidType::get(&getContext()),
              llvm::to_vector(arguments.getTypes())));
    }
    auto call = LLVM::CallOp::create(b, function, arguments);
    return result ? call.getResult() : Value();
  }
};
} // namespace
