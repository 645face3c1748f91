//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Looks for products that were meant to run on codes and would not.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CHECKLOWERED
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

/// True for ops whose result holds the values of their operands, moved about
/// or computed one by one.
static bool isElementwise(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (dialect == "arith" || dialect == "math" || dialect == "tensor")
    return true;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.getNumReductionLoops() == 0;
  return isa<SteOp>(op);
}

/// The dequantization that `value` is computed from, or null.
static Operation *findCodes(Value value) {
  SmallVector<Value> worklist = {value};
  SmallPtrSet<Operation *, 16> seen;
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val().getDefiningOp();
    if (!op || !seen.insert(op).second)
      continue;
    if (isa<DequantizeOp>(op))
      return op;
    if (isElementwise(op))
      llvm::append_range(worklist, op->getOperands());
  }
  return nullptr;
}

/// The two factors of a product, or nothing.
static SmallVector<Value, 2> getFactors(Operation *op) {
  if (isa<Conv2DOp, Conv2DGradInputOp, Conv2DGradFilterOp, LinearOp,
          LinearGradInputOp, LinearGradFilterOp>(op))
    return {op->getOperand(0), op->getOperand(1)};
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    if (linalgOp.getNumDpsInputs() == 2 &&
        (linalg::isaContractionOpInterface(linalgOp) ||
         linalg::isaConvolutionOpInterface(linalgOp)))
      return {linalgOp.getDpsInputs()[0], linalgOp.getDpsInputs()[1]};
  StringRef name = op->getName().getStringRef();
  if (name == "tosa.conv2d" || name == "tosa.matmul")
    return {op->getOperand(0), op->getOperand(1)};
  return {};
}

static std::string getLayerName(Operation *op) {
  if (auto layer = op->getAttrOfType<StringAttr>("dorefa.layer"))
    return ("layer '" + layer.getValue() + "'").str();
  return "a layer without a name";
}

namespace {
struct CheckLowered : dorefa::impl::CheckLoweredBase<CheckLowered> {
  using CheckLoweredBase::CheckLoweredBase;

  void runOnOperation() override {
    bool failed = false;
    getOperation().walk([&](Operation *op) {
      SmallVector<Value, 2> factors = getFactors(op);
      if (factors.empty())
        return;
      bool codes[2] = {bool(getCodeType(factors[0].getType())),
                       bool(getCodeType(factors[1].getType()))};
      if (codes[0] && codes[1]) {
        if (strategy != "float")
          return;
        op->emitOpError() << getLayerName(op)
                          << " is quantized but would run in float: the "
                             "strategy float was asked for";
        failed = true;
        return;
      }
      for (unsigned i : {0, 1}) {
        Operation *source = codes[i] ? nullptr : findCodes(factors[i]);
        if (!source)
          continue;
        InFlightDiagnostic diagnostic =
            op->emitOpError()
            << getLayerName(op) << " is quantized but would run in float: its "
            << (i == 0 ? "first" : "second")
            << " operand is an f32 tensor computed from codes";
        diagnostic.attachNote(source->getLoc())
            << "the codes are dequantized here";
        failed = true;
        return;
      }
      if (report && codes[0] != codes[1])
        op->emitRemark() << getLayerName(op) << " runs this product in float: "
                         << "one operand has 32 bits";
    });
    if (failed)
      signalPassFailure();
  }
};
} // namespace
