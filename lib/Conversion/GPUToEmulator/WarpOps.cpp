//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Runtime/Emulator.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

bool mlir::dorefa::isCollective(Operation *op) {
  return isa<NVVM::Barrier0Op, NVVM::BarrierOp, NVVM::SyncWarpOp, NVVM::MmaOp,
             NVVM::LdMatrixOp, NVVM::ShflOp, NVVM::VoteSyncOp,
             bitserial::WarpgroupMultiplyOp>(op);
}

namespace {
class WarpOpConverter {
public:
  WarpOpConverter(Emulation &emulation, Operation *op, Value thread)
      : emulation(emulation), op(op), thread(thread), builder(op),
        loc(op->getLoc()) {}

  LogicalResult convert(NVVM::BarrierOp barrier);
  LogicalResult convert(NVVM::MmaOp mma);
  LogicalResult convert(bitserial::WarpgroupMultiplyOp product);
  LogicalResult convert(NVVM::LdMatrixOp load);
  LogicalResult convert(NVVM::ShflOp shuffle);
  LogicalResult convert(NVVM::VoteSyncOp vote);
  LogicalResult convert(NVVM::CpAsyncOp copy);

  LogicalResult barrier(Value id, Value count) {
    emulation.call(builder, loc, "dorefaEmulatorBarrier", {},
                   {thread, id ? id : constant(0), count ? count : constant(0),
                    emulation.site(builder, op, /*isUnique=*/true)});
    op->erase();
    return success();
  }
  /// A call that takes the thread and no place; replaces the op.
  LogicalResult replace(StringRef name, ValueRange arguments = {}) {
    SmallVector<Value> all = {thread};
    llvm::append_range(all, arguments);
    emulation.call(builder, loc, name, {}, all);
    op->erase();
    return success();
  }
  LogicalResult warpBarrier(Value mask) {
    Value site = emulation.site(builder, op, /*isUnique=*/true);
    return replace("dorefaEmulatorWarpBarrier", {mask, site});
  }
  Value constant(int32_t value) {
    return emulation.constant(builder, loc, value);
  }

private:
  /// Values on the stack, one after the other.
  Value store(ValueRange values);
  /// Word `i` at `memory`.
  Value loadWord(Value memory, int32_t i);
  /// `count` words at `memory`: a struct of them, or the word of a single one.
  Value loadWords(Value memory, int64_t count, Type result);

  Emulation &emulation;
  Operation *op;
  Value thread;
  OpBuilder builder;
  Location loc;
};
} // namespace

Value WarpOpConverter::store(ValueRange values) {
  Type type = values.front().getType();
  Value memory = emulation.allocate(builder, loc, type, values.size());
  for (auto [i, value] : llvm::enumerate(values))
    LLVM::StoreOp::create(
        builder, loc, value,
        LLVM::GEPOp::create(builder, loc, emulation.pointer(), type, memory,
                            ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)}));
  return memory;
}

Value WarpOpConverter::loadWord(Value memory, int32_t i) {
  return LLVM::LoadOp::create(
      builder, loc, emulation.i32(),
      LLVM::GEPOp::create(builder, loc, emulation.pointer(), emulation.i32(),
                          memory, ArrayRef<LLVM::GEPArg>{i}));
}

Value WarpOpConverter::loadWords(Value memory, int64_t count, Type result) {
  if (!isa<LLVM::LLVMStructType>(result))
    return loadWord(memory, 0);
  Value words = LLVM::PoisonOp::create(builder, loc, result);
  for (int64_t i = 0; i < count; ++i)
    words = LLVM::InsertValueOp::create(builder, loc, words,
                                        loadWord(memory, i), i);
  return words;
}

LogicalResult WarpOpConverter::convert(NVVM::BarrierOp barrierOp) {
  if (barrierOp.getReductionOp())
    return op->emitError("the emulator knows no barrier with a reduction");
  return barrier(barrierOp.getBarrierId(), barrierOp.getNumberOfThreads());
}

