//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the order of operations is matters: one accumulator is finished before
// the next, so that few registers are needed at any time. LLVM does not find
// such an order again.

#include "TileKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::bitserial;

Value bitserial::broadcastUnit(ImplicitLocOpBuilder &b, FormAttr form,
                               Value rows, ValueRange at) {
  auto bytes = [&](int64_t size) {
    return VectorType::get({size}, b.getI8Type());
  };
  int64_t size = form.getRowUnitBytes();
  Value unit = vector::LoadOp::create(b, bytes(size), rows, at);
  if (size == form.getVectorBytes())
    return unit;
  if (size == wordBytes) {
    Value word = vector::BitCastOp::create(
        b, VectorType::get({1}, b.getI32Type()), unit);
    Value words = vector::BroadcastOp::create(
        b, VectorType::get({form.getVectorBytes() / size}, b.getI32Type()),
        vector::ExtractOp::create(b, word, int64_t(0)).getResult());
    return vector::BitCastOp::create(b, bytes(form.getVectorBytes()), words);
  }
  SmallVector<int64_t> lanes;
  for (int64_t i = 0; i < form.getVectorBytes(); ++i)
    lanes.push_back(i % size);
  return vector::ShuffleOp::create(b, unit, unit, lanes);
}

VectorType TileKernel::vector(OpBuilder &b, unsigned bits) const {
  return VectorType::get({form.getVectorBytes() * 8 / bits},
                         b.getIntegerType(bits));
}

Value TileKernel::splat(ImplicitLocOpBuilder &b, unsigned bits,
                        int64_t value) const {
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(vector(b, bits), APInt(bits, value)));
}

Value TileKernel::castTo(ImplicitLocOpBuilder &b, unsigned bits,
                         Value value) const {
  return vector::BitCastOp::create(b, vector(b, bits), value);
}

Value TileKernel::widen(ImplicitLocOpBuilder &b, Value even, Value odd) const {
  Value both = vector::InterleaveOp::create(b, even, odd);
  return arith::ExtUIOp::create(
      b, VectorType::get({form.getVectorBytes()}, b.getI32Type()), both);
}

Value TileKernel::pairOf(ImplicitLocOpBuilder &b, int64_t low,
                         int64_t high) const {
  return castTo(b, 8, splat(b, 16, (high & 255) << 8 | (low & 255)));
}

Value TileKernel::addWords(ImplicitLocOpBuilder &b, Value words,
                           bool isSmall) const {
  if (form.getIsSigned() || isSmall)
    return MultiplyPairsOp::create(b, vector(b, 32), words, splat(b, 16, 1));
  Value both = castTo(b, 32, words);
  Value low = arith::AndIOp::create(b, both, splat(b, 32, 0xffff));
  Value high = arith::ShRUIOp::create(b, both, splat(b, 32, 16));
  return arith::AddIOp::create(b, low, high);
}

SmallVector<Value> TileKernel::start(ImplicitLocOpBuilder &b) const {
  return SmallVector<Value>(countSums(), splat(b, getSumBits(), 0));
}

SmallVector<Value> TileKernel::startTotals(ImplicitLocOpBuilder &b) const {
  return SmallVector<Value>(countTotals(), splat(b, getTotalBits(), 0));
}

SmallVector<Value> TileKernel::drainStep(ImplicitLocOpBuilder &b,
                                         ValueRange totals,
                                         const StepOperands &operands) const {
  return drain(b, step(b, start(b), operands), totals);
}

namespace {

/// Byte sums of one row and vector: what four codes of 32 columns give is one
/// lookup.
class LookupKernel : public TileKernel {
public:
  explicit LookupKernel(FormAttr form) : TileKernel(form) {}

  SmallVector<Value> step(ImplicitLocOpBuilder &b, ValueRange sums,
                          const StepOperands &operands) const override {
    SmallVector<Value> next(sums);
    lookUp(b, operands, [&](int64_t i, Value found) {
      next[i] = arith::AddIOp::create(b, sums[i], found);
    });
    return next;
  }

