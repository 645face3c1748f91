//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Initialisers: parsed, resolved by the fans of the shape, and built.
//
// He et al. (arXiv 1502.01852), Glorot and Bengio (AISTATS 2010), LeCun et al.
// (1998); the fans are those of PyTorch.

#include "dorefa/Training/Initializer.h"
#include "dorefa/Dialect/Dorefa/Transforms/PhiloxBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlir::dorefa;

/// Elements of a filter that feed one output, and that one input feeds.
static std::pair<double, double> getFans(ArrayRef<int64_t> shape) {
  double in = 1, window = 1;
  for (size_t axis = 1; axis < shape.size(); ++axis) {
    in *= shape[axis];
    if (axis + 1 < shape.size())
      window *= shape[axis];
  }
  return {in, shape.empty() ? 1 : shape.front() * window};
}

FailureOr<Initializer> Initializer::parse(StringRef text,
                                          ArrayRef<int64_t> shape,
                                          std::string &error) {
  auto [in, out] = getFans(shape);
  using Named = std::optional<Initializer>;
  if (Named named =
          llvm::StringSwitch<Named>(text)
              .Case("zeros", Initializer{Kind::constant, 0})
              .Case("ones", Initializer{Kind::constant, 1})
              .Case("he_normal", Initializer{Kind::normal, std::sqrt(2 / in)})
              .Case("he_uniform", Initializer{Kind::uniform, std::sqrt(6 / in)})
              .Case("glorot_normal",
                    Initializer{Kind::normal, std::sqrt(2 / (in + out))})
              .Case("glorot_uniform",
                    Initializer{Kind::uniform, std::sqrt(6 / (in + out))})
              .Case("lecun_uniform",
                    Initializer{Kind::uniform, std::sqrt(1 / in)})
              .Default(std::nullopt))
    return *named;

  StringRef name = text.take_until([](char c) { return c == '('; });
  std::optional<Kind> kind = llvm::StringSwitch<std::optional<Kind>>(name)
                                 .Case("constant", Kind::constant)
                                 .Case("uniform", Kind::uniform)
                                 .Case("normal", Kind::normal)
                                 .Default(std::nullopt);
  StringRef argument = text.drop_front(name.size());
  if (!kind) {
    error = "expected zeros, ones, constant(x), uniform(a), normal(s), "
            "he_normal, he_uniform, glorot_normal, glorot_uniform or "
            "lecun_uniform";
    return failure();
  }
  double value;
  if (!argument.consume_front("(") || !argument.consume_back(")") ||
      argument.trim().getAsDouble(value) || !std::isfinite(value)) {
    error = "expected " + name.str() + "(number)";
    return failure();
  }
  if (*kind != Kind::constant && value < 0) {
    error = "expected a number not below 0 in " + name.str();
    return failure();
  }
  return Initializer{*kind, value};
}

/// The row-major index (i64) of the element at hand in a linalg.generic.
static Value buildElement(OpBuilder &builder, Location loc,
                          ArrayRef<int64_t> shape) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI64IntegerAttr(value));
  };
  Value element = constant(0);
  for (auto [axis, size] : llvm::enumerate(shape)) {
    Value index = linalg::IndexOp::create(builder, loc, axis);
    Value wide =
        arith::IndexCastOp::create(builder, loc, builder.getI64Type(), index);
    Value scaled =
        builder.createOrFold<arith::MulIOp>(loc, element, constant(size));
    element = builder.createOrFold<arith::AddIOp>(loc, scaled, wide);
  }
  return element;
}

Value mlir::dorefa::buildInitialValue(OpBuilder &builder, Location loc,
                                      RankedTensorType type,
                                      const Initializer &initializer,
                                      int32_t opId, Value seed) {
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  Value scale = arith::ConstantOp::create(
      builder, loc,
      builder.getF32FloatAttr(static_cast<float>(initializer.value)));
  if (!initializer.isRandom())
    return linalg::FillOp::create(builder, loc, scale, empty).getResult(0);
  Value id =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(opId));
  Value step =
      arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  auto body = [&](OpBuilder &nested, Location at, ValueRange) {
    Value element = buildElement(nested, at, type.getShape());
    Value unit;
    if (initializer.kind == Initializer::Kind::normal) {
      unit = buildNormal(nested, at, element, id, seed, step);
    } else {
      Value word = buildPhiloxWord(nested, at, element, id, seed, step);
      Value uniform = buildUniform(nested, at, word);
      auto constant = [&](float value) -> Value {
        return arith::ConstantOp::create(nested, at,
                                         nested.getF32FloatAttr(value));
      };
      Value doubled =
          arith::MulFOp::create(nested, at, uniform, constant(2.0f));
      unit = arith::SubFOp::create(nested, at, doubled, constant(1.0f));
    }
    Value value = arith::MulFOp::create(nested, at, unit, scale);
    linalg::YieldOp::create(nested, at, value);
  };
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, type, ValueRange(), empty,
             builder.getMultiDimIdentityMap(type.getRank()), iterators, body)
      .getResult(0);
}
