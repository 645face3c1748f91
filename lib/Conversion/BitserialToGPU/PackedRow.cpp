//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Words of the codes of a row, which are spread over the threads of a warp:
// each puts its own bits where they belong, and the threads unite what they
// have.

#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::bitserial;

constexpr int64_t warpThreads = 32;

namespace {
/// How the codes of a word lie in the threads of a warp.
struct WordOrder {
  int64_t perWord;               // codes
  int64_t codeBits;              // distance of two codes in the word
  SmallVector<int64_t> columns;  // of one thread, counted from its first one
  SmallVector<int64_t> partners; // distances of threads that have the others

  WordOrder(PackOp pack, ColumnOrder order)
      : perWord(pack.getCodesPerWord()), codeBits(wordBits / perWord) {
    bool isFragments = order == ColumnOrder::fragments;
    for (int64_t column = 0; column < (isFragments ? perWord : 1); column += 8)
      for (int64_t odd = 0; odd < (isFragments ? 2 : 1); ++odd)
        columns.push_back(column + odd);
    int64_t threads = isFragments ? std::min(perWord / 2, int64_t(4)) : perWord;
    for (int64_t distance = 1; distance < threads; distance *= 2)
      partners.push_back(distance);
  }

  /// A bit of each thread of a warp.
  bool isVote() const { return perWord == warpThreads && columns.size() == 1; }
};
} // namespace

static Value unite(const Numbers &n, Value x, Value y) {
  return x ? arith::OrIOp::create(n.b, x, y).getResult() : y;
}

/// The union of the words of all threads that have a part of it.
static Value uniteThreads(const Numbers &n, Value word,
                          ArrayRef<int64_t> partners) {
  for (int64_t distance : partners) {
    auto other =
        gpu::ShuffleOp::create(n.b, word, n.constant(distance),
                               n.constant(warpThreads), gpu::ShuffleMode::XOR);
    word = unite(n, word, other.getShuffleResult());
  }
  return word;
}

/// The bits of `plane`, or of all planes in bytes, that a code has in a word.
static Value getBits(const Numbers &n, PackOp pack, Value code, int64_t plane) {
  if (pack.getBytes())
    return n.b.createOrFold<arith::AndIOp>(
        code, n.constant((1 << pack.getBits()) - 1));
  Value shifted = n.b.createOrFold<arith::ShRUIOp>(code, n.constant(plane));
  return n.b.createOrFold<arith::AndIOp>(shifted, n.constant(1));
}

/// One plane of a word. `codes` are those of the thread, the first of which is
/// at `first` of the word.
static Value buildWord(const Numbers &n, PackOp pack, const WordOrder &order,
                       ValueRange codes, Value first, int64_t plane) {
  if (order.isVote()) {
    Value bit = getBits(n, pack, codes.front(), plane);
    Value isSet = n.isLess(n.constant(0), bit);
    return NVVM::VoteSyncOp::create(n.b, n.b.getI32Type(), n.constant(-1),
                                    isSet, NVVM::VoteSyncKind::ballot);
  }
  Value word;
  for (auto [column, code] : llvm::zip_equal(order.columns, codes))
    word = unite(
        n, word,
        n.b.createOrFold<arith::ShLIOp>(getBits(n, pack, code, plane),
                                        n.constant(column * order.codeBits)));
  Value place = n.mul(first, order.codeBits);
  return uniteThreads(n, n.b.createOrFold<arith::ShLIOp>(word, place),
                      order.partners);
}

template <typename Body>
static void buildIf(const Numbers &n, Value condition, Body body) {
  OpBuilder::InsertionGuard guard(n.b);
  auto op = scf::IfOp::create(n.b, condition, /*withElseRegion=*/false);
  n.b.setInsertionPoint(op.thenBlock()->getTerminator());
  body();
}

namespace {
/// What the epilogue makes of a row, a few columns after the other: the
/// registers of their sums are free then.
class PackedRow {
public:
  PackedRow(const Numbers &n, const ProductView &view,
            const ProductSizes &sizes, const ProductIndices &indices, Value row)
      : n(n), epilogue(*view.epilogue), indices(indices),
        exists(n.isLess(row, sizes.rows)),
        // Beyond the end the last row is computed again: all threads take part
        // in words.
        position(indices.row(n.min(row, n.sub(sizes.rows, n.constant(1))))) {}

