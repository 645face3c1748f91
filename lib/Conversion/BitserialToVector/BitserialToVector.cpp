//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The choice among the forms of pack and unpack.

#include "dorefa/Conversion/BitserialToVector/Passes.h"

#include "Loops.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTBITSERIALPACKTOVECTOR
#include "dorefa/Conversion/BitserialToVector/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bitserial;

/// Codes below which one thread is as fast as many.
constexpr int64_t parallelCodes = 32 * 1024;

static void lower(OpBuilder &builder, Operation *op, const PackedPair &pair,
                  LoopOptions options) {
  Location loc = op->getLoc();
  MemRefType type = pair.codesType();
  if (op->getParentOfType<scf::ParallelOp>() ||
      op->getParentOfType<scf::ForallOp>() ||
      (type.hasStaticShape() && type.getNumElements() < parallelCodes))
    options.parallel = false;
  bool isLast = pair.axis == type.getRank() - 1;
  if (hasUnitStride(type)) {
    if (isLast && pair.byteBits)
      return buildByteRows(builder, loc, pair, options);
    if (isLast)
      return buildRows(builder, loc, pair, options);
    if (hasUnitStride(pair.wordsType()) &&
        succeeded(buildLanes(builder, loc, pair, options)))
      return;
  }
  Value result = pair.isPack ? pair.words : pair.codes;
  buildScalar(builder, loc, pair,
              getAxisRanges(builder, loc, result, 0,
                            cast<MemRefType>(result.getType()).getRank()),
              options.parallel);
}

namespace {
struct ConvertBitserialPackToVector
    : dorefa::impl::ConvertBitserialPackToVectorBase<
          ConvertBitserialPackToVector> {
  using ConvertBitserialPackToVectorBase::ConvertBitserialPackToVectorBase;

  void runOnOperation() override {
    if (vectorBits != 128 && vectorBits != 256 && vectorBits != 512) {
      emitError(getOperation()->getLoc())
          << "convert-bitserial-pack-to-vector: vector-bits is 128, 256 or "
             "512, but got "
          << vectorBits.getValue();
      return signalPassFailure();
    }
    LoopOptions options{vectorBits, parallel};
    getOperation()->walk([&](Operation *op) {
      OpBuilder builder(op);
      if (auto pack = dyn_cast<PackOp>(op)) {
        if (!isa<MemRefType>(pack.getInit().getType()))
          return;
        PackedPair pair{pack.getCodes(), pack.getInit(),
                        static_cast<int64_t>(pack.getAxis()), /*isPack=*/true};
        if (pack.getBytes())
          pair.byteBits = pack.getBits();
        lower(builder, op, pair, options);
        op->erase();
      } else if (auto unpack = dyn_cast<UnpackOp>(op)) {
        if (!isa<MemRefType>(unpack.getInit().getType()))
          return;
        lower(builder, op,
              {unpack.getInit(), unpack.getPacked(),
               static_cast<int64_t>(unpack.getAxis()), /*isPack=*/false},
              options);
        op->erase();
      }
    });
  }
};
} // namespace
