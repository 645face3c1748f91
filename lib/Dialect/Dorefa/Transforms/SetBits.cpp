//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// --dorefa-set-bits: fill in the bits that a model leaves open.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AttrTypeSubElements.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_SETBITS
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

/// The bits that stand for float.
static constexpr int kFloat = 32;

namespace {
struct SetBits : dorefa::impl::SetBitsBase<SetBits> {
  using SetBitsBase::SetBitsBase;

  void runOnOperation() override {
    if (failed(checkOptions()) || failed(checkAllGiven()))
      return signalPassFailure();
    // The types tell what was open, so the ops that 32 bits change or remove
    // come first.
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      if (failed(setOp(op)))
        return signalPassFailure();
    replaceTypes();
    for (QuantizeWeightOp op : floatWeights)
      removeWeightQuantizer(op);
    floatWeights.clear();
  }

private:
  LogicalResult checkOptions();
  LogicalResult checkAllGiven();

  /// The option for open codes of this kind.
  int getBits(CodeType code) const {
    return code.getKind() == CodeKind::unipolar ? activations : weights;
  }
  /// The kind that open codes get; `weights` is checked.
  CodeKind getKind(CodeType code) const {
    if (code.getKind() == CodeKind::unipolar || weightKind.empty())
      return code.getKind();
    return weightKind == "bipolar" ? CodeKind::bipolar : CodeKind::pow2;
  }
  bool becomesFloat(Type type) const {
    CodeType code = getCodeType(type);
    return code && code.isOpen() && getBits(code) == kFloat;
  }

  LogicalResult setOp(Operation *op);
  void setActivation(QuantizeActivationOp op);
  void setWeight(QuantizeWeightOp op);
  void setGradient(QuantizeGradientOp op);
  LogicalResult setDequantize(DequantizeOp op);
  template <typename ProductOp>
  void dropFilterScale(ProductOp op);
  void replaceTypes();
  void removeWeightQuantizer(QuantizeWeightOp op);

  SmallVector<QuantizeWeightOp> floatWeights;
};
} // namespace

//===----------------------------------------------------------------------===//
// What is open, and is it given?
//===----------------------------------------------------------------------===//

LogicalResult SetBits::checkOptions() {
  auto check = [&](StringRef name,
                   const Pass::Option<int> &option) -> LogicalResult {
    bool given = option.getNumOccurrences() > 0 || option != -1;
    if (!given || option == kFloat || (option >= 1 && option <= 8))
      return success();
    return emitError(getOperation().getLoc())
           << "dorefa-set-bits: " << name
           << " must be 1 to 8, or 32 for float, got " << int(option);
  };
  if (!llvm::is_contained({"", "bipolar", "pow2", "pow2-threshold"},
                          weightKind))
    return emitError(getOperation().getLoc())
           << "dorefa-set-bits: weights must be bipolar, pow2 or "
              "pow2-threshold, got '"
           << weightKind << "'";
  return success(succeeded(check("w", weights)) &&
                 succeeded(check("a", activations)) &&
                 succeeded(check("g", gradients)));
}

