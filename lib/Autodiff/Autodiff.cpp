//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The reverse sweep.

#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Interfaces/DifferentiableOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// One reverse sweep over a block.
class ReverseSweep {
public:
  ReverseSweep(OpBuilder &builder, const GradientRequest &request)
      : builder(builder), request(request) {}

  FailureOr<SmallVector<Value>> run();

private:
  /// Every value an op reads, those its regions capture included.
  static llvm::SetVector<Value> readValues(Operation &op);
  /// True if a gradient may flow through operand `index` into a wanted value.
  bool isWanted(Operation &op, unsigned index);
  void collectVaried(Block &block, Operation *end);
  LogicalResult differentiate(Operation &op);
  LogicalResult diagnoseMissingRule(Operation &op);
  void accumulate(Value value, Value cotangent);

  OpBuilder &builder;
  const GradientRequest &request;
  /// Values that depend on a wanted value in a differentiable way.
  llvm::DenseSet<Value> varied;
  llvm::DenseMap<Value, Value> cotangents;
};
} // namespace

llvm::SetVector<Value> ReverseSweep::readValues(Operation &op) {
  llvm::SetVector<Value> values(op.operand_begin(), op.operand_end());
  for (Region &region : op.getRegions())
    getUsedValuesDefinedAbove(region, values);
  return values;
}

bool ReverseSweep::isWanted(Operation &op, unsigned index) {
  if (!varied.contains(op.getOperand(index)))
    return false;
  auto rule = dyn_cast<DifferentiableOpInterface>(op);
  return !rule || rule.carriesGradient(index);
}

// Integers, indices and bits carry no gradient: a value computed from them
// alone is locally constant.
void ReverseSweep::collectVaried(Block &block, Operation *end) {
  varied.insert(request.wrt.begin(), request.wrt.end());
  for (Operation &op : block) {
    if (&op == end)
      break;
    bool reached =
        llvm::any_of(llvm::seq<unsigned>(0, op.getNumOperands()),
                     [&](unsigned index) { return isWanted(op, index); });
    if (!reached && op.getNumRegions() > 0) {
      llvm::SetVector<Value> captured;
      for (Region &region : op.getRegions())
        getUsedValuesDefinedAbove(region, captured);
      reached =
          llvm::any_of(captured, [&](Value v) { return varied.contains(v); });
    }
    if (!reached)
      continue;
    for (Value result : op.getResults())
      if (isDifferentiable(result.getType()))
        varied.insert(result);
  }
}

void ReverseSweep::accumulate(Value value, Value cotangent) {
  Type type = getCotangentType(value.getType());
  if (cotangent.getType() != type)
    cotangent =
        tensor::CastOp::create(builder, cotangent.getLoc(), type, cotangent);
  Value &sum = cotangents[value];
  sum = sum ? arith::AddFOp::create(builder, cotangent.getLoc(), sum, cotangent)
            : cotangent;
}

LogicalResult ReverseSweep::diagnoseMissingRule(Operation &op) {
  InFlightDiagnostic error = op.emitError() << "no differentiation rule for '"
                                            << op.getName() << "'";
  if (op.getNumRegions() > 0 && !isa<linalg::LinalgOp>(op))
    error.attachNote() << "control flow between the differentiated arguments "
                          "and the result is not supported";
  if (isa<math::RoundOp, math::RoundEvenOp, math::FloorOp, math::CeilOp,
          math::TruncOp>(op))
    error.attachNote() << "its derivative is zero almost everywhere; name what "
                          "the gradient should see with 'dorefa.ste'";
  return error;
}

LogicalResult ReverseSweep::differentiate(Operation &op) {
  SmallVector<Value> incoming;
  bool arrives = false;
  for (Value result : op.getResults()) {
    incoming.push_back(cotangents.lookup(result));
    arrives |= incoming.back() && varied.contains(result);
  }
  if (!arrives)
    return success();
  auto rule = dyn_cast<DifferentiableOpInterface>(op);
  if (!rule)
    return diagnoseMissingRule(op);
  for (Value value : readValues(op))
    if (varied.contains(value) && !llvm::is_contained(op.getOperands(), value))
      return op.emitError("its region captures a value that needs a gradient; "
                          "make it an operand");
  auto needed = [&](unsigned index) { return isWanted(op, index); };
  BackwardContext context{needed, request.seed, request.step};
  Operation *before = builder.getInsertionPoint() == builder.getBlock()->begin()
                          ? nullptr
                          : &*std::prev(builder.getInsertionPoint());
  FailureOr<SmallVector<Value>> gradients =
      rule.buildVectorJacobianProduct(builder, incoming, context);
  if (failed(gradients))
    return failure();
  assert(gradients->size() == op.getNumOperands() &&
         "a rule returns one value for each operand");
  // A backward op belongs to the layer of the op that it differentiates.
  if (Attribute layer = op.getAttr("dorefa.layer")) {
    Block::iterator built =
        before ? std::next(before->getIterator()) : builder.getBlock()->begin();
    for (; built != builder.getInsertionPoint(); ++built)
      if (takesLayer(&*built) && !built->hasAttr("dorefa.layer"))
        built->setAttr("dorefa.layer", layer);
  }
  for (auto [index, gradient] : llvm::enumerate(*gradients))
    if (gradient && needed(index))
      accumulate(op.getOperand(index), gradient);
  return success();
}

FailureOr<SmallVector<Value>> ReverseSweep::run() {
  Block &block = *builder.getInsertionBlock();
  Operation *end = builder.getInsertionPoint() == block.end()
                       ? nullptr
                       : &*builder.getInsertionPoint();
  collectVaried(block, end);
  SmallVector<Operation *> forward;
  for (Operation &op : block) {
    if (&op == end)
      break;
    forward.push_back(&op);
  }
  for (auto [output, cotangent] :
       llvm::zip_equal(request.outputs, request.cotangents))
    accumulate(output, cotangent);
  for (Operation *op : llvm::reverse(forward))
    if (failed(differentiate(*op)))
      return failure();
  SmallVector<Value> gradients;
  for (Value value : request.wrt) {
    Value gradient = cotangents.lookup(value);
    gradients.push_back(
        gradient ? gradient
                 : buildZeroCotangent(builder, value.getLoc(), value));
  }
  return gradients;
}

FailureOr<SmallVector<Value>>
mlir::dorefa::buildGradients(OpBuilder &builder,
                             const GradientRequest &request) {
  return ReverseSweep(builder, request).run();
}

Value mlir::dorefa::buildZeroCotangent(OpBuilder &builder, Location loc,
                                       Value like) {
  Type type = getCotangentType(like.getType());
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return arith::ConstantOp::create(builder, loc, type,
                                     builder.getZeroAttr(type));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, like);
  Type element = tensor.getElementType();
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  Value zero = arith::ConstantOp::create(builder, loc, element,
                                         builder.getZeroAttr(element));
  return linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
}
