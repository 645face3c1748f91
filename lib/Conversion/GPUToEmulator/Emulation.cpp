//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

Emulation::Emulation(ModuleOp module)
    : host(module), symbolTable(module),
      pointerType(LLVM::LLVMPointerType::get(module.getContext())),
      int32(IntegerType::get(module.getContext(), 32)),
      int64(IntegerType::get(module.getContext(), 64)) {}

Value Emulation::constant(OpBuilder &builder, Location loc, int32_t value) {
  return LLVM::ConstantOp::create(builder, loc, int32,
                                  builder.getI32IntegerAttr(value));
}

Value Emulation::constant64(OpBuilder &builder, Location loc, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, int64,
                                  builder.getI64IntegerAttr(value));
}

Value Emulation::call(OpBuilder &builder, Location loc, StringRef name,
                      Type result, ValueRange arguments) {
  auto function = symbolTable.lookup<LLVM::LLVMFuncOp>(name);
  if (!function) {
    // Kernels still have address spaces where this is called; they lose them.
    SmallVector<Type> types;
    for (Type type : arguments.getTypes())
      types.push_back(isa<LLVM::LLVMPointerType>(type) ? pointerType : type);
    auto type = LLVM::LLVMFunctionType::get(
        result ? result : LLVM::LLVMVoidType::get(builder.getContext()), types);
    OpBuilder top(host.getBodyRegion());
    function = LLVM::LLVMFuncOp::create(top, loc, name, type);
    symbolTable.insert(function);
  }
  auto call = LLVM::CallOp::create(builder, loc, function, arguments);
  return result ? call.getResult() : Value();
}

LLVM::GlobalOp Emulation::textGlobal(StringRef content) {
  OpBuilder top(host.getBodyRegion());
  std::string bytes = (content + StringRef("\0", 1)).str();
  auto type = LLVM::LLVMArrayType::get(top.getI8Type(),
                                       static_cast<unsigned>(bytes.size()));
  auto global = LLVM::GlobalOp::create(
      top, host.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::Internal,
      "emulator_text", top.getStringAttr(bytes));
  symbolTable.insert(global);
  return global;
}

Value Emulation::text(OpBuilder &builder, Location loc, StringRef content) {
  return LLVM::AddressOfOp::create(builder, loc, textGlobal(content));
}

/// The first position in a file that a location has.
static std::string describe(Location loc) {
  std::string text;
  loc->walk([&](Location nested) {
    auto file = dyn_cast<FileLineColLoc>(nested);
    if (!file)
      return WalkResult::advance();
    text = (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
            Twine(file.getColumn()))
               .str();
    return WalkResult::interrupt();
  });
  return text.empty() ? "an unknown place" : text;
}

Value Emulation::site(OpBuilder &builder, Operation *op, bool isUnique) {
  std::string content = describe(op->getLoc());
  if (isUnique)
    return text(builder, op->getLoc(), content);
  LLVM::GlobalOp &known = sites[content];
  if (!known)
    known = textGlobal(content);
  return LLVM::AddressOfOp::create(builder, op->getLoc(), known);
}

Value Emulation::allocate(OpBuilder &builder, Location loc, Type element,
                          int64_t count) {
  OpBuilder::InsertionGuard guard(builder);
  Operation *block = builder.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<LLVM::LLVMFuncOp>(block);
  if (!function)
    function = block->getParentOfType<LLVM::LLVMFuncOp>();
  builder.setInsertionPointToStart(&function.getBody().front());
  Value size = constant64(builder, loc, count);
  return LLVM::AllocaOp::create(builder, loc, pointerType, element, size);
}
