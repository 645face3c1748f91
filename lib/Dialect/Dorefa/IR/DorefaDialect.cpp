//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Registration of the dialect and the rules for the attributes of a model.

#include "dorefa/Dialect/Dorefa/IR/DorefaDetection.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

#include "dorefa/Dialect/Dorefa/IR/DorefaDialect.cpp.inc"
#include "dorefa/Dialect/Dorefa/IR/DorefaEnums.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaAttrs.cpp.inc"

namespace {
/// Every op is a pure function of tensors: all of them may be inlined.
struct DorefaInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void DorefaDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dorefa/Dialect/Dorefa/IR/DorefaAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dorefa/Dialect/Dorefa/IR/DorefaOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dorefa/Dialect/Dorefa/IR/DorefaDetectionOps.cpp.inc"
      >();
  addInterfaces<DorefaInlinerInterface>();
}

Operation *DorefaDialect::materializeConstant(OpBuilder &builder,
                                              Attribute value, Type type,
                                              Location loc) {
  if (auto codes = dyn_cast<CodesAttr>(value))
    return CodeConstantOp::create(builder, loc, type, codes.getPayload());
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

//===----------------------------------------------------------------------===//
// Attributes of arguments and results
//===----------------------------------------------------------------------===//

/// What a discardable attribute must hold.
enum class Payload { unit, string };

static std::optional<Payload> getPayload(StringRef name) {
  return llvm::StringSwitch<std::optional<Payload>>(name)
      .Cases({"dorefa.input", "dorefa.labels", "dorefa.output", "dorefa.loss",
              "dorefa.boxes", "dorefa.offsets", "dorefa.anchors",
              "dorefa.correct", "dorefa.learning_rate", "dorefa.seed",
              "dorefa.step", "dorefa.differentiate", "dorefa.in_place"},
             Payload::unit)
      .Cases({"dorefa.parameter", "dorefa.state", "dorefa.optimizer",
              "dorefa.init", "dorefa.cotangent", "dorefa.gradient",
              "dorefa.gradient_scale", "dorefa.layer", "dorefa.prepared",
              "dorefa.role"},
             Payload::string)
      .Default(std::nullopt);
}

static LogicalResult verifyModelAttribute(Operation *op, NamedAttribute attr,
                                          StringRef where) {
  std::optional<Payload> payload = getPayload(attr.getName());
  if (!payload)
    return op->emitError() << "unknown attribute '" << attr.getName().getValue()
                           << "' on " << where
                           << "; expected dorefa.input, labels, parameter, "
                              "state, init, output or another attribute of a "
                              "model";
  if (*payload == Payload::unit && !isa<UnitAttr>(attr.getValue()))
    return op->emitError() << "'" << attr.getName().getValue() << "' on "
                           << where << " takes no value";
  if (*payload == Payload::string) {
    auto text = dyn_cast<StringAttr>(attr.getValue());
    if (!text || text.getValue().empty())
      return op->emitError() << "'" << attr.getName().getValue() << "' on "
                             << where << " must be a non-empty string";
  }
  return success();
}

LogicalResult DorefaDialect::verifyOperationAttribute(Operation *op,
                                                      NamedAttribute attr) {
  return verifyModelAttribute(op, attr, "an operation");
}

LogicalResult DorefaDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                      unsigned,
                                                      NamedAttribute attr) {
  return verifyModelAttribute(op, attr, "an argument");
}

LogicalResult DorefaDialect::verifyRegionResultAttribute(Operation *op,
                                                         unsigned, unsigned,
                                                         NamedAttribute attr) {
  return verifyModelAttribute(op, attr, "a result");
}
