//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Rows: tables of the sums of the subsets of four codes, eight for each word,
// or words in the form that a kernel wants.

#include "Loops.h"
#include "Tables.h"
#include "Tiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {
struct Tables {
  ImplicitLocOpBuilder &b;
  int64_t planes;

  VectorType bytes(int64_t size) const {
    return VectorType::get({size}, b.getI8Type());
  }
  Value splat(int64_t value) const {
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(bytes(wordBits), APInt(8, value)));
  }

  /// `times` times the 32 codes of a word of each plane.
  Value unpack(Value words, ValueRange indices, int64_t times,
               Value codes) const {
    for (int64_t p = 0; p < planes; ++p) {
      SmallVector<Value> at(indices);
      at.push_back(arith::ConstantIndexOp::create(b, p));
      Value word = memref::LoadOp::create(b, words, at);
      Value vector = vector::BroadcastOp::create(
          b, VectorType::get({1}, b.getI32Type()), word);
      Value bits = vector::BitCastOp::create(
          b, VectorType::get({wordBits}, b.getI1Type()), vector);
      Value values =
          arith::SelectOp::create(b, bits, splat(times << p), splat(0));
      codes =
          codes ? arith::OrIOp::create(b, codes, values).getResult() : values;
    }
    return codes;
  }

  /// Stores the tables of 32 codes at `offset` of the row.
  void store(Value codes, Value rows, ArrayRef<Value> row, Value offset) const {
    for (auto [pair, tables] : llvm::enumerate(buildTables(b, codes))) {
      SmallVector<Value> at(row);
      at.push_back(scale(b, b.getLoc(), offset, 1, 2 * tableBytes * pair));
      vector::StoreOp::create(b, tables, rows, at);
    }
  }
};

/// Whether a row is the words of its pixels as they are.
static bool isOfWords(Kernel kernel) {
  return kernel == Kernel::bytes || kernel == Kernel::matrix ||
         kernel == Kernel::quads || kernel == Kernel::counts;
}

/// What a word of each plane becomes without tables, in the order of the form.
static SmallVector<Value> convert(ImplicitLocOpBuilder &b, FormAttr form,
                                  ArrayRef<Value> planes) {
  auto constant = [&](int64_t value) {
    return arith::ConstantIntOp::create(b, value, 32);
  };
  auto bitsOf = [&](Value word, int64_t shift, int64_t mask) -> Value {
    if (shift != 0)
      word = arith::ShRUIOp::create(b, word, constant(shift));
    return arith::AndIOp::create(b, word, constant(mask));
  };
  SmallVector<Value> words;
  switch (form.getKernel()) {
  case Kernel::nibbles:
    for (int64_t shift : {0, 4})
      for (Value plane : planes)
        words.push_back(bitsOf(plane, shift, 0x0f0f0f0f));
    break;
  case Kernel::words:
    for (int64_t shift : {0, 16}) {
      Value odd = arith::ShLIOp::create(b, bitsOf(planes[0], shift + 8, 0xff),
                                        constant(16));
      words.push_back(
          arith::OrIOp::create(b, bitsOf(planes[0], shift, 0xff), odd));
    }
    break;
  case Kernel::bytes:
  case Kernel::matrix:
  case Kernel::quads:
  case Kernel::counts:
  case Kernel::lookup:
  case Kernel::pairs:
    llvm_unreachable("has words as they are, or tables");
  }
  return words;
}

/// The words of all planes at `indices`.
static SmallVector<Value> loadPlanes(ImplicitLocOpBuilder &b, Value words,
                                     ValueRange indices, int64_t planes) {
  SmallVector<Value> loaded;
  for (int64_t p = 0; p < planes; ++p) {
    SmallVector<Value> at(indices);
    at.push_back(arith::ConstantIndexOp::create(b, p));
    loaded.push_back(memref::LoadOp::create(b, words, at));
  }
  return loaded;
}

/// Images and rows of the second pixel of a pair.
struct Partner {
  Value image, row;

  static Partner get(ImplicitLocOpBuilder &b, PackRowsOp op, Value image,
                     Value row) {
    auto move = [&](Value index, Value distance, unsigned axis) -> Value {
      Value size = memref::DimOp::create(b, op.getWords(), axis);
      Value last =
          arith::SubIOp::create(b, size, arith::ConstantIndexOp::create(b, 1));
      return arith::MinUIOp::create(
          b, arith::AddIOp::create(b, index, distance), last);
    };
    if (std::optional<int64_t> distance = op.getPairDistance())
      return {image,
              move(row, arith::ConstantIndexOp::create(b, *distance), 1)};
    Value images = memref::DimOp::create(b, op.getInit(), 0);
    return {move(image, images, 0), row};
  }
};
} // namespace

/// Zeros from byte `begin` of a row on.
static void fillRow(OpBuilder &b, Location loc, Value rows, ValueRange row,
                    int64_t begin, int64_t end) {
  buildLoops(
      b, loc, LoopRange{b.getIndexAttr(begin), b.getIndexAttr(end), wordBytes},
      false, [&](OpBuilder &nested, Location loc, ValueRange offset) {
        auto type = VectorType::get({wordBytes}, nested.getI8Type());
        Value zeros =
            arith::ConstantOp::create(nested, loc, nested.getZeroAttr(type));
        vector::StoreOp::create(nested, loc, zeros, rows,
                                ValueRange{row[0], row[1], offset[0]});
      });
}

