//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Bufferization of the bitserial ops.

#include "dorefa/Dialect/Bitserial/Transforms/BufferizableOpInterfaceImpl.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::bufferization;

namespace {
/// The op on the buffers of its operands, without a result.
template <typename OpTy>
struct BitserialOpInterface
    : DstBufferizableOpInterfaceExternalModel<BitserialOpInterface<OpTy>,
                                              OpTy> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return OpTy::accumulates() || !cast<OpTy>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    if (op->getNumResults() == 0)
      return success();
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    clone(rewriter, op, TypeRange(), buffers);
    replaceOpWithBufferizedValues(rewriter, op, buffers.back());
    return success();
  }
};
} // namespace

void bitserial::registerBitserialBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, BitserialDialect *) {
    PackOp::attachInterface<BitserialOpInterface<PackOp>>(*context);
    UnpackOp::attachInterface<BitserialOpInterface<UnpackOp>>(*context);
    PopSumOp::attachInterface<BitserialOpInterface<PopSumOp>>(*context);
    MatmulOp::attachInterface<BitserialOpInterface<MatmulOp>>(*context);
    Conv2DOp::attachInterface<BitserialOpInterface<Conv2DOp>>(*context);
    PackPanelsOp::attachInterface<BitserialOpInterface<PackPanelsOp>>(*context);
    ListBlocksOp::attachInterface<BitserialOpInterface<ListBlocksOp>>(*context);
    PackRowsOp::attachInterface<BitserialOpInterface<PackRowsOp>>(*context);
    TileProductOp::attachInterface<BitserialOpInterface<TileProductOp>>(
        *context);
    MatrixProductOp::attachInterface<BitserialOpInterface<MatrixProductOp>>(
        *context);
    SelectSumOp::attachInterface<BitserialOpInterface<SelectSumOp>>(*context);
  });
}
