//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Calls a function of the run-time library.
static void callRuntime(ImplicitLocOpBuilder &b, StringRef name,
                        ValueRange arguments) {
  auto module =
      b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  if (!function) {
    OpBuilder top(module.getBodyRegion());
    function = LLVM::LLVMFuncOp::create(
        top, module.getLoc(), name,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                    llvm::to_vector(arguments.getTypes())));
  }
  LLVM::CallOp::create(b, function, arguments);
}

static Value buildPointer(ImplicitLocOpBuilder &b, Value address) {
  Value bits = arith::IndexCastOp::create(b, b.getI64Type(), address);
  return LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()),
                                  bits);
}

void mlir::dorefa::convertHostLoad(memref::LoadOp load) {
  ImplicitLocOpBuilder b(load.getLoc(), load);
  Type element = load.getType();
  unsigned bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  Value size = arith::ConstantIndexOp::create(b, llvm::divideCeil(bits, 8));
  auto source = memref::ExtractStridedMetadataOp::create(b, load.getMemRef());
  Value offset = source.getOffset();
  for (auto [index, stride] :
       llvm::zip_equal(load.getIndices(), source.getStrides()))
    offset = arith::AddIOp::create(b, offset,
                                   arith::MulIOp::create(b, index, stride));
  Value begin =
      memref::ExtractAlignedPointerAsIndexOp::create(b, load.getMemRef());
  Value address =
      arith::AddIOp::create(b, begin, arith::MulIOp::create(b, offset, size));
  auto host = memref::AllocaOp::create(b, MemRefType::get({}, element));
  Value target = memref::ExtractAlignedPointerAsIndexOp::create(b, host);
  Value stream =
      LLVM::ZeroOp::create(b, LLVM::LLVMPointerType::get(b.getContext()));
  Value bytes = arith::IndexCastOp::create(b, b.getI64Type(), size);
  callRuntime(
      b, "mgpuMemcpy",
      {buildPointer(b, target), buildPointer(b, address), bytes, stream});
  callRuntime(b, "mgpuStreamSynchronize", {stream});
  load.replaceAllUsesWith(
      memref::LoadOp::create(b, host, ValueRange()).getResult());
  load.erase();
}