/// Copies the words of rows, which follow each other.
static void buildCopiedRows(ImplicitLocOpBuilder &b, PackRowsOp op,
                            bool parallel) {
  Value rows = op.getInit();
  Value words = memref::CollapseShapeOp::create(
      b, op.getWords(),
      SmallVector<ReassociationIndices>{{0}, {1}, {2, 3, 4, 5}});
  int64_t count = cast<MemRefType>(words.getType()).getDimSize(2);
  int64_t rowBytes = cast<MemRefType>(rows.getType()).getDimSize(2);
  auto copy = [&](OpBuilder &b, Location loc, ValueRange row, OpFoldResult word,
                  int64_t size) {
    SmallVector<Value> from(row), to(row);
    from.push_back(getValueOrCreateConstantIndexOp(b, loc, word));
    to.push_back(scale(b, loc, word, wordBytes));
    Value some = vector::LoadOp::create(
        b, loc, VectorType::get({size}, b.getI32Type()), words, from);
    some = vector::BitCastOp::create(
        b, loc, VectorType::get({size * wordBytes}, b.getI8Type()), some);
    vector::StoreOp::create(b, loc, some, rows, to);
  };
  constexpr int64_t atOnce = 16;
  int64_t looped = count / atOnce * atOnce;
  buildLoops(b, b.getLoc(), getAxisRanges(b, b.getLoc(), rows, 0, 2), parallel,
             [&](OpBuilder &nested, Location loc, ValueRange row) {
               buildLoops(nested, loc,
                          LoopRange{nested.getIndexAttr(0),
                                    nested.getIndexAttr(looped), atOnce},
                          false,
                          [&](OpBuilder &b, Location loc, ValueRange word) {
                            copy(b, loc, row, word[0], atOnce);
                          });
               int64_t done = looped;
               for (int64_t size = atOnce / 2; size >= 1; size /= 2)
                 if (count - done >= size) {
                   copy(nested, loc, row, nested.getIndexAttr(done), size);
                   done += size;
                 }
               fillRow(nested, loc, rows, row, count * wordBytes, rowBytes);
             });
}

void bitserial::buildPackedRows(ImplicitLocOpBuilder &b, PackRowsOp op,
                                bool parallel) {
  Value rows = op.getInit();
  FormAttr form = op.getForm();
  if (isOfWords(form.getKernel()))
    return buildCopiedRows(b, op, parallel);
  int64_t planes = form.getLhsPlanes();
  // [N, H, words of a row, planes]
  Value words = op.getWords();
  words = memref::CollapseShapeOp::create(
      b, words, SmallVector<ReassociationIndices>{{0}, {1}, {2, 3, 4}, {5}});
  int64_t count = cast<MemRefType>(words.getType()).getDimSize(2);
  int64_t bytesPerWord = form.getRowBytesPerWord();
  int64_t rowBytes = cast<MemRefType>(rows.getType()).getDimSize(2);
  bool pairs = form.getKernel() == Kernel::pairs;
  buildLoops(
      b, b.getLoc(), getAxisRanges(b, b.getLoc(), rows, 0, 2), parallel,
      [&](OpBuilder &nested, Location loc, ValueRange ivs) {
        ImplicitLocOpBuilder row(loc, nested);
        Partner partner;
        if (pairs)
          partner = Partner::get(row, op, ivs[0], ivs[1]);
        buildLoops(
            row, loc, LoopRange{row.getIndexAttr(0), row.getIndexAttr(count)},
            false, [&](OpBuilder &nested, Location loc, ValueRange word) {
              ImplicitLocOpBuilder inner(loc, nested);
              Value start = scale(inner, loc, word[0], bytesPerWord);
              if (!form.usesTables()) {
                SmallVector<Value> loaded =
                    loadPlanes(inner, words, {ivs[0], ivs[1], word[0]}, planes);
                for (auto [number, part] :
                     llvm::enumerate(convert(inner, form, loaded))) {
                  Value at = scale(inner, loc, start, 1, number * wordBytes);
                  Value one = vector::BroadcastOp::create(
                      inner, VectorType::get({1}, inner.getI32Type()), part);
                  Value bytes = vector::BitCastOp::create(
                      inner, VectorType::get({wordBytes}, inner.getI8Type()),
                      one);
                  vector::StoreOp::create(inner, bytes, rows,
                                          ValueRange{ivs[0], ivs[1], at});
                }
                return;
              }
              Tables tables{inner, planes};
              Value codes =
                  tables.unpack(words, {ivs[0], ivs[1], word[0]}, 1, Value());
              if (pairs)
                codes = tables.unpack(
                    words, {partner.image, partner.row, word[0]}, 16, codes);
              tables.store(codes, rows, {ivs[0], ivs[1]}, start);
            });
        fillRow(row, loc, rows, ivs, count * bytesPerWord, rowBytes);
      });
}
