//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The differentiation rule of every structured op of linalg: elementwise ops,
// broadcasts, transposes, contractions, sums and maxima, named or generic.
//
// An op computes, over a loop nest, a body of scalars. Its adjoint in an input
// runs over the same nest: the body is computed again, differentiated by the
// rules of its scalar ops, and the contributions are added up over the loops
// that the input's map leaves out.

#include "LinalgRules.h"
#include "dorefa/Autodiff/Autodiff.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// What a body computes
//===----------------------------------------------------------------------===//

namespace {
/// How a result comes out of the body's values over the reduction loops.
enum class Folding { none, sum, maximum, minimum };

/// A result of the op: `folding` over `term`, a value of the body that does not
/// depend on the value so far.
struct FoldedResult {
  Folding folding = Folding::none;
  Value term;
  Operation *combiner = nullptr; // the op that folds, null for `none`
};

/// The adjoint loop nest: inputs and their maps, and the output.
struct Nest {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  /// The block argument of the op's body that each input stands for, or null.
  SmallVector<Value> sources;

  /// Returns the number of the input.
  unsigned add(Value input, AffineMap map, Value source = {}) {
    inputs.push_back(input);
    maps.push_back(map);
    sources.push_back(source);
    return inputs.size() - 1;
  }
};

class StructuredRule {
public:
  StructuredRule(linalg::LinalgOp op, OpBuilder &builder,
                 ArrayRef<Value> cotangents, const BackwardContext &context)
      : op(op), builder(builder), cotangents(cotangents), context(context),
        loc(op.getLoc()), maps(op.getIndexingMapsArray()),
        numLoops(op.getNumLoops()) {}

  Gradients run();

private:
  LogicalResult matchResults();
  std::optional<FoldedResult> matchFolding(unsigned result);
  FailureOr<Value> buildAdjoint(unsigned operand);
  Value buildWinnerCount(unsigned result);
  using Body = function_ref<Value(Block &block, IRMapping &mapping)>;
  Value buildNest(Nest nest, AffineMap outputMap, Value start, bool accumulates,
                  Body body);
  Value buildWinner(const FoldedResult &result, IRMapping &mapping, Value best);
  Value buildStart(unsigned operand, ArrayRef<unsigned> axes, bool accumulates);
  void cloneBody(IRMapping &mapping);
  /// The body's argument for an operand, or null.
  Value getArgument(unsigned operand) {
    Block *body = op.getBlock();
    return operand < body->getNumArguments() ? body->getArgument(operand)
                                             : BlockArgument();
  }
  AffineMap getResultMap(unsigned result) {
    return maps[op.getNumDpsInputs() + result];
  }
  Nest getForwardNest();

  linalg::LinalgOp op;
  OpBuilder &builder;
  ArrayRef<Value> cotangents;
  const BackwardContext &context;
  Location loc;
  SmallVector<AffineMap> maps;
  unsigned numLoops;
  SmallVector<FoldedResult> results;
  /// The number of winners of each maximum or minimum; null for others.
  SmallVector<Value> counts;
};
} // namespace

std::optional<FoldedResult> StructuredRule::matchFolding(unsigned result) {
  Value yielded = op.getBlock()->getTerminator()->getOperand(result);
  if (op.getNumReductionLoops() == 0)
    return FoldedResult{Folding::none, yielded, nullptr};
  Value running = getArgument(op.getNumDpsInputs() + result);
  Operation *combiner = yielded.getDefiningOp();
  if (!combiner || combiner->getBlock() != op.getBlock() || !running ||
      !running.hasOneUse() || *running.user_begin() != combiner ||
      combiner->getNumOperands() != 2)
    return std::nullopt;
  Value term = combiner->getOperand(combiner->getOperand(0) == running ? 1 : 0);
  if (isa<arith::AddFOp>(combiner))
    return FoldedResult{Folding::sum, term, combiner};
  if (isa<arith::MaximumFOp, arith::MaxNumFOp>(combiner))
    return FoldedResult{Folding::maximum, term, combiner};
  if (isa<arith::MinimumFOp, arith::MinNumFOp>(combiner))
    return FoldedResult{Folding::minimum, term, combiner};
  return std::nullopt;
}

LogicalResult StructuredRule::matchResults() {
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    results.emplace_back();
    counts.emplace_back();
    if (!cotangents[i])
      continue;
    std::optional<FoldedResult> folded = matchFolding(i);
    if (!folded)
      return op->emitOpError("is differentiated only where a reduction is a "
                             "sum, a maximum or a minimum of values that do "
                             "not depend on the one so far");
    if (folded->folding == Folding::maximum ||
        folded->folding == Folding::minimum) {
      if (context.needed(op.getNumDpsInputs() + i))
        return op->emitOpError("no gradient flows into the start value of a "
                               "maximum or minimum");
    }
    results.back() = *folded;
  }
  for (auto [index, map] : llvm::enumerate(maps)) {
    if (!context.needed(index))
      continue;
    auto shaped = dyn_cast<ShapedType>(op->getOperand(index).getType());
    bool isPlain = map.isProjectedPermutation(/*allowZeroInResults=*/true);
    for (auto [axis, expression] : llvm::enumerate(map.getResults()))
      isPlain &= isa<AffineDimExpr>(expression) || shaped.getDimSize(axis) == 1;
    if (!isPlain)
      return op->emitOpError()
             << "is not differentiated with respect to operand " << index
             << ": its indexing map " << AffineMapAttr::get(map)
             << " is not a projected permutation";
  }
  return success();
}

