//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/BitserialToGPU/Passes.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTBITSERIALTONVVM
#include "dorefa/Conversion/BitserialToGPU/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bitserial;

/// The instructions; $0, $1, .. are the sums, the two descriptors behind them.
static std::string writePTX(WarpgroupMultiplyOp op) {
  std::string text;
  llvm::raw_string_ostream ptx(text);
  auto count = static_cast<int64_t>(op.getSums().size());
  int64_t each = op.getColumns() / 2;
  // A descriptor holds its address without the last four bits.
  auto distance = [](ArrayRef<int64_t> strides, int64_t step, int64_t plane) {
    return (step * strides[0] + plane * strides[1]) / 16;
  };
  StringRef kind = op.getBytes() ? "k32.s32.u8.u8" : "k256.s32.b1.b1.and.popc";
  ptx << "{\n.reg .pred p; .reg .b64 a, b;\nsetp.ne.b32 p, 1, 0;\n"
         "wgmma.fence.sync.aligned;\n";
  for (int64_t step = 0; step < static_cast<int64_t>(op.getSteps()); ++step)
    for (int64_t p = 0; p < op.getLhsPlanes(); ++p)
      for (int64_t q = 0; q < op.getRhsPlanes(); ++q) {
        ptx << "add.s64 a, $" << count << ", "
            << distance(op.getLhsStrides(), step, p) << "; add.s64 b, $"
            << count + 1 << ", " << distance(op.getRhsStrides(), step, q)
            << ";\nwgmma.mma_async.sync.aligned.m64n" << op.getColumns() << kind
            << " {";
        for (int64_t i = 0; i < each; ++i)
          ptx << (i ? ", $" : "$") << (p + q) * each + i;
        ptx << "}, a, b, p;\n";
      }
  ptx << "wgmma.commit_group.sync.aligned;\n"
         "wgmma.wait_group.sync.aligned 0;\n}";
  return text;
}

/// Sums are outputs, and inputs in the same registers.
static void convert(WarpgroupMultiplyOp op) {
  OpBuilder builder(op);
  size_t count = op.getSums().size();
  std::string constraints;
  for (size_t i = 0; i < count; ++i)
    constraints += "=r,";
  constraints += "l,l,";
  for (size_t i = 0; i < count; ++i)
    constraints += std::to_string(i) + ",";
  constraints += "~{memory}";
  auto type = LLVM::LLVMStructType::getLiteral(
      op.getContext(), SmallVector<Type>(count, builder.getI32Type()));
  auto assembly = LLVM::InlineAsmOp::create(
      builder, op.getLoc(), type, op.getOperands(), writePTX(op), constraints,
      /*has_side_effects=*/true, /*is_align_stack=*/false,
      LLVM::tailcallkind::TailCallKind::None,
      LLVM::AsmDialectAttr::get(op.getContext(), LLVM::AsmDialect::AD_ATT),
      /*operand_attrs=*/ArrayAttr());
  SmallVector<Value> results;
  for (size_t i = 0; i < count; ++i)
    results.push_back(LLVM::ExtractValueOp::create(
        builder, op.getLoc(), assembly.getResult(0), static_cast<int64_t>(i)));
  op.replaceAllUsesWith(results);
  op.erase();
}

namespace {
struct ConvertBitserialToNVVM
    : dorefa::impl::ConvertBitserialToNVVMBase<ConvertBitserialToNVVM> {
  void runOnOperation() override {
    SmallVector<WarpgroupMultiplyOp> ops;
    getOperation()->walk([&](WarpgroupMultiplyOp op) { ops.push_back(op); });
    llvm::for_each(ops, convert);
  }
};
} // namespace
