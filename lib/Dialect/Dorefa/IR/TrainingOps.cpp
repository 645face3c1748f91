//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Constraints and types of batch norm, max-pool, cross-entropy and dropout.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Batch norm
//===----------------------------------------------------------------------===//

/// (C1): `channels` is [C], C the static last axis of `input`.
static LogicalResult verifyChannels(Operation *op, Value input,
                                    Value channels) {
  auto type = cast<RankedTensorType>(input.getType());
  auto vector = cast<RankedTensorType>(channels.getType());
  if (type.getRank() < 1 || type.isDynamicDim(type.getRank() - 1))
    return op->emitOpError()
           << "(C1) the last axis (channels) must be static, got " << type;
  if (vector.getDimSize(0) != type.getShape().back())
    return op->emitOpError() << "(C1) expected one element for each of the "
                             << type.getShape().back() << " channels of "
                             << type << ", got " << vector;
  return success();
}

static LogicalResult verifyEpsilon(Operation *op, const APFloat &epsilon) {
  if (epsilon.isFinite() && !epsilon.isZero() && !epsilon.isNegative())
    return success();
  return op->emitOpError() << "(C2) epsilon must be positive, got "
                           << epsilon.convertToFloat();
}

LogicalResult BatchStatsOp::verify() {
  return verifyChannels(*this, getInput(), getMean());
}

LogicalResult BatchNormOp::verify() {
  if (failed(verifyChannels(*this, getInput(), getGamma())) ||
      failed(verifyEpsilon(*this, getEpsilon())))
    return failure();
  float momentum = getMomentum().convertToFloat();
  if (!(momentum >= 0 && momentum <= 1))
    return emitOpError("(C2) momentum must be in [0, 1], got ") << momentum;
  return success();
}

LogicalResult BatchNormGradOp::verify() {
  if (failed(verifyChannels(*this, getInput(), getGamma())))
    return failure();
  return verifyEpsilon(*this, getEpsilon());
}

//===----------------------------------------------------------------------===//
// Max-pool
//===----------------------------------------------------------------------===//

/// (C2): kernel, strides and pads by themselves.
static LogicalResult
verifyPoolWindow(function_ref<InFlightDiagnostic()> emitError,
                 ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
                 ArrayRef<int64_t> pads) {
  auto isPair = [](ArrayRef<int64_t> values) {
    return values.size() == 2 && values[0] > 0 && values[1] > 0;
  };
  if (!isPair(kernel))
    return emitError() << "(C2) kernel must be 2 positive numbers, got "
                       << kernel;
  if (!isPair(strides))
    return emitError() << "(C2) strides must be 2 positive numbers, got "
                       << strides;
  if (pads.size() != 4)
    return emitError() << "(C2) pads must be 4 numbers (top, left, bottom, "
                          "right), got "
                       << pads;
  for (auto [index, pad] : llvm::enumerate(pads))
    if (pad < 0 || pad >= kernel[index % 2])
      return emitError() << "(C2) pads must be from 0 to below the kernel "
                         << kernel << ", got " << pads;
  constexpr int64_t largest = 127; // the winner is an i8
  if (kernel[0] > largest || kernel[1] > largest ||
      kernel[0] * kernel[1] > largest)
    return emitError() << "(C2) a kernel has at most " << largest
                       << " taps, got " << kernel;
  return success();
}

/// The shape of the pooled result; failure with (C1) or (C2) if there is none.
static FailureOr<SmallVector<int64_t>>
getPooledShape(function_ref<InFlightDiagnostic()> emitError,
               RankedTensorType input, ArrayRef<int64_t> kernel,
               ArrayRef<int64_t> strides, ArrayRef<int64_t> pads) {
  if (input.getRank() != 4 ||
      llvm::any_of(input.getShape().drop_front(), ShapedType::isDynamic)) {
    emitError() << "(C1) the pooled tensor must have rank 4 with static "
                   "height, width and channels, got "
                << input;
    return failure();
  }
  if (failed(verifyPoolWindow(emitError, kernel, strides, pads)))
    return failure();
  const int64_t dilations[] = {1, 1};
  ConvWindow window = {strides, pads, dilations, 1};
  SmallVector<int64_t> shape(input.getShape());
  for (unsigned axis : {0, 1})
    shape[1 + axis] = window.outputSize(axis, shape[1 + axis], kernel[axis]);
  if (shape[1] < 1 || shape[2] < 1) {
    emitError() << "(C1) a kernel of " << kernel[0] << "x" << kernel[1]
                << " does not fit into the padded tensor of " << input;
    return failure();
  }
  return shape;
}