/// The op's own operands under its own maps.
Nest StructuredRule::getForwardNest() {
  Nest nest;
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (Value argument = getArgument(i))
      nest.add(op->getOperand(i), maps[i], argument);
  return nest;
}

/// Copies the body's ops but those that fold.
void StructuredRule::cloneBody(IRMapping &mapping) {
  for (Operation &inner : op.getBlock()->without_terminator())
    if (llvm::none_of(results, [&](const FoldedResult &result) {
          return result.combiner == &inner;
        }))
      builder.clone(inner, mapping);
}

/// Builds a linalg.generic over the op's loops; `body` builds at the end of its
/// block and returns what it yields, to be added to `start` if it accumulates.
/// Inputs that the body does not read are left out as far as the others
/// determine the loops. Null if the body returns null.
Value StructuredRule::buildNest(Nest nest, AffineMap outputMap, Value start,
                                bool accumulates, Body body) {
  // The body is built in a block of its own, to see what it reads.
  Region region;
  {
    OpBuilder::InsertionGuard guard(builder);
    Block *block = builder.createBlock(&region);
    IRMapping mapping;
    for (auto [input, source] : llvm::zip_equal(nest.inputs, nest.sources)) {
      Value argument =
          block->addArgument(getElementTypeOrSelf(input.getType()), loc);
      if (source)
        mapping.map(source, argument);
    }
    Value running =
        block->addArgument(getElementTypeOrSelf(start.getType()), loc);
    Value yielded = body(*block, mapping);
    if (!yielded)
      return {};
    // A copy of an input is that input.
    if (auto copied = dyn_cast<BlockArgument>(yielded);
        copied && !accumulates && copied.getOwner() == block) {
      unsigned index = copied.getArgNumber();
      if (nest.maps[index] == outputMap &&
          nest.inputs[index].getType() == start.getType())
        return nest.inputs[index];
    }
    if (accumulates)
      yielded = arith::AddFOp::create(builder, loc, running, yielded);
    linalg::YieldOp::create(builder, loc, yielded);
    for (Operation &inner : llvm::make_early_inc_range(llvm::reverse(*block)))
      if (isOpTriviallyDead(&inner))
        inner.erase();
  }

  Block &block = region.front();
  for (int index = nest.inputs.size() - 1; index >= 0; --index) {
    if (!block.getArgument(index).use_empty())
      continue;
    SmallVector<AffineMap> others = nest.maps;
    others.erase(others.begin() + index);
    others.push_back(outputMap);
    if (!inversePermutation(concatAffineMaps(others, op.getContext())))
      continue;
    nest.inputs.erase(nest.inputs.begin() + index);
    nest.maps.erase(nest.maps.begin() + index);
    block.eraseArgument(index);
  }
  nest.maps.push_back(outputMap);
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::reduction);
  for (AffineExpr position : outputMap.getResults())
    iterators[cast<AffineDimExpr>(position).getPosition()] =
        utils::IteratorType::parallel;
  auto generic = linalg::GenericOp::create(
      builder, loc, start.getType(), nest.inputs, start, nest.maps, iterators);
  generic.getRegion().takeBody(region);
  return generic.getResult(0);
}

//===----------------------------------------------------------------------===//
// Maxima and minima
//===----------------------------------------------------------------------===//

/// Whether the term at hand is the result.
Value StructuredRule::buildWinner(const FoldedResult &result,
                                  IRMapping &mapping, Value best) {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ,
                               mapping.lookupOrDefault(result.term), best);
}

/// How many terms are the result: they share its gradient evenly.
Value StructuredRule::buildWinnerCount(unsigned index) {
  AffineMap map = getResultMap(index);
  Nest nest = getForwardNest();
  unsigned best = nest.add(op->getResult(index), map);
  Value zeros = buildFilledLike(builder, loc, op->getResult(index), 0);
  return buildNest(
      nest, map, zeros, /*accumulates=*/true,
      [&](Block &block, IRMapping &mapping) -> Value {
        cloneBody(mapping);
        Value term = mapping.lookupOrDefault(results[index].term);
        Value one = buildConstantLike(builder, loc, term, 1);
        Value zero = buildConstantLike(builder, loc, term, 0);
        Value wins =
            buildWinner(results[index], mapping, block.getArgument(best));
        return arith::SelectOp::create(builder, loc, wins, one, zero);
      });
}

//===----------------------------------------------------------------------===//
// Adjoints
//===----------------------------------------------------------------------===//

