//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowerings of the ops of packed forms.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILES_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILES_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

void buildPackedPanels(ImplicitLocOpBuilder &b, PackPanelsOp op, bool parallel);
void buildListedBlocks(ImplicitLocOpBuilder &b, ListBlocksOp op);
void buildPackedRows(ImplicitLocOpBuilder &b, PackRowsOp op, bool parallel);
void buildPackedTables(ImplicitLocOpBuilder &b, PackTablesOp op, bool parallel);
void buildTileProduct(ImplicitLocOpBuilder &b, TileProductOp op);
/// The same of kernel `matrix`, with pixels that are read where they are; or
/// false if it does not pay.
bool buildTilesInPlace(ImplicitLocOpBuilder &b, TileProductOp op);
void buildGatheredTiles(ImplicitLocOpBuilder &b, TileProductOp op);
void buildMatrixProduct(ImplicitLocOpBuilder &b, MatrixProductOp op);
/// The same of kernels of vectors.
void buildVectorProduct(ImplicitLocOpBuilder &b, MatrixProductOp op);
void buildSelectSum(ImplicitLocOpBuilder &b, SelectSumOp op, bool parallel);

/// The axes from `axis` on of a memref as one; they are contiguous.
Value collapseFrom(ImplicitLocOpBuilder &b, Value memref, unsigned axis);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILES_H