LogicalResult MaxPoolOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  auto winner = cast<RankedTensorType>(getWinner().getType());
  FailureOr<SmallVector<int64_t>> shape =
      getPooledShape([&] { return emitOpError(); }, input, getKernel(),
                     getStrides(), getPads());
  if (failed(shape))
    return failure();
  if (result.getElementType() != input.getElementType())
    return emitOpError("(C1) element types of input and result differ: ")
           << input << " and " << result;
  for (RankedTensorType type : {result, winner})
    if (failed(verifyCompatibleShape(type.getShape(), *shape)))
      return emitOpError("(C1) result and winner must have the shape of ")
             << RankedTensorType::get(*shape, result.getElementType())
             << ", got " << type;
  return success();
}

LogicalResult
MaxPoolOp::inferReturnTypes(MLIRContext *context,
                            std::optional<Location> location, Adaptor adaptor,
                            SmallVectorImpl<Type> &inferredReturnTypes) {
  Location loc = location.value_or(UnknownLoc::get(context));
  auto input = dyn_cast<RankedTensorType>(adaptor.getInput().getType());
  if (!input || !adaptor.getKernelAttr() || !adaptor.getStridesAttr())
    return failure();
  // Builders infer before absent attributes get their defaults.
  static constexpr int64_t zeros[] = {0, 0, 0, 0};
  ArrayRef<int64_t> pads = zeros;
  if (DenseI64ArrayAttr given = adaptor.getPadsAttr())
    pads = given.asArrayRef();
  FailureOr<SmallVector<int64_t>> shape = getPooledShape(
      [&] { return mlir::emitError(loc, "'dorefa.max_pool' op "); }, input,
      adaptor.getKernel(), adaptor.getStrides(), pads);
  if (failed(shape))
    return failure();
  inferredReturnTypes.push_back(
      RankedTensorType::get(*shape, input.getElementType()));
  inferredReturnTypes.push_back(
      RankedTensorType::get(*shape, IntegerType::get(context, 8)));
  return success();
}

LogicalResult MaxPoolGradOp::verify() {
  auto cotangent = cast<RankedTensorType>(getCotangent().getType());
  auto winner = cast<RankedTensorType>(getWinner().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (failed(verifyCompatibleShape(cotangent, winner)))
    return emitOpError("(C1) shapes of cotangent and winner differ: ")
           << cotangent << " and " << winner;
  FailureOr<SmallVector<int64_t>> shape =
      getPooledShape([&] { return emitOpError(); }, result, getKernel(),
                     getStrides(), getPads());
  if (failed(shape))
    return failure();
  if (failed(verifyCompatibleShape(cotangent.getShape(), *shape)))
    return emitOpError("(C1) pooling ")
           << result << " gives "
           << RankedTensorType::get(*shape, cotangent.getElementType())
           << ", the cotangent is " << cotangent;
  return success();
}

//===----------------------------------------------------------------------===//
// Softmax cross-entropy
//===----------------------------------------------------------------------===//

/// (C1): logits are [batch, classes], labels [batch].
static LogicalResult verifyLogits(Operation *op, Value logits, Value labels) {
  auto type = cast<RankedTensorType>(logits.getType());
  auto label = cast<RankedTensorType>(labels.getType());
  if (type.getRank() != 2 || type.isDynamicDim(1))
    return op->emitOpError()
           << "(C1) logits must be [batch, classes] with static classes, got "
           << type;
  if (failed(verifyCompatibleShape(label.getShape(),
                                   type.getShape().take_front())))
    return op->emitOpError() << "(C1) labels must have one element for each "
                                "sample of "
                             << type << ", got " << label;
  return success();
}

LogicalResult SoftmaxCrossEntropyOp::verify() {
  return verifyLogits(*this, getLogits(), getLabels());
}

LogicalResult SoftmaxCrossEntropyOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location>, Adaptor,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  inferredReturnTypes.push_back(
      RankedTensorType::get({}, Float32Type::get(context)));
  return success();
}

LogicalResult SoftmaxCrossEntropyGradOp::verify() {
  return verifyLogits(*this, getLogits(), getLabels());
}

//===----------------------------------------------------------------------===//
// Dropout
//===----------------------------------------------------------------------===//

LogicalResult DropoutOp::verify() {
  if (getInput().getType() != getResult().getType())
    return emitOpError("(C1) types of input and result differ: ")
           << getInput().getType() << " and " << getResult().getType();
  float rate = getRate().convertToFloat();
  if (!(rate >= 0 && rate < 1))
    return emitOpError("(C2) rate must be at least 0 and below 1, got ")
           << rate;
  if (static_cast<bool>(getSeed()) != static_cast<bool>(getStep()))
    return emitOpError("(C3) seed and step come together");
  return success();
}

LogicalResult
DropoutOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                            Adaptor adaptor,
                            SmallVectorImpl<Type> &inferredReturnTypes) {
  inferredReturnTypes.push_back(adaptor.getInput().getType());
  inferredReturnTypes.push_back(
      RankedTensorType::get({}, Float32Type::get(context)));
  return success();
}