LogicalResult WarpOpConverter::convert(NVVM::MmaOp mma) {
  auto typeOf = [](std::optional<NVVM::MMATypes> type) {
    return type.value_or(NVVM::MMATypes::f16);
  };
  NVVM::MMATypes a = typeOf(mma.getMultiplicandAPtxType());
  NVVM::MMATypes b = typeOf(mma.getMultiplicandBPtxType());
  auto isOne = [](NVVM::MMATypes type, NVVM::MMATypes first,
                  NVVM::MMATypes second) {
    return type == first || type == second;
  };
  int bits;
  DorefaEmulatorMma kind;
  if (a == NVVM::MMATypes::b1) {
    bits = 1;
    kind =
        mma.getB1Op() == NVVM::MMAB1Op::and_popc ? dorefaMmaAnd : dorefaMmaXor;
  } else if (isOne(a, NVVM::MMATypes::s8, NVVM::MMATypes::u8)) {
    bits = 8;
    kind = dorefaMmaInt8;
  } else if (isOne(a, NVVM::MMATypes::s4, NVVM::MMATypes::u4)) {
    bits = 4;
    kind = dorefaMmaInt4;
  } else {
    return op->emitError("the emulator knows mma of b1, 4-bit and 8-bit "
                         "integers only");
  }
  int isSigned = isOne(a, NVVM::MMATypes::s8, NVVM::MMATypes::s4) |
                 isOne(b, NVVM::MMATypes::s8, NVVM::MMATypes::s4) << 1;
  bool saturates =
      mma.getIntOverflowBehavior() == NVVM::MMAIntOverflow::satfinite;
  auto shape = mma.getShape();
  Value result = emulation.allocate(builder, loc, emulation.i32(),
                                    mma.getOperandC().size());
  emulation.call(builder, loc, "dorefaEmulatorMma", {},
                 {thread, constant(kind), constant(shape.getM()),
                  constant(shape.getN()), constant(shape.getK() * bits / 32),
                  constant(isSigned), constant(saturates),
                  store(mma.getOperandA()), store(mma.getOperandB()),
                  store(mma.getOperandC()), result,
                  emulation.site(builder, op, /*isUnique=*/true)});
  mma.replaceAllUsesWith(
      loadWords(result, mma.getOperandC().size(), mma.getType()));
  op->erase();
  return success();
}

LogicalResult WarpOpConverter::convert(bitserial::WarpgroupMultiplyOp product) {
  ArrayRef<int64_t> lhs = product.getLhsStrides(),
                    rhs = product.getRhsStrides();
  SmallVector<Value> shape;
  for (int64_t number :
       {int64_t(product.getBytes() ? dorefaMmaInt8 : dorefaMmaAnd),
        int64_t(product.getColumns()), int64_t(product.getSteps()),
        product.getLhsPlanes(), product.getRhsPlanes(), lhs[0], lhs[1], rhs[0],
        rhs[1]})
    shape.push_back(constant(static_cast<int32_t>(number)));
  static_assert(sizeof(DorefaEmulatorWarpgroup) == 9 * sizeof(int32_t));
  Value sums = store(product.getSums());
  emulation.call(builder, loc, "dorefaEmulatorWarpgroupMultiply", {},
                 {thread, store(shape), product.getLhs(), product.getRhs(),
                  sums, emulation.site(builder, op, /*isUnique=*/true)});
  SmallVector<Value> results;
  for (size_t i = 0; i < product.getSums().size(); ++i)
    results.push_back(loadWord(sums, static_cast<int32_t>(i)));
  product.replaceAllUsesWith(results);
  op->erase();
  return success();
}

LogicalResult WarpOpConverter::convert(NVVM::LdMatrixOp load) {
  auto shape = load.getShape();
  if (shape.getM() != 8 || shape.getN() != 8 ||
      load.getEltType() != NVVM::LdStMatrixEltType::B16)
    return op->emitError("the emulator knows ldmatrix of 8x8 b16 only");
  int64_t count = load.getNum();
  Value result = emulation.allocate(builder, loc, emulation.i32(), count);
  bool transposes = load.getLayout() == NVVM::MMALayout::col;
  emulation.call(builder, loc, "dorefaEmulatorLoadMatrix", {},
                 {thread, load.getPtr(), constant(count), constant(transposes),
                  result, emulation.site(builder, op, /*isUnique=*/true)});
  load.getResult().replaceAllUsesWith(
      loadWords(result, count, load.getRes().getType()));
  op->erase();
  return success();
}