  SmallVector<Value> drain(ImplicitLocOpBuilder &b, ValueRange sums,
                           ValueRange totals) const override {
    SmallVector<Value> next(totals);
    for (auto [i, sum] : llvm::enumerate(sums))
      drainSum(b, i, sum, next);
    return next;
  }

  SmallVector<Value> drainStep(ImplicitLocOpBuilder &b, ValueRange totals,
                               const StepOperands &operands) const override {
    SmallVector<Value> next(totals);
    lookUp(b, operands,
           [&](int64_t i, Value found) { drainSum(b, i, found, next); });
    return next;
  }

  Value finish(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
               int64_t v) const override {
    int64_t i = row * form.getVectors() + v;
    auto type = VectorType::get({form.getLanes()}, b.getI32Type());
    if (hasPlanes() && form.getIsSigned())
      return arith::ExtSIOp::create(b, type, totals[i]);
    if (hasPlanes())
      return arith::ExtUIOp::create(b, type, totals[i]);
    Value odd = totals[countSums() + i];
    Value upper = arith::ShLIOp::create(b, odd, splat(b, 16, 8));
    return widen(b, arith::SubIOp::create(b, totals[i], upper), odd);
  }

protected:
  int64_t countTotals() const override {
    return hasPlanes() ? countSums() : 2 * countSums();
  }
  unsigned getSumBits() const override { return 8; }
  unsigned getTotalBits() const override { return 16; }

private:
  bool hasPlanes() const { return form.getRhsBits() == 2; }

  /// What each sum gets in a step.
  void lookUp(ImplicitLocOpBuilder &b, const StepOperands &operands,
              function_ref<void(int64_t sum, Value found)> use) const {
    SmallVector<Value> indices;
    for (int64_t v = 0; v < form.getVectors(); ++v)
      indices.push_back(operands.loadPanel(v, 0));
    int64_t sum = 0;
    for (int64_t column = 0; column < form.getColumns(); ++column) {
      Value table = operands.loadRow(column, 0);
      for (Value index : indices)
        use(sum++, ByteLookupOp::create(b, table, index));
    }
  }

  /// Two planes lie in neighbouring bytes and are added up, the second one of a
  /// signed form negative. Of one plane the even totals get both bytes of a
  /// word, the odd ones the upper byte, which is taken off the former in the
  /// end: no masks.
  void drainSum(ImplicitLocOpBuilder &b, int64_t i, Value sum,
                SmallVectorImpl<Value> &totals) const {
    if (hasPlanes()) {
      Value planes = pairOf(b, 1, form.getIsSigned() ? -2 : 2);
      Value both = MultiplyPairsOp::create(b, vector(b, 16), sum, planes);
      totals[i] = arith::AddIOp::create(b, totals[i], both);
      return;
    }
    Value words = castTo(b, 16, sum);
    totals[i] = arith::AddIOp::create(b, totals[i], words);
    Value upper = arith::ShRUIOp::create(b, words, splat(b, 16, 8));
    Value &odd = totals[countSums() + i];
    odd = arith::AddIOp::create(b, odd, upper);
  }
};

/// Two rows in a table, the second one's sums in the upper half of a byte. Of
/// each vector one byte sum takes three lookups as they are, `both`, another
/// one shifted down by four bits, `second`. What spills over from the neighbour
/// is known and is taken off at the drain.
class PairsKernel : public TileKernel {
public:
  explicit PairsKernel(FormAttr form) : TileKernel(form) {}

  SmallVector<Value> step(ImplicitLocOpBuilder &b, ValueRange sums,
                          const StepOperands &operands) const override {
    SmallVector<Value> tables, next(sums);
    for (int64_t t = 0; t < form.getRowUnits(); ++t)
      tables.push_back(operands.loadRow(0, t));
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      Value counts;
      for (auto [t, table] : llvm::enumerate(tables)) {
        Value found = ByteLookupOp::create(b, table, operands.loadPanel(v, t));
        counts = counts ? arith::AddIOp::create(b, counts, found).getResult()
                        : found;
      }
      next[v] = arith::AddIOp::create(b, sums[v], counts);
      Value upper =
          arith::ShRUIOp::create(b, castTo(b, 16, counts), splat(b, 16, 4));
      int64_t second = form.getVectors() + v;
      next[second] =
          arith::AddIOp::create(b, sums[second], castTo(b, 8, upper));
    }
    return next;
  }

