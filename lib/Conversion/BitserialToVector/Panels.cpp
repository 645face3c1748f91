//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Panels of columns, from vectors of words, one for each column.

#include "Loops.h"
#include "Tiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {
/// One panel of one segment.
struct Panel {
  ImplicitLocOpBuilder &b;
  mutable PackPanelsOp op; // accessors are not const
  Value flat;              // [G, panels, S, bytes]
  Value group, panel, segment;
  FormAttr form = op.getForm();
  int64_t lanes = form.getLanes();

  Value constant(int64_t value) const {
    return arith::ConstantIndexOp::create(b, value);
  }
  VectorType type(int64_t size, unsigned bits) const {
    return VectorType::get({size}, b.getIntegerType(bits));
  }
  Value splat(unsigned bits, int64_t value) const {
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(type(lanes, bits), APInt(bits, value)));
  }
  /// The words of the columns from `first` on; zeros beyond the last one.
  Value loadWords(Value word, int64_t plane, Value first, Value left) const {
    Value words = op.getWords();
    SmallVector<Value> indices = {group, segment, word, constant(plane), first};
    Value full = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, left,
                                       constant(lanes));
    auto branch = scf::IfOp::create(
        b, full,
        [&](OpBuilder &nested, Location loc) {
          Value loaded = vector::LoadOp::create(nested, loc, type(lanes, 32),
                                                words, indices);
          scf::YieldOp::create(nested, loc, loaded);
        },
        [&](OpBuilder &nested, Location loc) {
          Value mask =
              vector::CreateMaskOp::create(nested, loc, type(lanes, 1), left);
          Value zeros = arith::ConstantOp::create(
              nested, loc, nested.getZeroAttr(type(lanes, 32)));
          Value loaded = vector::MaskedLoadOp::create(
              nested, loc, type(lanes, 32), words, indices, mask, zeros);
          scf::YieldOp::create(nested, loc, loaded);
        });
    return branch.getResult(0);
  }

  void store(Value bytes, Value offset) const {
    vector::StoreOp::create(b, bytes, flat,
                            ValueRange{group, panel, segment, offset});
  }

  Value bitsOf(Value words, int64_t shift, int64_t mask) const {
    Value bits = arith::ShRUIOp::create(b, words, splat(32, shift));
    return arith::AndIOp::create(b, bits, splat(32, mask));
  }
  Value asBytes(Value words) const {
    return vector::BitCastOp::create(b, type(form.getVectorBytes(), 8), words);
  }

  /// Two signed bytes from bit `shift` on as words of 16 bits.
  Value signedPair(Value words, int64_t shift) const {
    auto byteAt = [&](int64_t begin) -> Value {
      Value top = arith::ShLIOp::create(b, words, splat(32, 24 - begin));
      return arith::ShRSIOp::create(b, top, splat(32, 24));
    };
    Value odd = arith::ShLIOp::create(b, byteAt(shift + 8), splat(32, 16));
    Value even = arith::AndIOp::create(b, byteAt(shift), splat(32, 0xffff));
    return arith::OrIOp::create(b, even, odd);
  }

  /// What a word of each column becomes, in the order in which it lies there:
  /// step by step, unit by unit.
  SmallVector<Value> convert(ArrayRef<Value> planes) const {
    SmallVector<Value> parts;
    switch (form.getKernel()) {
    case Kernel::lookup:
    case Kernel::pairs:
      for (int64_t table = 0; table < wordTables; ++table) {
        SmallVector<Value> nibbles;
        for (Value words : planes)
          nibbles.push_back(arith::TruncIOp::create(
              b, type(lanes, 8), bitsOf(words, table * tableCodes, 15)));
        parts.push_back(nibbles.size() == 1 ? nibbles[0]
                                            : vector::InterleaveOp::create(
                                                  b, nibbles[0], nibbles[1])
                                                  .getResult());
      }
      break;
    case Kernel::nibbles:
      for (int64_t shift : {0, 4})
        for (Value words : planes)
          parts.push_back(asBytes(bitsOf(words, shift, 0x0f0f0f0f)));
      break;
    case Kernel::words:
      // Codes 0 and 1, then 2 and 3, in the halves of a word.
      for (int64_t shift : {0, 16}) {
        if (form.getIsSigned()) {
          parts.push_back(asBytes(signedPair(planes[0], shift)));
          continue;
        }
        Value even = bitsOf(planes[0], shift, 0xff);
        Value odd = arith::ShLIOp::create(b, bitsOf(planes[0], shift + 8, 0xff),
                                          splat(32, 16));
        parts.push_back(asBytes(arith::OrIOp::create(b, even, odd)));
      }
      break;
    case Kernel::bytes:
    case Kernel::matrix:
    case Kernel::quads:
    case Kernel::counts:
      for (Value words : planes)
        parts.push_back(asBytes(words));
      break;
    }
    return parts;
  }

  /// One word of each column of a vector.
  void buildWord(Value word, int64_t v) const {
    Value first =
        scale(b, b.getLoc(), panel, form.getPanelColumns(), v * lanes);
    Value size = getValueOrCreateConstantIndexOp(
        b, b.getLoc(), memref::getMixedSize(b, b.getLoc(), op.getWords(), 4));
    Value left = arith::SubIOp::create(b, size, first);
    left = arith::MaxSIOp::create(b, left, constant(0));
    SmallVector<Value> planes;
    for (int64_t plane = 0; plane < form.getRhsPlanes(); ++plane)
      planes.push_back(loadWords(word, plane, first, left));
    int64_t stride = form.getVectors() * form.getVectorBytes();
    for (auto [number, part] : llvm::enumerate(convert(planes)))
      store(part, scale(b, b.getLoc(), word, form.getPanelBytesPerWord(),
                        number * stride + v * form.getVectorBytes()));
  }

  void build() const {
    auto words = cast<MemRefType>(op.getWords().getType());
    int64_t count = words.getDimSize(2);
    buildLoops(b, b.getLoc(),
               LoopRange{b.getIndexAttr(0), b.getIndexAttr(count)}, false,
               [&](OpBuilder &nested, Location loc, ValueRange word) {
                 ImplicitLocOpBuilder inner(loc, nested);
                 Panel self{inner, op, flat, group, panel, segment};
                 for (int64_t v = 0; v < form.getVectors(); ++v)
                   self.buildWord(word[0], v);
               });
    // Steps that the words do not fill.
    int64_t begin = count * form.getPanelBytesPerWord();
    int64_t end = cast<MemRefType>(flat.getType()).getDimSize(3);
    auto zeroType = type(form.getVectorBytes(), 8);
    buildLoops(
        b, b.getLoc(),
        LoopRange{b.getIndexAttr(begin), b.getIndexAttr(end),
                  form.getVectorBytes()},
        false, [&](OpBuilder &nested, Location loc, ValueRange offset) {
          Value zeros = arith::ConstantOp::create(nested, loc,
                                                  nested.getZeroAttr(zeroType));
          vector::StoreOp::create(nested, loc, zeros, flat,
                                  ValueRange{group, panel, segment, offset[0]});
        });
  }
};
} // namespace

Value bitserial::collapseFrom(ImplicitLocOpBuilder &b, Value memref,
                              unsigned axis) {
  unsigned rank = cast<MemRefType>(memref.getType()).getRank();
  SmallVector<ReassociationIndices> groups;
  for (unsigned i = 0; i < axis; ++i)
    groups.push_back({i});
  groups.emplace_back();
  for (unsigned i = axis; i < rank; ++i)
    groups.back().push_back(i);
  return memref::CollapseShapeOp::create(b, memref, groups);
}

void bitserial::buildPackedPanels(ImplicitLocOpBuilder &b, PackPanelsOp op,
                                  bool parallel) {
  Value flat = collapseFrom(b, op.getInit(), 3);
  SmallVector<LoopRange> ranges =
      getAxisRanges(b, b.getLoc(), op.getInit(), 0, 3);
  buildLoops(b, b.getLoc(), ranges, parallel,
             [&](OpBuilder &nested, Location loc, ValueRange ivs) {
               ImplicitLocOpBuilder inner(loc, nested);
               Panel{inner, op, flat, ivs[0], ivs[1], ivs[2]}.build();
             });
}
