//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The clip's mask lives from forward to backward as one bit an element: packed
// where it is made, unpacked where it is used.

#include "BitserialBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {

struct LowerMask : OpConversionPattern<MaskOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MaskOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Value mask = adaptor.getMask();
    auto type = cast<RankedTensorType>(mask.getType());
    if (type.getRank() == 0 || type.isDynamicDim(type.getRank() - 1))
      return failure();
    int64_t axis = type.getRank() - 1;
    Value words;
    {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointAfterValue(mask);
      ImplicitLocOpBuilder b(op.getLoc(), rewriter);
      words = buildPack(b, mask, axis, WordLayout{1});
    }
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value bits = buildUnpack(b, words, axis, type.getDimSize(axis));
    Value result = buildPointwise(
        b, {adaptor.getInput(), bits}, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value keep =
              arith::CmpIOp::create(b, arith::CmpIPredicate::ne, args[1],
                                    buildScalar(b, args[1].getType(), 0));
          return {arith::SelectOp::create(b, keep, args[0],
                                          buildScalar(b, b.getF32Type(), 0))};
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void mlir::dorefa::populatePackedMaskPatterns(const TypeConverter &converter,
                                              RewritePatternSet &patterns) {
  patterns.add<LowerMask>(converter, patterns.getContext(), /*benefit=*/2);
}
