//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The pattern sets that make up the conversions out of the dorefa dialect.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_PATTERNS_H
#define DOREFA_CONVERSION_DOREFATOLINALG_PATTERNS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::dorefa {

/// Tensors of codes become tensors of i8.
class CodeTypeConverter : public TypeConverter {
public:
  CodeTypeConverter();
};

/// Lowers everything in `module` but products of codes through the patterns
/// below, and those through what `populateProducts` adds.
LogicalResult convertDorefa(
    ModuleOp module,
    llvm::function_ref<void(const TypeConverter &, RewritePatternSet &)>
        populateProducts);

/// Quantizers, their gradients and dequantization.
void populateQuantizerPatterns(const TypeConverter &converter,
                               RewritePatternSet &patterns);
/// quantize_weight and its gradient.
void populateWeightPatterns(const TypeConverter &converter,
                            RewritePatternSet &patterns);
/// encode_gradient and dropout, which draw random numbers.
void populateRandomPatterns(const TypeConverter &converter,
                            RewritePatternSet &patterns);
/// Batch norm and its statistics and gradient.
void populateBatchNormPatterns(const TypeConverter &converter,
                               RewritePatternSet &patterns);
/// Max-pool with winners, and its gradient.
void populatePoolingPatterns(const TypeConverter &converter,
                             RewritePatternSet &patterns);
/// Softmax cross-entropy and its gradient.
void populateLossPatterns(const TypeConverter &converter,
                          RewritePatternSet &patterns);
/// A detector's anchors and their matching.
void populateAnchorPatterns(const TypeConverter &converter,
                            RewritePatternSet &patterns);
/// A detector's loss and its gradient.
void populateMultiboxLossPatterns(const TypeConverter &converter,
                                  RewritePatternSet &patterns);
/// Linear layers become 1x1 convolutions; applied before the conversion.
void populateLinearPatterns(RewritePatternSet &patterns);
/// Ops on a batch that is empty by its type; applied before the conversion.
void populateEmptyBatchPatterns(RewritePatternSet &patterns);
/// Convolutions with an f32 operand, or with `evenOfCodes` all of them: float
/// products of dequantized values.
void populateFloatProductPatterns(const TypeConverter &converter,
                                  RewritePatternSet &patterns,
                                  bool evenOfCodes = false);
/// Convolutions of codes as plain integer loops: the reference.
void populateReferenceProductPatterns(const TypeConverter &converter,
                                      RewritePatternSet &patterns);
/// Ops of other dialects that merely carry codes (reshapes, functions).
void populateCarrierPatterns(const TypeConverter &converter,
                             RewritePatternSet &patterns);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_PATTERNS_H
