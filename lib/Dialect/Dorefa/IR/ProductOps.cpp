//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Constraints and types of the convolutions and linear layers.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// What the three products of a convolution share
//===----------------------------------------------------------------------===//

/// (C2): the window's attributes by themselves.
static LogicalResult verifyWindow(function_ref<InFlightDiagnostic()> emitError,
                                  ConvWindow window) {
  auto isPair = [](ArrayRef<int64_t> values) {
    return values.size() == 2 && values[0] > 0 && values[1] > 0;
  };
  if (!isPair(window.strides))
    return emitError() << "(C2) strides must be 2 positive numbers, got "
                       << window.strides;
  if (!isPair(window.dilations))
    return emitError() << "(C2) dilations must be 2 positive numbers, got "
                       << window.dilations;
  if (window.pads.size() != 4 ||
      llvm::any_of(window.pads, [](int64_t pad) { return pad < 0; }))
    return emitError() << "(C2) pads must be 4 numbers (top, left, bottom, "
                          "right) not below 0, got "
                       << window.pads;
  return success();
}

/// (C1) to (C3) for an input [B, H, W, C] and a filter [F, KH, KW, C / g].
static LogicalResult
verifyInputAndFilter(function_ref<InFlightDiagnostic()> emitError,
                     RankedTensorType input, RankedTensorType filter,
                     ConvWindow window) {
  if (input.getRank() != 4 || filter.getRank() != 4)
    return emitError() << "(C1) input and filter must have rank 4, got "
                       << input << " and " << filter;
  if (!filter.hasStaticShape())
    return emitError() << "(C1) the filter's shape must be static, got "
                       << filter;
  if (filter.getDimSize(1) < 1 || filter.getDimSize(2) < 1)
    return emitError() << "(C1) the kernel must not be empty, got " << filter;
  if (llvm::any_of(input.getShape().drop_front(), ShapedType::isDynamic))
    return emitError() << "(C1) the input's height, width and channels must be "
                          "static, got "
                       << input;
  if (failed(verifyWindow(emitError, window)))
    return failure();
  int64_t channels = input.getDimSize(3), filters = filter.getDimSize(0);
  if (window.groups < 1 || channels % window.groups)
    return emitError() << "(C3) groups " << window.groups << " does not divide "
                       << channels << " input channels";
  if (filters % window.groups)
    return emitError() << "(C3) groups " << window.groups << " does not divide "
                       << filters << " output channels";
  if (filter.getDimSize(3) != channels / window.groups)
    return emitError() << "(C3) the filter's last axis must be "
                       << channels / window.groups << " (" << channels
                       << " input channels, " << window.groups
                       << " groups), got " << filter.getDimSize(3);
  return success();
}

/// [B, outH, outW, F], of f32; for operands that meet (C1) to (C3).
static RankedTensorType getConvolutionType(RankedTensorType input,
                                           RankedTensorType filter,
                                           ConvWindow window) {
  return RankedTensorType::get(
      {input.getDimSize(0),
       window.outputSize(0, input.getDimSize(1), filter.getDimSize(1)),
       window.outputSize(1, input.getDimSize(2), filter.getDimSize(2)),
       filter.getDimSize(0)},
      Float32Type::get(input.getContext()));
}

/// (C1) to (C4); `output` is the convolution's result or its cotangent.
static LogicalResult
verifyConvolution(function_ref<InFlightDiagnostic()> emitError,
                  RankedTensorType input, RankedTensorType filter,
                  RankedTensorType output, StringRef outputName,
                  ConvWindow window) {
  if (failed(verifyInputAndFilter(emitError, input, filter, window)))
    return failure();
  RankedTensorType expected = getConvolutionType(input, filter, window);
  if (expected.getDimSize(1) < 1 || expected.getDimSize(2) < 1)
    return emitError() << "(C4) a kernel of " << filter.getDimSize(1) << "x"
                       << filter.getDimSize(2)
                       << " does not fit into the padded input of " << input;
  if (failed(verifyCompatibleShape(expected, output)))
    return emitError() << "(C4) the " << outputName
                       << " must have the shape of " << expected << ", got "
                       << output;
  return success();
}