  SmallVector<Value> drain(ImplicitLocOpBuilder &b, ValueRange sums,
                           ValueRange totals) const override {
    SmallVector<Value> next;
    auto down = [&](Value x, int64_t bits) -> Value {
      return arith::ShRUIOp::create(b, x, splat(b, 16, bits));
    };
    auto lowByteLess = [&](Value x, Value sixteenth) -> Value {
      Value times16 = arith::ShLIOp::create(b, sixteenth, splat(b, 16, 4));
      return arith::AndIOp::create(b, arith::SubIOp::create(b, x, times16),
                                   splat(b, 16, 255));
    };
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      Value both = castTo(b, 16, sums[v]);
      Value second = castTo(b, 16, sums[form.getVectors() + v]);
      // The odd columns of the second row are clean; each of the others needs
      // the one before.
      Value odd1 = down(second, 8);
      Value odd0 = lowByteLess(down(both, 8), odd1);
      Value even1 = lowByteLess(second, odd0);
      Value even0 = lowByteLess(both, even1);
      for (Value found : {even0, odd0, even1, odd1})
        next.push_back(arith::AddIOp::create(b, totals[next.size()], found));
    }
    return next;
  }

  Value finish(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
               int64_t v) const override {
    return widen(b, totals[4 * v + 2 * row], totals[4 * v + 2 * row + 1]);
  }

protected:
  int64_t countSums() const override { return 2 * form.getVectors(); }
  int64_t countTotals() const override { return 4 * form.getVectors(); }
  unsigned getSumBits() const override { return 8; }
  unsigned getTotalBits() const override { return 16; }
};

/// AND of planes whose bytes hold four bits: a table counts them, shifted by
/// the planes, without a mask. Of the last plane of a signed form it has the
/// negative counts.
class NibblesKernel : public TileKernel {
public:
  explicit NibblesKernel(FormAttr form) : TileKernel(form) {}

  SmallVector<Value> step(ImplicitLocOpBuilder &b, ValueRange sums,
                          const StepOperands &operands) const override {
    SmallVector<Value> next(sums);
    for (int64_t column = 0; column < form.getColumns(); ++column) {
      SmallVector<Value> row;
      for (int64_t q = 0; q < form.getLhsBits(); ++q)
        row.push_back(operands.loadRow(column, q));
      for (int64_t v = 0; v < form.getVectors(); ++v) {
        Value &sum = next[column * form.getVectors() + v];
        for (int64_t p = 0; p < form.getRhsBits(); ++p) {
          Value panel = operands.loadPanel(v, p);
          for (auto [q, plane] : llvm::enumerate(row)) {
            Value both = arith::AndIOp::create(b, panel, plane);
            Value count =
                ByteLookupOp::create(b, countsOfNibbles(b, p, q), both);
            sum = arith::AddIOp::create(b, sum, count);
          }
        }
      }
    }
    return next;
  }

  SmallVector<Value> drain(ImplicitLocOpBuilder &b, ValueRange sums,
                           ValueRange totals) const override {
    SmallVector<Value> next;
    for (auto [sum, total] : llvm::zip(sums, totals)) {
      // The side without a sign comes first.
      Value ones = pairOf(b, 1, 1);
      Value both = form.getIsSigned()
                       ? MultiplyPairsOp::create(b, vector(b, 16), ones, sum)
                       : MultiplyPairsOp::create(b, vector(b, 16), sum, ones);
      next.push_back(arith::AddIOp::create(b, total, both));
    }
    return next;
  }