LogicalResult WarpOpConverter::convert(NVVM::ShflOp shuffle) {
  DorefaEmulatorShuffle kind;
  switch (shuffle.getKind()) {
  case NVVM::ShflKind::bfly:
    kind = dorefaShuffleButterfly;
    break;
  case NVVM::ShflKind::up:
    kind = dorefaShuffleUp;
    break;
  case NVVM::ShflKind::down:
    kind = dorefaShuffleDown;
    break;
  case NVVM::ShflKind::idx:
    kind = dorefaShuffleIndex;
    break;
  }
  Type type = shuffle.getVal().getType();
  Value word = shuffle.getVal();
  if (type != emulation.i32())
    word = LLVM::BitcastOp::create(builder, loc, emulation.i32(), word);
  Value flag = emulation.allocate(builder, loc, builder.getI8Type(), 1);
  Value value =
      emulation.call(builder, loc, "dorefaEmulatorShuffle", emulation.i32(),
                     {thread, constant(kind), shuffle.getThreadMask(), word,
                      shuffle.getOffset(), shuffle.getMaskAndClamp(), flag,
                      emulation.site(builder, op, /*isUnique=*/true)});
  if (type != emulation.i32())
    value = LLVM::BitcastOp::create(builder, loc, type, value);
  if (shuffle.getReturnValueAndIsValid()) {
    Value isValid = LLVM::TruncOp::create(
        builder, loc, builder.getI1Type(),
        LLVM::LoadOp::create(builder, loc, builder.getI8Type(), flag));
    Value both = LLVM::PoisonOp::create(builder, loc, shuffle.getType());
    both = LLVM::InsertValueOp::create(builder, loc, both, value,
                                       ArrayRef<int64_t>{0});
    value = LLVM::InsertValueOp::create(builder, loc, both, isValid,
                                        ArrayRef<int64_t>{1});
  }
  shuffle.replaceAllUsesWith(value);
  op->erase();
  return success();
}

LogicalResult WarpOpConverter::convert(NVVM::VoteSyncOp vote) {
  DorefaEmulatorVote kind;
  switch (vote.getKind()) {
  case NVVM::VoteSyncKind::any:
    kind = dorefaVoteAny;
    break;
  case NVVM::VoteSyncKind::all:
    kind = dorefaVoteAll;
    break;
  case NVVM::VoteSyncKind::ballot:
    kind = dorefaVoteBallot;
    break;
  case NVVM::VoteSyncKind::uni:
    kind = dorefaVoteUniform;
    break;
  }
  Value predicate =
      LLVM::ZExtOp::create(builder, loc, emulation.i32(), vote.getPred());
  Value result =
      emulation.call(builder, loc, "dorefaEmulatorVote", emulation.i32(),
                     {thread, constant(kind), vote.getMask(), predicate,
                      emulation.site(builder, op, /*isUnique=*/true)});
  if (vote.getType() != emulation.i32())
    result = LLVM::TruncOp::create(builder, loc, vote.getType(), result);
  vote.replaceAllUsesWith(result);
  op->erase();
  return success();
}

LogicalResult WarpOpConverter::convert(NVVM::CpAsyncOp copy) {
  Value size = constant(copy.getSize());
  emulation.call(builder, loc, "dorefaEmulatorCopyAsync", {},
                 {thread, copy.getDst(), copy.getSrc(), size,
                  copy.getCpSize() ? copy.getCpSize() : size,
                  emulation.site(builder, op)});
  op->erase();
  return success();
}

FailureOr<bool> mlir::dorefa::convertWarpOp(Emulation &emulation, Operation *op,
                                            Value thread) {
  WarpOpConverter converter(emulation, op, thread);
  std::optional<LogicalResult> result =
      llvm::TypeSwitch<Operation *, std::optional<LogicalResult>>(op)
          .Case([&](NVVM::Barrier0Op) { return converter.barrier({}, {}); })
          .Case<NVVM::BarrierOp, NVVM::MmaOp, bitserial::WarpgroupMultiplyOp,
                NVVM::LdMatrixOp, NVVM::ShflOp, NVVM::VoteSyncOp,
                NVVM::CpAsyncOp>(
              [&](auto known) { return converter.convert(known); })
          .Case([&](NVVM::SyncWarpOp sync) {
            return converter.warpBarrier(sync.getMask());
          })
          .Case([&](NVVM::FenceProxyOp) {
            return converter.replace("dorefaEmulatorProxyFence");
          })
          .Case([&](NVVM::CpAsyncCommitGroupOp) {
            return converter.replace("dorefaEmulatorCopyCommit");
          })
          .Case([&](NVVM::CpAsyncWaitGroupOp wait) {
            return converter.replace(
                "dorefaEmulatorCopyWait",
                converter.constant(static_cast<int32_t>(wait.getN())));
          })
          .Default([](Operation *) { return std::nullopt; });
  if (!result)
    return false;
  if (failed(*result))
    return failure();
  return true;
}