/// Fails at the first op with something open whose option is missing, or is no
/// number of bits for codes of that kind.
LogicalResult SetBits::checkAllGiven() {
  // Types and attributes are unique: each is looked through once, and what an
  // op says of an open code is decided by its kind alone.
  Operation *current = nullptr;
  auto missing = [&](StringRef option, StringRef what) {
    current->emitOpError() << "leaves the bits of " << what
                           << " open: give --dorefa-set-bits=\"" << option
                           << "=...\"";
    return WalkResult::interrupt();
  };
  AttrTypeWalker walker;
  walker.addWalk([&](CodeType code) -> WalkResult {
    if (!code.isOpen())
      return WalkResult::advance();
    int bits = getBits(code);
    if (bits == -1)
      return code.getKind() == CodeKind::unipolar ? missing("a", "activations")
                                                  : missing("w", "weights");
    if (bits != kFloat &&
        failed(CodeType::verifyInvariants(
            [&] { return current->emitOpError(); }, bits, getKind(code))))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  WalkResult result =
      getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
        current = op;
        if (auto activation = dyn_cast<QuantizeActivationOp>(op))
          if (activation.getOpen() && activations == -1)
            return missing("a", "activations");
        if (auto gradient = dyn_cast<QuantizeGradientOp>(op))
          if (!gradient.getBits() && gradients == -1)
            return missing("g", "gradients");
        if (auto encode = dyn_cast<EncodeGradientOp>(op))
          if (getCodeType(encode.getCodes().getType()).isOpen()) {
            op->emitOpError("leaves the bits of its codes open: set the bits "
                            "of a model before it is differentiated");
            return WalkResult::interrupt();
          }
        if (walker.walk(op->getAttrDictionary()).wasInterrupted())
          return WalkResult::interrupt();
        for (Type type : op->getResultTypes())
          if (walker.walk(type).wasInterrupted())
            return WalkResult::interrupt();
        for (Region &region : op->getRegions())
          for (Block &block : region)
            for (Type type : block.getArgumentTypes())
              if (walker.walk(type).wasInterrupted())
                return WalkResult::interrupt();
        return WalkResult::advance();
      });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Ops that 32 bits change or remove
//===----------------------------------------------------------------------===//

LogicalResult SetBits::setOp(Operation *op) {
  if (auto activation = dyn_cast<QuantizeActivationOp>(op))
    setActivation(activation);
  else if (auto weight = dyn_cast<QuantizeWeightOp>(op))
    setWeight(weight);
  else if (auto gradient = dyn_cast<QuantizeGradientOp>(op))
    setGradient(gradient);
  else if (auto dequantize = dyn_cast<DequantizeOp>(op))
    return setDequantize(dequantize);
  else if (auto conv = dyn_cast<Conv2DOp>(op))
    dropFilterScale(conv);
  else if (auto linear = dyn_cast<LinearOp>(op))
    dropFilterScale(linear);
  else if (auto conv = dyn_cast<Conv2DGradInputOp>(op))
    dropFilterScale(conv);
  else if (auto linear = dyn_cast<LinearGradInputOp>(op))
    dropFilterScale(linear);
  return success();
}

void SetBits::setActivation(QuantizeActivationOp op) {
  if (becomesFloat(op.getResult().getType()) ||
      (op.getOpen() && activations == kFloat))
    op.setBound(Bound::relu);
  op.setOpen(false);
}

void SetBits::setWeight(QuantizeWeightOp op) {
  CodeType code = getCodeType(op.getCodes().getType());
  if (!code || !code.isOpen())
    return;
  if (weights == kFloat)
    floatWeights.push_back(op);
  // Choices that the bits and the kind do not leave.
  if (weights == 1 || getKind(code) == CodeKind::pow2)
    op.setDetachScale(false);
  if (weightKind == "pow2-threshold")
    op.setScheme(Pow2Scheme::threshold);
  else if (getKind(code) != CodeKind::pow2)
    op.setScheme(Pow2Scheme::exact);
}

void SetBits::setGradient(QuantizeGradientOp op) {
  if (!op.getBits())
    op.setBits(gradients);
  if (op.getBits() != uint32_t(kFloat))
    return;
  op.getResult().replaceAllUsesWith(op.getInput());
  op.erase();
}

/// The value of what is no code any more: times the scale of a dropout, but
/// without that of a weight quantizer that goes.
LogicalResult SetBits::setDequantize(DequantizeOp op) {
  Type type = op.getCodes().getType();
  if (!becomesFloat(type))
    return success();
  Value value = op.getCodes();
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto valueType = RankedTensorType::get(
      cast<RankedTensorType>(type).getShape(), Float32Type::get(&getContext()));
  if (op.getScale() && getCodeType(type).getKind() == CodeKind::unipolar) {
    if (cast<RankedTensorType>(op.getScale().getType()).getRank() != 0)
      return op.emitOpError("cannot become float: its scale is no scalar");
    Value scale = tensor::ExtractOp::create(builder, loc, op.getScale());
    SmallVector<Value> sizes;
    for (int64_t axis = 0; axis < valueType.getRank(); ++axis)
      if (valueType.isDynamicDim(axis))
        sizes.push_back(tensor::DimOp::create(builder, loc, value, axis));
    Value splat =
        tensor::SplatOp::create(builder, loc, scale, valueType, sizes);
    value = arith::MulFOp::create(builder, loc, valueType, value, splat);
  }
  if (op.getResult().getType() != valueType)
    value =
        tensor::CastOp::create(builder, loc, op.getResult().getType(), value);
  op.getResult().replaceAllUsesWith(value);
  op.erase();
  return success();
}

/// Float weights have no scale.
template <typename ProductOp>
void SetBits::dropFilterScale(ProductOp op) {
  if (becomesFloat(op.getFilter().getType()))
    op.getFilterScaleMutable().clear();
}

void SetBits::replaceTypes() {
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](CodeType code) -> std::optional<Type> {
    if (!code.isOpen())
      return std::nullopt;
    int bits = getBits(code);
    if (bits == kFloat)
      return Float32Type::get(&getContext());
    return CodeType::get(&getContext(), bits, getKind(code));
  });
  replacer.recursivelyReplaceElementsIn(getOperation(), /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}

void SetBits::removeWeightQuantizer(QuantizeWeightOp op) {
  OpBuilder builder(op);
  Value weight = op.getInput();
  if (weight.getType() != op.getCodes().getType())
    weight = tensor::CastOp::create(builder, op.getLoc(),
                                    op.getCodes().getType(), weight);
  op.getCodes().replaceAllUsesWith(weight);
  if (!op.getScale().use_empty()) {
    auto one =
        DenseElementsAttr::get(cast<ShapedType>(op.getScale().getType()), 1.0f);
    op.getScale().replaceAllUsesWith(
        arith::ConstantOp::create(builder, op.getLoc(), one));
  }
  op.erase();
}