  void build(ArrayRef<ColumnSum> sums, ColumnOrder order) const;

private:
  const Numbers &n;
  const Epilogue &epilogue;
  const ProductIndices &indices;
  Value exists;
  RowPosition position;

  /// The results of packed outputs for each sum, zero beyond the end; others
  /// are stored.
  SmallVector<SmallVector<Value>> compute(ArrayRef<ColumnSum> sums) const;
  /// `codes` are those of a thread in one word, the first of them of `first`.
  void store(const PackedOutput &output, OpOperand &operand,
             const WordOrder &order, ValueRange codes,
             const ColumnSum &first) const;
};
} // namespace

SmallVector<SmallVector<Value>>
PackedRow::compute(ArrayRef<ColumnSum> sums) const {
  bool storesOthers =
      epilogue.countPacks() < static_cast<int64_t>(epilogue.packed.size());
  Type i32 = n.b.getI32Type();
  SmallVector<SmallVector<Value>> results(epilogue.packed.size());
  for (const ColumnSum &sum : sums) {
    SmallVector<Type> types(epilogue.countPacks(), i32);
    auto inside = scf::IfOp::create(n.b, types, sum.exists,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(n.b);
    n.b.setInsertionPointToStart(inside.elseBlock());
    scf::YieldOp::create(n.b, SmallVector<Value>(types.size(), n.constant(0)));
    n.b.setInsertionPointToStart(inside.thenBlock());
    SmallVector<Value> at = indices.sums(position, sum.column);
    SmallVector<Value> values = epilogue.compute(n, at, sum.value);
    if (storesOthers)
      buildIf(n, exists, [&] { epilogue.store(n, at, values); });
    SmallVector<Value> codes;
    for (auto [output, value] : llvm::zip_equal(epilogue.packed, values))
      if (output)
        codes.push_back(arith::ExtUIOp::create(n.b, i32, value));
    scf::YieldOp::create(n.b, codes);
    auto code = inside.result_begin();
    for (auto [output, list] : llvm::zip_equal(epilogue.packed, results))
      if (output)
        list.push_back(*code++);
  }
  return results;
}

void PackedRow::store(const PackedOutput &output, OpOperand &operand,
                      const WordOrder &order, ValueRange codes,
                      const ColumnSum &first) const {
  PackOp pack = output.pack;
  Value place = n.rem(first.column, order.perWord);
  SmallVector<Value> planes;
  for (int64_t plane = 0; plane < pack.getNumPlanes(); ++plane)
    planes.push_back(buildWord(n, pack, order, codes, place, plane));
  // The thread that has a word's first column stores it.
  Value owns = n.both(n.isLess(place, n.constant(1)), first.exists);
  buildIf(n, n.both(exists, owns), [&] {
    SmallVector<Value> at =
        epilogue.getIndices(operand, indices.sums(position, first.column));
    Value word = n.div(first.column, order.perWord);
    for (size_t plane = 0; plane < planes.size(); ++plane)
      memref::StoreOp::create(n.b, planes[plane], pack.getInit(),
                              output.getIndices(n, at, word, plane));
  });
}

void PackedRow::build(ArrayRef<ColumnSum> sums, ColumnOrder order) const {
  size_t most = 1;
  for (const std::optional<PackedOutput> &output : epilogue.packed)
    if (output)
      most = std::max(most, WordOrder(output->pack, order).columns.size());
  linalg::GenericOp op = epilogue.op;
  for (size_t start = 0; start < sums.size(); start += most) {
    ArrayRef<ColumnSum> some = sums.slice(start, most);
    SmallVector<SmallVector<Value>> results = compute(some);
    for (size_t number = 0; number < results.size(); ++number) {
      const std::optional<PackedOutput> &output = epilogue.packed[number];
      if (!output)
        continue;
      WordOrder word(output->pack, order);
      size_t count = word.columns.size();
      for (size_t i = 0; i < some.size(); i += count)
        store(*output, *op.getDpsInitOperand(number), word,
              ValueRange(results[number]).slice(i, count), some[i]);
    }
  }
}

void bitserial::buildPackedRow(const Numbers &n, const ProductView &view,
                               const ProductSizes &sizes,
                               const ProductIndices &indices, Value row,
                               ArrayRef<ColumnSum> sums, ColumnOrder order) {
  PackedRow(n, view, sizes, indices, row).build(sums, order);
}