/// What the adjoint in `operand` starts from: a tensor of its axes `axes`,
/// zeros if contributions are added to it.
Value StructuredRule::buildStart(unsigned operand, ArrayRef<unsigned> axes,
                                 bool accumulates) {
  Value value = op->getOperand(operand);
  SmallVector<OpFoldResult> sizes;
  for (unsigned axis : axes)
    sizes.push_back(tensor::getMixedSize(builder, loc, value, axis));
  Type element = getElementTypeOrSelf(value.getType());
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  if (!accumulates)
    return empty;
  Value zero = arith::ConstantOp::create(builder, loc, element,
                                         builder.getZeroAttr(element));
  return linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
}

FailureOr<Value> StructuredRule::buildAdjoint(unsigned operand) {
  // Axes that the map pins to 0 have size 1: they are put back at the end.
  AffineMap map = maps[operand];
  SmallVector<AffineExpr> positions;
  SmallVector<unsigned> axes;
  for (auto [axis, expression] : llvm::enumerate(map.getResults()))
    if (isa<AffineDimExpr>(expression)) {
      positions.push_back(expression);
      axes.push_back(axis);
    }
  AffineMap outputMap = AffineMap::get(numLoops, 0, positions, op.getContext());
  bool accumulates = positions.size() < numLoops;

  Nest nest = getForwardNest();
  SmallVector<unsigned> incoming(results.size()), best(results.size()),
      shares(results.size());
  for (unsigned i = 0; i < results.size(); ++i) {
    if (!cotangents[i])
      continue;
    incoming[i] = nest.add(cotangents[i], getResultMap(i));
    if (!counts[i])
      continue;
    best[i] = nest.add(op->getResult(i), getResultMap(i));
    shares[i] = nest.add(counts[i], getResultMap(i));
  }
  auto body = [&](Block &block, IRMapping &mapping) -> Value {
    cloneBody(mapping);
    GradientRequest request;
    request.wrt = {mapping.lookup(getArgument(operand))};
    for (unsigned i = 0; i < results.size(); ++i) {
      if (!cotangents[i])
        continue;
      Value cotangent = block.getArgument(incoming[i]);
      if (counts[i]) {
        Value share = arith::DivFOp::create(builder, loc, cotangent,
                                            block.getArgument(shares[i]));
        Value zero = buildConstantLike(builder, loc, share, 0);
        Value wins =
            buildWinner(results[i], mapping, block.getArgument(best[i]));
        cotangent = arith::SelectOp::create(builder, loc, wins, share, zero);
      }
      request.outputs.push_back(mapping.lookupOrDefault(results[i].term));
      request.cotangents.push_back(cotangent);
    }
    FailureOr<SmallVector<Value>> gradients = buildGradients(builder, request);
    return succeeded(gradients) ? gradients->front() : Value();
  };
  Value adjoint =
      buildNest(nest, outputMap, buildStart(operand, axes, accumulates),
                accumulates, body);
  if (!adjoint)
    return failure();
  Value value = op->getOperand(operand);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type) // a scalar
    return Value(tensor::ExtractOp::create(builder, loc, adjoint));
  if (axes.size() == static_cast<size_t>(type.getRank()))
    return adjoint;
  SmallVector<ReassociationIndices> groups(axes.size());
  for (int64_t axis = 0, group = 0; axis < type.getRank() && !axes.empty();
       ++axis) {
    if (group + 1 < static_cast<int64_t>(axes.size()) &&
        axis == static_cast<int64_t>(axes[group + 1]))
      ++group;
    groups[group].push_back(axis);
  }
  return Value(tensor::ExpandShapeOp::create(
      builder, loc, type, adjoint, groups,
      tensor::getMixedSizes(builder, loc, value)));
}

Gradients StructuredRule::run() {
  if (failed(matchResults()))
    return failure();
  for (auto [i, result] : llvm::enumerate(results))
    if (result.folding == Folding::maximum ||
        result.folding == Folding::minimum)
      counts[i] = buildWinnerCount(i);
  SmallVector<Value> gradients(op->getNumOperands());
  for (unsigned operand = 0; operand < op->getNumOperands(); ++operand) {
    Value argument = getArgument(operand);
    if (!context.needed(operand) || !argument || argument.use_empty())
      continue;
    int result = static_cast<int>(operand) - op.getNumDpsInputs();
    if (result >= 0 && results[result].folding == Folding::sum) {
      gradients[operand] = cotangents[result]; // what the sum starts from
      continue;
    }
    FailureOr<Value> adjoint = buildAdjoint(operand);
    if (failed(adjoint))
      return failure();
    gradients[operand] = *adjoint;
  }
  return gradients;
}

Gradients
mlir::dorefa::differentiateStructured(linalg::LinalgOp op, OpBuilder &builder,
                                      ArrayRef<Value> cotangents,
                                      const BackwardContext &context) {
  return StructuredRule(op, builder, cotangents, context).run();
}
