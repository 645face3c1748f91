//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Pipelines/NVIDIAChips.h"
#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_ASKCHIP
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// DorefaChip of each, as numbers in a row.
static FailureOr<SmallVector<int32_t>> describeChips(bitserial::ChipOp op) {
  SmallVector<int32_t> numbers;
  for (StringRef name : op.getChips().getAsValueRange<StringAttr>()) {
    const dorefa::NVIDIAChip *chip = dorefa::findChip(name);
    if (!chip)
      return op.emitOpError("asks for '") << name << "', which is not known";
    numbers.push_back(chip->capability());
    numbers.push_back(chip->isExact());
  }
  return numbers;
}

namespace {
struct AskChip : dorefa::impl::AskChipBase<AskChip> {
  using AskChipBase::AskChipBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    DenseMap<Attribute, LLVM::GlobalOp> lists;
    SmallVector<bitserial::ChipOp> questions;
    getOperation().walk([&](bitserial::ChipOp op) { questions.push_back(op); });
    for (bitserial::ChipOp op : questions) {
      auto numbers = describeChips(op);
      if (failed(numbers))
        return signalPassFailure();
      LLVM::GlobalOp &list = lists[op.getChips()];
      OpBuilder top(getOperation().getBodyRegion());
      if (!list) {
        Type type = LLVM::LLVMArrayType::get(top.getI32Type(), numbers->size());
        list = LLVM::GlobalOp::create(
            top, op.getLoc(), type, /*isConstant=*/true,
            LLVM::Linkage::Internal, "chips", top.getI32TensorAttr(*numbers));
        symbols.insert(list);
      }
      ImplicitLocOpBuilder b(op.getLoc(), op);
      Value count = LLVM::ConstantOp::create(
          b, b.getI64Type(), b.getI64IntegerAttr(op.getChips().size()));
      Value arguments[] = {LLVM::AddressOfOp::create(b, list), count};
      auto function = symbols.lookup<LLVM::LLVMFuncOp>("dorefaChooseChip");
      if (!function) {
        function = LLVM::LLVMFuncOp::create(
            top, op.getLoc(), "dorefaChooseChip",
            LLVM::LLVMFunctionType::get(
                b.getI32Type(),
                {arguments[0].getType(), arguments[1].getType()}));
        symbols.insert(function);
      }
      op.replaceAllUsesWith(
          LLVM::CallOp::create(b, function, arguments).getResult());
      op.erase();
    }
  }
};
} // namespace