//===----------------------------------------------------------------------===//
// Scales and integer ranges, by the constraint's number in the op
//===----------------------------------------------------------------------===//

static LogicalResult verifyScalarScale(Operation *op, StringRef constraint,
                                       StringRef name, Value scale) {
  if (!scale || cast<RankedTensorType>(scale.getType()).getRank() == 0)
    return success();
  return op->emitOpError() << constraint << " " << name
                           << " must be a scalar, got " << scale.getType();
}

static LogicalResult verifyScaleHasCodes(Operation *op, StringRef constraint,
                                         StringRef name, Value scale,
                                         Value scaled) {
  if (!scale || getCodeType(scaled.getType()))
    return success();
  return op->emitOpError() << constraint << " " << name << " needs codes, got "
                           << scaled.getType();
}

/// A scale with one element for each index of axis 0 of `scaled`.
static LogicalResult verifyLeadingScale(Operation *op, StringRef constraint,
                                        StringRef name, Value scale,
                                        Value scaled) {
  if (!scale)
    return success();
  auto type = cast<RankedTensorType>(scale.getType());
  auto shape = cast<RankedTensorType>(scaled.getType()).getShape();
  if (type.getRank() == 1 &&
      succeeded(verifyCompatibleShape(type.getShape(), shape.take_front())))
    return success();
  return op->emitOpError() << constraint << " " << name
                           << " must have one element for each index of axis "
                              "0 of "
                           << scaled.getType() << ", got " << type;
}

static LogicalResult verifyForwardScales(Operation *op, StringRef constraint,
                                         Value input, Value filter,
                                         Value inputScale, Value filterScale) {
  if (failed(verifyScalarScale(op, constraint, "input_scale", inputScale)) ||
      failed(verifyScaleHasCodes(op, constraint, "filter_scale", filterScale,
                                 filter)))
    return failure();
  if (!filterScale ||
      cast<RankedTensorType>(filterScale.getType()).getRank() == 0)
    return success();
  return verifyLeadingScale(op, constraint, "filter_scale", filterScale,
                            filter);
}

static LogicalResult verifyCotangentScale(Operation *op, StringRef constraint,
                                          Value cotangent, Value scale) {
  return failed(verifyScaleHasCodes(op, constraint, "cotangent_scale", scale,
                                    cotangent)) ||
                 failed(verifyLeadingScale(op, constraint, "cotangent_scale",
                                           scale, cotangent))
             ? failure()
             : success();
}

/// A scale for each output channel does not factor out of a sum over them.
static LogicalResult verifyGradInputScales(Operation *op, StringRef constraint,
                                           Value cotangent, Value filter,
                                           Value cotangentScale,
                                           Value filterScale) {
  if (failed(verifyCotangentScale(op, constraint, cotangent, cotangentScale)) ||
      failed(verifyScalarScale(op, constraint, "filter_scale", filterScale)))
    return failure();
  return verifyScaleHasCodes(op, constraint, "filter_scale", filterScale,
                             filter);
}

static LogicalResult verifyGradFilterScales(Operation *op, StringRef constraint,
                                            Value cotangent,
                                            Value cotangentScale,
                                            Value inputScale) {
  if (failed(verifyCotangentScale(op, constraint, cotangent, cotangentScale)))
    return failure();
  return verifyScalarScale(op, constraint, "input_scale", inputScale);
}

/// The largest integer that a code stands for in a product; of pow2 codes in
/// each of their parts.
static int64_t getLargestInteger(CodeType code) {
  return code.getKind() == CodeKind::pow2 ? code.getLargestOfPart()
                                          : code.getMaxCode();
}

