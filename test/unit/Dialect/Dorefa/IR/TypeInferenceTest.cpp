//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Result types that the ops infer from operands and attributes, and the
// constraints that stop them.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {
class TypeInferenceTest : public ::testing::Test {
protected:
  TypeInferenceTest()
      : builder(&context), loc(builder.getUnknownLoc()),
        module(ModuleOp::create(loc)) {
    context.loadDialect<DorefaDialect>();
    builder.setInsertionPointToEnd(module->getBody());
    unipolar = CodeType::get(&context, 2, CodeKind::unipolar);
    bipolar = CodeType::get(&context, 1, CodeKind::bipolar);
    f32 = builder.getF32Type();
  }

  /// A value of this type from nowhere.
  Value value(ArrayRef<int64_t> shape, Type element) {
    return UnrealizedConversionCastOp::create(
               builder, loc, RankedTensorType::get(shape, element),
               ValueRange())
        .getResult(0);
  }
  Type tensor(ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  }

  /// The message of what `OpTy` infers from malformed operands.
  template <typename OpTy>
  std::string inferenceError(ValueRange operands,
                             const typename OpTy::Properties &properties) {
    std::string message;
    ScopedDiagnosticHandler handler(
        &context, [&](Diagnostic &diagnostic) { message = diagnostic.str(); });
    SmallVector<Type> types;
    auto copy = properties;
    EXPECT_TRUE(failed(OpTy::inferReturnTypes(
        &context, loc, operands, DictionaryAttr::get(&context),
        OpaqueProperties(&copy), RegionRange(), types)));
    return message;
  }

  MLIRContext context;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
  Type unipolar, bipolar, f32;
  static constexpr int64_t kDynamic = ShapedType::kDynamic;
};
} // namespace

TEST_F(TypeInferenceTest, Conv2D) {
  Value input = value({kDynamic, 14, 14, 32}, unipolar);
  Value filter = value({64, 3, 3, 32}, bipolar);
  auto plain = Conv2DOp::create(builder, loc, input, filter, Value(), Value());
  EXPECT_EQ(plain.getType(), tensor({kDynamic, 12, 12, 64}, f32));
  auto windowed = Conv2DOp::create(
      builder, loc, input, filter, Value(), Value(), ArrayRef<int64_t>{2, 3},
      ArrayRef<int64_t>{1, 0, 2, 0}, ArrayRef<int64_t>{1, 2});
  EXPECT_EQ(windowed.getType(), tensor({kDynamic, 8, 4, 64}, f32));
  EXPECT_TRUE(succeeded(verify(*module)));
}

// Absent attributes count with their defaults.
TEST_F(TypeInferenceTest, DefaultWindow) {
  auto conv = Conv2DOp::create(builder, loc, value({1, 4, 4, 1}, f32),
                               value({1, 2, 2, 1}, f32), Value(), Value(),
                               DenseI64ArrayAttr());
  EXPECT_EQ(conv.getType(), tensor({1, 3, 3, 1}, f32));
  auto two = builder.getDenseI64ArrayAttr({2, 2});
  auto pool =
      MaxPoolOp::create(builder, loc, value({1, 4, 4, 1}, f32), two, two);
  EXPECT_EQ(pool.getResult().getType(), tensor({1, 2, 2, 1}, f32));
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(TypeInferenceTest, Conv2DConstraint) {
  Conv2DOp::Properties properties;
  properties.strides = builder.getDenseI64ArrayAttr({1, 1});
  properties.pads = builder.getDenseI64ArrayAttr({0, 0, 0, 0});
  properties.dilations = builder.getDenseI64ArrayAttr({1, 1});
  properties.groups = builder.getI64IntegerAttr(3);
  properties.operandSegmentSizes = {1, 1, 0, 0};
  EXPECT_EQ(
      inferenceError<Conv2DOp>(
          {value({1, 4, 4, 32}, f32), value({64, 3, 3, 32}, f32)}, properties),
      "'dorefa.conv2d' op (C3) groups 3 does not divide 32 input "
      "channels");
}

TEST_F(TypeInferenceTest, Linear) {
  auto linear = LinearOp::create(builder, loc, value({kDynamic, 256}, unipolar),
                                 value({10, 256}, bipolar), Value(), Value());
  EXPECT_EQ(linear.getType(), tensor({kDynamic, 10}, f32));
  LinearOp::Properties properties;
  properties.operandSegmentSizes = {1, 1, 0, 0};
  EXPECT_EQ(inferenceError<LinearOp>({value({1, 4}, f32), value({2, 5}, f32)},
                                     properties),
            "'dorefa.linear' op (C2) second axes of input and filter differ: "
            "'tensor<1x4xf32>' and 'tensor<2x5xf32>'");
}

TEST_F(TypeInferenceTest, MaxPool) {
  auto pool =
      MaxPoolOp::create(builder, loc, value({kDynamic, 7, 8, 3}, unipolar),
                        ArrayRef<int64_t>{3, 2}, ArrayRef<int64_t>{2, 2},
                        ArrayRef<int64_t>{1, 0, 1, 0});
  EXPECT_EQ(pool.getResult().getType(), tensor({kDynamic, 4, 4, 3}, unipolar));
  EXPECT_EQ(pool.getWinner().getType(),
            tensor({kDynamic, 4, 4, 3}, builder.getI8Type()));
  MaxPoolOp::Properties properties;
  properties.kernel = builder.getDenseI64ArrayAttr({12, 11});
  properties.strides = builder.getDenseI64ArrayAttr({1, 1});
  properties.pads = builder.getDenseI64ArrayAttr({0, 0, 0, 0});
  EXPECT_EQ(inferenceError<MaxPoolOp>({value({1, 20, 20, 1}, f32)}, properties),
            "'dorefa.max_pool' op (C2) a kernel has at most 127 taps, got 12, "
            "11");
}

TEST_F(TypeInferenceTest, LossAndDropout) {
  auto loss =
      SoftmaxCrossEntropyOp::create(builder, loc, value({kDynamic, 10}, f32),
                                    value({kDynamic}, builder.getI32Type()));
  EXPECT_EQ(loss.getType(), tensor({}, f32));
  auto dropout =
      DropoutOp::create(builder, loc, value({2, 8}, unipolar), Value(), Value(),
                        APFloat(0.5f), IntegerAttr());
  EXPECT_EQ(dropout.getResult().getType(), tensor({2, 8}, unipolar));
  EXPECT_EQ(dropout.getScale().getType(), tensor({}, f32));
}