  Value finish(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
               int64_t v) const override {
    return addWords(b, totals[row * form.getVectors() + v]);
  }

protected:
  unsigned getSumBits() const override { return 8; }
  unsigned getTotalBits() const override { return 16; }

private:
  Value countsOfNibbles(ImplicitLocOpBuilder &b, int64_t p, int64_t q) const {
    SmallVector<int8_t> counts;
    int64_t sign = isNegative(p) ? -1 : 1;
    for (int64_t i = 0; i < form.getVectorBytes(); ++i)
      counts.push_back(sign *
                       (llvm::popcount(unsigned(i % tableBytes)) << (p + q)));
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(vector(b, 8), ArrayRef<int8_t>(counts)));
  }
};

/// AND of planes, and a count of the bits of its words: a sum for each weight
/// that pairs of planes have.
class CountsKernel : public TileKernel {
public:
  explicit CountsKernel(FormAttr form) : TileKernel(form) {}

  SmallVector<Value> step(ImplicitLocOpBuilder &b, ValueRange sums,
                          const StepOperands &operands) const override {
    SmallVector<Value> next(sums), panel;
    for (int64_t v = 0; v < form.getVectors(); ++v)
      for (int64_t p = 0; p < form.getRhsBits(); ++p)
        panel.push_back(castTo(b, 32, operands.loadPanel(v, p)));
    for (int64_t column = 0; column < form.getColumns(); ++column)
      for (int64_t q = 0; q < form.getLhsBits(); ++q) {
        Value row = castTo(b, 32, operands.loadRow(column, q));
        for (int64_t v = 0; v < form.getVectors(); ++v)
          for (int64_t p = 0; p < form.getRhsBits(); ++p) {
            Value both =
                arith::AndIOp::create(b, panel[v * form.getRhsBits() + p], row);
            Value count = math::CtPopOp::create(b, both);
            Value &sum = next[getSum(column, v) + p + q];
            if (isNegative(p))
              sum = arith::SubIOp::create(b, sum, count);
            else
              sum = arith::AddIOp::create(b, sum, count);
          }
      }
    return next;
  }

  SmallVector<Value> drain(ImplicitLocOpBuilder &b, ValueRange sums,
                           ValueRange totals) const override {
    SmallVector<Value> next;
    for (auto [sum, total] : llvm::zip(sums, totals))
      next.push_back(arith::AddIOp::create(b, total, sum));
    return next;
  }

  Value finish(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
               int64_t v) const override {
    Value all = totals[getSum(row, v)];
    for (int64_t weight = 1; weight < countWeights(); ++weight) {
      Value part = arith::ShLIOp::create(b, totals[getSum(row, v) + weight],
                                         splat(b, 32, weight));
      all = arith::AddIOp::create(b, all, part);
    }
    return all;
  }

protected:
  int64_t countSums() const override {
    return TileKernel::countSums() * countWeights();
  }
  unsigned getSumBits() const override { return 32; }
  unsigned getTotalBits() const override { return 32; }

private:
  int64_t countWeights() const {
    return form.getLhsBits() + form.getRhsBits() - 1;
  }
  /// The first sum of a row and a vector.
  int64_t getSum(int64_t row, int64_t v) const {
    return (row * form.getVectors() + v) * countWeights();
  }
};

/// One product of the panel and a row for each sum.
class MultiplyingKernel : public TileKernel {
public:
  SmallVector<Value> step(ImplicitLocOpBuilder &b, ValueRange sums,
                          const StepOperands &operands) const override {
    SmallVector<Value> next(sums);
    multiplyAll(b, operands, [&](int64_t i, Value product) {
      next[i] = arith::AddIOp::create(b, sums[i], product);
    });
    return next;
  }

  SmallVector<Value> drain(ImplicitLocOpBuilder &b, ValueRange sums,
                           ValueRange totals) const override {
    SmallVector<Value> next;
    for (auto [sum, total] : llvm::zip(sums, totals))
      next.push_back(arith::AddIOp::create(b, total, widened(b, sum)));
    return next;
  }