/// The integer sum of `terms` products of codes of `a` and `b`, with the factor
/// that its largest intermediate has, stays below 2^31.
static LogicalResult verifyIntegerRange(Operation *op, StringRef constraint,
                                        int64_t factor, int64_t terms, Value a,
                                        Value b) {
  CodeType codeA = getCodeType(a.getType()), codeB = getCodeType(b.getType());
  if (!codeA || !codeB || codeA.isOpen() || codeB.isOpen())
    return success();
  constexpr int64_t limit = int64_t(1) << 31;
  int64_t each = factor * getLargestInteger(codeA) * getLargestInteger(codeB);
  if (each == 0 || terms <= (limit - 1) / each)
    return success();
  return op->emitOpError() << constraint << " a sum of " << terms
                           << " products of " << codeA.getBits() << " and "
                           << codeB.getBits()
                           << " bits does not fit into 32 bits";
}

//===----------------------------------------------------------------------===//
// conv2d and its gradients
//===----------------------------------------------------------------------===//

/// Terms of one sum of the convolution: the filter's elements of one output.
static int64_t getFanIn(RankedTensorType filter) {
  return ShapedType::getNumElements(filter.getShape().drop_front());
}

LogicalResult Conv2DOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  auto filter = cast<RankedTensorType>(getFilter().getType());
  if (failed(verifyConvolution(
          emitError, cast<RankedTensorType>(getInput().getType()), filter,
          cast<RankedTensorType>(getResult().getType()), "result",
          getWindow())) ||
      failed(verifyForwardScales(*this, "(C5)", getInput(), getFilter(),
                                 getInputScale(), getFilterScale())))
    return failure();
  return verifyIntegerRange(*this, "(C6)", 2, getFanIn(filter), getInput(),
                            getFilter());
}

LogicalResult
Conv2DOp::inferReturnTypes(MLIRContext *context,
                           std::optional<Location> location, Adaptor adaptor,
                           SmallVectorImpl<Type> &inferredReturnTypes) {
  Location loc = location.value_or(UnknownLoc::get(context));
  auto emitError = [&] { return mlir::emitError(loc, "'dorefa.conv2d' op "); };
  auto input = dyn_cast<RankedTensorType>(adaptor.getInput().getType());
  auto filter = dyn_cast<RankedTensorType>(adaptor.getFilter().getType());
  // Builders infer before absent attributes get their defaults.
  static constexpr int64_t ones[] = {1, 1}, zeros[] = {0, 0, 0, 0};
  auto getOr = [](DenseI64ArrayAttr attr, ArrayRef<int64_t> otherwise) {
    return attr ? attr.asArrayRef() : otherwise;
  };
  ConvWindow window = {
      getOr(adaptor.getStridesAttr(), ones),
      getOr(adaptor.getPadsAttr(), zeros),
      getOr(adaptor.getDilationsAttr(), ones),
      adaptor.getGroupsAttr() ? adaptor.getGroupsAttr().getInt() : 1};
  if (!input || !filter ||
      failed(verifyInputAndFilter(emitError, input, filter, window)))
    return failure();
  inferredReturnTypes.push_back(getConvolutionType(input, filter, window));
  return success();
}

LogicalResult Conv2DGradInputOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  auto filter = cast<RankedTensorType>(getFilter().getType());
  if (failed(verifyConvolution(
          emitError, cast<RankedTensorType>(getResult().getType()), filter,
          cast<RankedTensorType>(getCotangent().getType()), "cotangent",
          getWindow())) ||
      failed(verifyGradInputScales(*this, "(C5)", getCotangent(), getFilter(),
                                   getCotangentScale(), getFilterScale())))
    return failure();
  int64_t terms = filter.getDimSize(1) * filter.getDimSize(2) *
                  (filter.getDimSize(0) / static_cast<int64_t>(getGroups()));
  return verifyIntegerRange(*this, "(C6)", 4, terms, getCotangent(),
                            getFilter());
}

LogicalResult Conv2DGradFilterOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  auto cotangent = cast<RankedTensorType>(getCotangent().getType());
  if (failed(verifyConvolution(emitError,
                               cast<RankedTensorType>(getInput().getType()),
                               cast<RankedTensorType>(getResult().getType()),
                               cotangent, "cotangent", getWindow())) ||
      failed(verifyGradFilterScales(*this, "(C5)", getCotangent(),
                                    getCotangentScale(), getInputScale())))
    return failure();
  // The positions may be dynamic in the cotangent's type, not in the window.
  RankedTensorType output = getConvolutionType(
      cast<RankedTensorType>(getInput().getType()),
      cast<RankedTensorType>(getResult().getType()), getWindow());
  return verifyIntegerRange(*this, "(C6)", 2,
                            output.getDimSize(1) * output.getDimSize(2),
                            getCotangent(), getInput());
}

