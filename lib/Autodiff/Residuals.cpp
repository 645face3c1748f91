//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Finds and reports residuals.

#include "dorefa/Autodiff/Residuals.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Every value that `op` reads the contents of, captures of regions included.
static llvm::SetVector<Value> readValues(Operation &op) {
  if (isa<tensor::DimOp>(op)) // the size alone
    return {};
  llvm::SetVector<Value> values(op.operand_begin(), op.operand_end());
  for (Region &region : op.getRegions())
    getUsedValuesDefinedAbove(region, values);
  return values;
}

/// The value whose storage `value` shares.
static Value getStorage(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp,
             QuantizeGradientOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The ops of the block whose results the terminator needs.
static llvm::DenseSet<Operation *> collectLive(Block &block) {
  llvm::DenseSet<Operation *> live;
  for (Operation &op : llvm::reverse(block)) {
    bool used = op.hasTrait<OpTrait::IsTerminator>();
    for (Operation *user : op.getUsers())
      used |= live.contains(block.findAncestorOpInBlock(*user));
    if (used)
      live.insert(&op);
  }
  return live;
}

/// The values that depend on the samples: on an argument that is neither a
/// parameter nor a state.
static llvm::DenseSet<Value> collectSampleValues(func::FuncOp function) {
  llvm::DenseSet<Value> values;
  for (BlockArgument argument : function.getArguments())
    if (!function.getArgAttr(argument.getArgNumber(), "dorefa.parameter") &&
        !function.getArgAttr(argument.getArgNumber(), "dorefa.state"))
      values.insert(argument);
  for (Operation &op : function.getBody().front())
    if (llvm::any_of(readValues(op),
                     [&](Value value) { return values.contains(value); }))
      values.insert(op.result_begin(), op.result_end());
  return values;
}

/// The batch size of the model's input: the first axis of the argument marked
/// `dorefa.input`, or of the first tensor.
static int64_t getBatch(func::FuncOp function) {
  int64_t batch = ShapedType::kDynamic;
  for (BlockArgument argument : llvm::reverse(function.getArguments())) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || type.getRank() == 0)
      continue;
    batch = type.getDimSize(0);
    if (function.getArgAttr(argument.getArgNumber(), "dorefa.input"))
      return batch;
  }
  return batch;
}

static unsigned getStoredBits(Type element) {
  if (auto code = dyn_cast<CodeType>(element))
    return code.getBits();
  return element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
}

SmallVector<Residual> mlir::dorefa::collectResiduals(func::FuncOp function,
                                                     Operation *lastForward) {
  Block &block = function.getBody().front();
  llvm::DenseSet<Operation *> live = collectLive(block);
  llvm::DenseSet<Operation *> forward;
  if (lastForward)
    for (Operation &op : block) {
      forward.insert(&op);
      if (&op == lastForward)
        break;
    }
  // A mask stands behind its forward op, the last one included.
  for (Operation &op : block)
    if (isa<ClipMaskOp>(op))
      forward.insert(&op);
  llvm::DenseSet<Value> samples = collectSampleValues(function);
  int64_t batch = getBatch(function);

  llvm::DenseSet<Value> kept;
  for (Operation &op : block) {
    if (forward.contains(&op) || !live.contains(&op) ||
        op.hasTrait<OpTrait::IsTerminator>())
      continue;
    for (Value value : readValues(op)) {
      value = getStorage(value);
      Operation *source = value.getDefiningOp();
      if (isa<RankedTensorType>(value.getType()) &&
          (!source || forward.contains(source)) &&
          !matchPattern(value, m_Constant()))
        kept.insert(value);
    }
  }

  SmallVector<Value> ordered(block.getArguments());
  for (Operation &op : block)
    ordered.append(op.result_begin(), op.result_end());
  SmallVector<Residual> residuals;
  for (Value value : ordered) {
    if (!kept.contains(value))
      continue;
    Residual residual;
    residual.value = value;
    residual.source = "argument";
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto has = [&](StringRef name) {
        return function.getArgAttr(argument.getArgNumber(), name);
      };
      if (has("dorefa.parameter") || has("dorefa.state") ||
          has("dorefa.cotangent"))
        continue;
    } else {
      Operation *source = value.getDefiningOp();
      residual.source = source->getName().getStringRef().str();
      if (auto layer = source->getAttrOfType<StringAttr>("dorefa.layer"))
        residual.layer = layer.str();
    }
    auto type = cast<RankedTensorType>(value.getType());
    residual.bits = getStoredBits(type.getElementType());
    residual.perSample = samples.contains(value) && type.getRank() > 0 &&
                         type.getDimSize(0) == batch;
    ArrayRef<int64_t> shape =
        type.getShape().drop_front(residual.perSample ? 1 : 0);
    if (llvm::is_contained(shape, ShapedType::kDynamic))
      continue; // no size to report
    residual.elements = ShapedType::getNumElements(shape);
    residuals.push_back(residual);
  }
  return residuals;
}

void mlir::dorefa::printResiduals(llvm::raw_ostream &os, func::FuncOp function,
                                  ArrayRef<Residual> residuals) {
  os << "residuals of @" << function.getName() << ", bytes a sample\n";
  os << llvm::format("  %-12s %-28s %10s %5s %10s %10s\n", "layer", "value",
                     "elements", "bits", "packed", "f32");
  int64_t packed = 0, real = 0, shared = 0;
  for (const Residual &residual : residuals) {
    if (!residual.perSample) {
      shared += residual.packedBytes();
      continue;
    }
    packed += residual.packedBytes();
    real += residual.floatBytes();
    os << llvm::format("  %-12s %-28s %10lld %5u %10lld %10lld\n",
                       residual.layer.empty() ? "-" : residual.layer.c_str(),
                       residual.source.c_str(),
                       static_cast<long long>(residual.elements), residual.bits,
                       static_cast<long long>(residual.packedBytes()),
                       static_cast<long long>(residual.floatBytes()));
  }
  os << llvm::format("  %-12s %-28s %10s %5s %10lld %10lld\n", "total", "", "",
                     "", static_cast<long long>(packed),
                     static_cast<long long>(real));
  os << "  and " << shared << " bytes whatever the batch\n";
}