  SmallVector<Value> drainStep(ImplicitLocOpBuilder &b, ValueRange totals,
                               const StepOperands &operands) const override {
    SmallVector<Value> next(totals);
    multiplyAll(b, operands, [&](int64_t i, Value product) {
      next[i] = arith::AddIOp::create(b, totals[i], widened(b, product));
    });
    return next;
  }

  Value finish(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
               int64_t v) const override {
    return totals[row * form.getVectors() + v];
  }

protected:
  using TileKernel::TileKernel;
  virtual Value multiply(ImplicitLocOpBuilder &b, Value row,
                         Value panel) const = 0;
  unsigned getTotalBits() const override { return 32; }

private:
  /// What each sum gets in a step.
  void multiplyAll(ImplicitLocOpBuilder &b, const StepOperands &operands,
                   function_ref<void(int64_t sum, Value product)> use) const {
    SmallVector<Value> panel;
    for (int64_t v = 0; v < form.getVectors(); ++v)
      panel.push_back(operands.loadPanel(v, 0));
    int64_t sum = 0;
    for (int64_t column = 0; column < form.getColumns(); ++column) {
      Value row = operands.loadRow(column, 0);
      for (Value codes : panel)
        use(sum++, multiply(b, row, codes));
    }
  }

  Value widened(ImplicitLocOpBuilder &b, Value sum) const {
    if (getSumBits() != 16)
      return sum;
    // Codes are numbers of one more bit with a sign.
    int64_t signedDrain = FormAttr::getLargestDrain(
        form.getKernel(), form.getLhsBits(), form.getRhsBits() + 1, true);
    return addWords(b, sum, form.getDrain() <= signedDrain);
  }
};

class BytesKernel : public MultiplyingKernel {
public:
  explicit BytesKernel(FormAttr form) : MultiplyingKernel(form) {}

protected:
  /// A side with a sign, or of at most 7 bits, is read as signed.
  Value multiply(ImplicitLocOpBuilder &b, Value row,
                 Value panel) const override {
    if (form.getRhsBits() == 8 && !form.getIsSigned())
      std::swap(row, panel);
    return MultiplyPairsOp::create(b, vector(b, 16), row, panel);
  }
  unsigned getSumBits() const override { return 16; }
};

class WordsKernel : public MultiplyingKernel {
public:
  explicit WordsKernel(FormAttr form) : MultiplyingKernel(form) {}

protected:
  Value multiply(ImplicitLocOpBuilder &b, Value row,
                 Value panel) const override {
    return MultiplyPairsOp::create(b, vector(b, 32), castTo(b, 16, row),
                                   castTo(b, 16, panel));
  }
  unsigned getSumBits() const override { return 32; }
};

class QuadsKernel : public MultiplyingKernel {
public:
  explicit QuadsKernel(FormAttr form) : MultiplyingKernel(form) {}

protected:
  Value multiply(ImplicitLocOpBuilder &b, Value row,
                 Value panel) const override {
    return DotOp::create(b, castTo(b, 32, row), castTo(b, 32, panel),
                         form.getLhsBits(), form.getRhsBits(),
                         form.getIsSigned());
  }
  unsigned getSumBits() const override { return 32; }
};

} // namespace

std::unique_ptr<TileKernel> TileKernel::get(FormAttr form) {
  switch (form.getKernel()) {
  case Kernel::lookup:
    return std::make_unique<LookupKernel>(form);
  case Kernel::pairs:
    return std::make_unique<PairsKernel>(form);
  case Kernel::nibbles:
    return std::make_unique<NibblesKernel>(form);
  case Kernel::bytes:
    return std::make_unique<BytesKernel>(form);
  case Kernel::words:
    return std::make_unique<WordsKernel>(form);
  case Kernel::quads:
    return std::make_unique<QuadsKernel>(form);
  case Kernel::counts:
    return std::make_unique<CountsKernel>(form);
  case Kernel::matrix:
    llvm_unreachable("is no kernel of vectors");
  }
  llvm_unreachable("not a kernel");
}
