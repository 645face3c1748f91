//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Small builders for the tensor computations that the conversions emit.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_TENSORBUILDERS_H
#define DOREFA_CONVERSION_DOREFATOLINALG_TENSORBUILDERS_H

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {

/// The body of one element: block arguments (inputs, then outputs) to yields.
using ScalarBody =
    llvm::function_ref<SmallVector<Value>(ImplicitLocOpBuilder &, ValueRange)>;

/// The sizes of a ranked tensor, static ones as attributes.
SmallVector<OpFoldResult> getSizes(ImplicitLocOpBuilder &b, Value tensor);
OpFoldResult getSize(ImplicitLocOpBuilder &b, Value tensor, int64_t axis);

Value buildEmpty(ImplicitLocOpBuilder &b, ArrayRef<OpFoldResult> sizes,
                 Type elementType);
/// A tensor of these sizes filled with `value` (0, an integer or a float).
Value buildFilled(ImplicitLocOpBuilder &b, ArrayRef<OpFoldResult> sizes,
                  Type elementType, double value);
/// A scalar constant of an integer, index or float type.
Value buildScalar(ImplicitLocOpBuilder &b, Type type, double value);

/// An elementwise computation: one parallel loop for each of `sizes`, inputs
/// read through `inputMaps`, each result of the shape `sizes`.
SmallVector<Value> buildElementwise(ImplicitLocOpBuilder &b, ValueRange inputs,
                                    ArrayRef<AffineMap> inputMaps,
                                    ArrayRef<OpFoldResult> sizes,
                                    TypeRange resultElementTypes,
                                    ScalarBody body);
/// The same with one result, all inputs of the shape of the first.
Value buildPointwise(ImplicitLocOpBuilder &b, ValueRange inputs,
                     Type resultElementType, ScalarBody body);

/// A computation with reductions: `outputs` hold the initial values.
SmallVector<Value> buildGeneric(ImplicitLocOpBuilder &b, ValueRange inputs,
                                ValueRange outputs, ArrayRef<AffineMap> maps,
                                ArrayRef<utils::IteratorType> iterators,
                                ScalarBody body);

/// (d0, ..) -> (), -> (d0), -> (d_last): how scales and per-channel vectors
/// are read in a loop nest of `rank`.
AffineMap getScalarMap(MLIRContext *context, unsigned rank);
AffineMap getLeadingMap(MLIRContext *context, unsigned rank);
AffineMap getChannelMap(MLIRContext *context, unsigned rank);
/// The map for a scale operand: scalar, or one element for each index of the
/// leading axis.
AffineMap getScaleMap(Value scale, unsigned rank);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_TENSORBUILDERS_H
