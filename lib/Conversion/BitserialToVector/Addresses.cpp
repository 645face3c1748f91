//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Addresses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

Value bitserial::getByteAddress(ImplicitLocOpBuilder &b, Value memory) {
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, memory);
  auto type = cast<MemRefType>(memory.getType());
  if (type.getLayout().isIdentity())
    return address;
  auto parts = memref::ExtractStridedMetadataOp::create(b, memory);
  Value bytes =
      arith::ConstantIndexOp::create(b, type.getElementTypeBitWidth() / 8);
  Value offset = arith::MulIOp::create(b, parts.getOffset(), bytes);
  return arith::AddIOp::create(b, address, offset);
}

Value bitserial::getPointer(ImplicitLocOpBuilder &b, Value address) {
  Value integer = arith::IndexCastOp::create(b, b.getI64Type(), address);
  return LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()),
                                  integer);
}