//===----------------------------------------------------------------------===//
// linear and its gradients
//===----------------------------------------------------------------------===//

/// (C1) and (C2) for an input [B, K], a filter [O, K] and an output [B, O].
static LogicalResult verifyLinear(function_ref<InFlightDiagnostic()> emitError,
                                  RankedTensorType input,
                                  RankedTensorType filter,
                                  RankedTensorType output,
                                  StringRef outputName) {
  if (input.getRank() != 2 || filter.getRank() != 2 ||
      (output && output.getRank() != 2))
    return emitError() << "(C1) ranks must be 2, got " << input << " and "
                       << filter;
  if (!filter.hasStaticShape())
    return emitError() << "(C1) the filter's shape must be static, got "
                       << filter;
  if (input.isDynamicDim(1))
    return emitError() << "(C1) the input's second axis must be static, got "
                       << input;
  if (input.getDimSize(1) != filter.getDimSize(1))
    return emitError() << "(C2) second axes of input and filter differ: "
                       << input << " and " << filter;
  if (output &&
      failed(verifyCompatibleShape(
          output.getShape(), {input.getDimSize(0), filter.getDimSize(0)})))
    return emitError() << "(C2) the " << outputName
                       << " must have the batch of " << input
                       << " and the first axis of " << filter << ", got "
                       << output;
  return success();
}

LogicalResult LinearOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  auto filter = cast<RankedTensorType>(getFilter().getType());
  if (failed(verifyLinear(
          emitError, cast<RankedTensorType>(getInput().getType()), filter,
          cast<RankedTensorType>(getResult().getType()), "result")) ||
      failed(verifyForwardScales(*this, "(C3)", getInput(), getFilter(),
                                 getInputScale(), getFilterScale())))
    return failure();
  return verifyIntegerRange(*this, "(C4)", 2, filter.getDimSize(1), getInput(),
                            getFilter());
}

LogicalResult
LinearOp::inferReturnTypes(MLIRContext *context,
                           std::optional<Location> location, Adaptor adaptor,
                           SmallVectorImpl<Type> &inferredReturnTypes) {
  Location loc = location.value_or(UnknownLoc::get(context));
  auto emitError = [&] { return mlir::emitError(loc, "'dorefa.linear' op "); };
  auto input = dyn_cast<RankedTensorType>(adaptor.getInput().getType());
  auto filter = dyn_cast<RankedTensorType>(adaptor.getFilter().getType());
  if (!input || !filter ||
      failed(verifyLinear(emitError, input, filter, {}, "result")))
    return failure();
  inferredReturnTypes.push_back(RankedTensorType::get(
      {input.getDimSize(0), filter.getDimSize(0)}, Float32Type::get(context)));
  return success();
}

LogicalResult LinearGradInputOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  auto filter = cast<RankedTensorType>(getFilter().getType());
  if (failed(verifyLinear(
          emitError, cast<RankedTensorType>(getResult().getType()), filter,
          cast<RankedTensorType>(getCotangent().getType()), "cotangent")) ||
      failed(verifyGradInputScales(*this, "(C3)", getCotangent(), getFilter(),
                                   getCotangentScale(), getFilterScale())))
    return failure();
  return verifyIntegerRange(*this, "(C4)", 4, filter.getDimSize(0),
                            getCotangent(), getFilter());
}

LogicalResult LinearGradFilterOp::verify() {
  auto emitError = [&] { return emitOpError(); };
  if (failed(verifyLinear(
          emitError, cast<RankedTensorType>(getInput().getType()),
          cast<RankedTensorType>(getResult().getType()),
          cast<RankedTensorType>(getCotangent().getType()), "cotangent")))
    return failure();
  return verifyGradFilterScales(*this, "(C3)", getCotangent(),
                                getCotangentScale(), getInputScale());
}
