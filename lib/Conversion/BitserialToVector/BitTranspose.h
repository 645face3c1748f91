//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Transposition of 8 x 8 bits in every byte of eight vectors.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_BITTRANSPOSE_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_BITTRANSPOSE_H

#include "mlir/IR/Builders.h"

namespace mlir::bitserial {

/// `rows` are up to 8 vectors of one i8 type, their number of lanes a multiple
/// of 4; rows that are not there are 0. Returns `columns` vectors of this type:
/// bit r of every byte of vector c is bit c of this byte in row r.
SmallVector<Value> transposeBits(OpBuilder &builder, Location loc,
                                 ArrayRef<Value> rows, unsigned columns);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_BITTRANSPOSE_H
