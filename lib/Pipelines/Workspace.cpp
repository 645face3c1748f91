//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workspace.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace mlir::dorefa;

/// The one workspace that is kept is in a variable, its size in its first
/// bytes. Whoever takes it leaves null, so that a call at the same time
/// allocates its own; the last one that is given back stays. Objects that are
/// linked together share it all.
static constexpr StringLiteral functions = R"mlir(
llvm.mlir.global linkonce_odr hidden @dorefa_workspace() : !llvm.ptr {
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.return %null : !llvm.ptr
}
llvm.func @aligned_alloc(i64, i64) -> !llvm.ptr
llvm.func @free(!llvm.ptr)

llvm.func linkonce_odr hidden @dorefa_take_workspace(%bytes: i64) -> !llvm.ptr {
  %header = llvm.mlir.constant(64 : i64) : i64
  %null = llvm.mlir.zero : !llvm.ptr
  %slot = llvm.mlir.addressof @dorefa_workspace : !llvm.ptr
  %kept = llvm.atomicrmw xchg %slot, %null acq_rel : !llvm.ptr, !llvm.ptr
  %is_none = llvm.icmp "eq" %kept, %null : !llvm.ptr
  llvm.cond_br %is_none, ^allocate, ^compare
^compare:
  %size = llvm.load %kept : !llvm.ptr -> i64
  %is_enough = llvm.icmp "uge" %size, %bytes : i64
  llvm.cond_br %is_enough, ^take(%kept : !llvm.ptr), ^replace
^replace:
  llvm.call @free(%kept) : (!llvm.ptr) -> ()
  llvm.br ^allocate
^allocate:
  %all = llvm.add %bytes, %header : i64
  %new = llvm.call @aligned_alloc(%header, %all) : (i64, i64) -> !llvm.ptr
  llvm.store %bytes, %new : i64, !llvm.ptr
  llvm.br ^take(%new : !llvm.ptr)
^take(%workspace: !llvm.ptr):
  llvm.return %workspace : !llvm.ptr
}

llvm.func linkonce_odr hidden @dorefa_give_workspace(%workspace: !llvm.ptr) {
  %slot = llvm.mlir.addressof @dorefa_workspace : !llvm.ptr
  %other = llvm.atomicrmw xchg %slot, %workspace acq_rel : !llvm.ptr, !llvm.ptr
  llvm.call @free(%other) : (!llvm.ptr) -> ()
  llvm.return
}

llvm.func weak_odr @dorefa_free_workspace() {
  %null = llvm.mlir.zero : !llvm.ptr
  llvm.call @dorefa_give_workspace(%null) : (!llvm.ptr) -> ()
  llvm.return
}

llvm.func weak_odr @dorefa_workspace_bytes() -> i64 {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %null = llvm.mlir.zero : !llvm.ptr
  %slot = llvm.mlir.addressof @dorefa_workspace : !llvm.ptr
  %kept = llvm.load %slot : !llvm.ptr -> !llvm.ptr
  %is_none = llvm.icmp "eq" %kept, %null : !llvm.ptr
  llvm.cond_br %is_none, ^return(%zero : i64), ^read
^read:
  %size = llvm.load %kept : !llvm.ptr -> i64
  llvm.br ^return(%size : i64)
^return(%bytes: i64):
  llvm.return %bytes : i64
}
llvm.mlir.global_dtors dtors = [@dorefa_free_workspace],
  priorities = [65535 : i32], data = [#llvm.zero]
)mlir";

void dorefa::addWorkspaceFunctions(ModuleOp module) {
  auto source = parseSourceString<ModuleOp>(functions, module.getContext());
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  for (Operation &op : *source->getBody()) {
    auto symbol = dyn_cast<SymbolOpInterface>(op);
    if (!symbol || !module.lookupSymbol(symbol.getNameAttr()))
      builder.clone(op);
  }
}

Value dorefa::createWorkspace(OpBuilder &builder, func::FuncOp function,
                              Value bytes) {
  Location loc = function.getLoc();
  MLIRContext *context = builder.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  Type word = builder.getI64Type();
  Value size = arith::IndexCastOp::create(builder, loc, word, bytes);
  Value workspace =
      LLVM::CallOp::create(builder, loc, pointer, "dorefa_take_workspace", size)
          .getResult();

  // The descriptor, as memrefs are lowered: allocated, aligned, offset, sizes,
  // strides.
  Value data = LLVM::GEPOp::create(
      builder, loc, pointer, builder.getI8Type(), workspace,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(workspaceAlignment)});
  Type words = LLVM::LLVMArrayType::get(word, 1);
  Value zero = LLVM::ConstantOp::create(builder, loc, word, 0);
  Value one = LLVM::ConstantOp::create(builder, loc, word, 1);
  Value descriptor = LLVM::UndefOp::create(
      builder, loc,
      LLVM::LLVMStructType::getLiteral(context,
                                       {pointer, pointer, word, words, words}));
  std::pair<Value, SmallVector<int64_t>> fields[] = {
      {data, {0}}, {data, {1}}, {zero, {2}}, {size, {3, 0}}, {one, {4, 0}}};
  for (auto &[value, position] : fields)
    descriptor =
        LLVM::InsertValueOp::create(builder, loc, descriptor, value, position);
  auto type = MemRefType::get(ShapedType::kDynamic, builder.getI8Type());
  Value memory =
      UnrealizedConversionCastOp::create(builder, loc, type, descriptor)
          .getResult(0);

  builder.setInsertionPoint(function.getBody().front().getTerminator());
  LLVM::CallOp::create(builder, loc, TypeRange(), "dorefa_give_workspace",
                       workspace);
  return memory;
}
