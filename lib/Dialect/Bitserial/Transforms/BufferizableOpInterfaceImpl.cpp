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
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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

/// Words are their codes' memory, seen as 32-bit numbers; of codes that do not
/// lie one behind the other, a copy's.
struct ViewWordsInterface
    : BufferizableOpInterface::ExternalModel<ViewWordsInterface, ViewWordsOp> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &,
                              const AnalysisState &) const {
    return true;
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &,
                               const AnalysisState &) const {
    return false;
  }
  AliasingValueList getAliasingValues(Operation *op, OpOperand &,
                                      const AnalysisState &) const {
    return {{op->getResult(0), BufferRelation::Unknown}};
  }

  FailureOr<BufferLikeType> getBufferType(Operation *op, Value value,
                                          const BufferizationOptions &,
                                          const BufferizationState &,
                                          SmallVector<Value> &) const {
    auto type = cast<RankedTensorType>(value.getType());
    return cast<BufferLikeType>(
        MemRefType::get(type.getShape(), type.getElementType()));
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto view = cast<ViewWordsOp>(op);
    Location loc = op->getLoc();
    FailureOr<Value> buffer =
        getBuffer(rewriter, view.getCodes(), options, state);
    if (failed(buffer))
      return failure();
    auto type = cast<MemRefType>(buffer->getType());
    auto getSizes = [&](ArrayRef<int64_t> shape) {
      SmallVector<Value> sizes;
      for (auto [axis, size] : llvm::enumerate(shape))
        if (ShapedType::isDynamic(size))
          sizes.push_back(memref::DimOp::create(rewriter, loc, *buffer, axis));
      return sizes;
    };
    if (!type.getLayout().isIdentity()) {
      auto copied = MemRefType::get(type.getShape(), type.getElementType());
      auto copy =
          options.createAlloc(rewriter, loc, copied, getSizes(type.getShape()));
      if (failed(copy) ||
          failed(options.createMemCpy(rewriter, loc, *buffer, *copy)))
        return failure();
      buffer = copy;
    }
    ReassociationIndices all =
        llvm::to_vector(llvm::seq<int64_t>(type.getRank()));
    Value bytes = *buffer;
    if (type.getRank() > 1)
      bytes = memref::CollapseShapeOp::create(
          rewriter, loc, bytes, ArrayRef<ReassociationIndices>(all));
    auto words = view.getWords().getType();
    Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
    replaceOpWithNewBufferizedOp<memref::ViewOp>(
        rewriter, op, MemRefType::get(words.getShape(), words.getElementType()),
        bytes, zero, getSizes(words.getShape()));
    return success();
  }
};
} // namespace

void bitserial::registerBitserialBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, BitserialDialect *) {
    PackOp::attachInterface<BitserialOpInterface<PackOp>>(*context);
    ViewWordsOp::attachInterface<ViewWordsInterface>(*context);
    UnpackOp::attachInterface<BitserialOpInterface<UnpackOp>>(*context);
    PopSumOp::attachInterface<BitserialOpInterface<PopSumOp>>(*context);
    MatmulOp::attachInterface<BitserialOpInterface<MatmulOp>>(*context);
    Conv2DOp::attachInterface<BitserialOpInterface<Conv2DOp>>(*context);
    PackPanelsOp::attachInterface<BitserialOpInterface<PackPanelsOp>>(*context);
    ListBlocksOp::attachInterface<BitserialOpInterface<ListBlocksOp>>(*context);
    PackRowsOp::attachInterface<BitserialOpInterface<PackRowsOp>>(*context);
    PackTablesOp::attachInterface<BitserialOpInterface<PackTablesOp>>(*context);
    TileProductOp::attachInterface<BitserialOpInterface<TileProductOp>>(
        *context);
    MatrixProductOp::attachInterface<BitserialOpInterface<MatrixProductOp>>(
        *context);
    SelectSumOp::attachInterface<BitserialOpInterface<SelectSumOp>>(*context);
  });
}
