//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A tile whose sums are in the registers of a matrix unit (AMX). It reads rows
// at one distance from each other, which the pixels of a tile are not: they are
// gathered first, once for all panels. What the panels hold is already as it
// wants it: the codes of a word for each column, word after word.
//
// The values in its registers have an LLVM type, which all lowerings of loops
// let pass; those of the amx dialect have not.

#include "TileLoops.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Of a row of a register.
static constexpr int64_t registerBytes = 64;

namespace {

class MatrixTiles : public TileLoops {
public:
  explicit MatrixTiles(TileProductOp op) : TileLoops(op) {}

  void buildProduct(ImplicitLocOpBuilder &b) {
    buildRequest(b);
    // An odd number of cache lines, so that rows do not meet in the cache.
    rowBytes = (op.getChunk() * wordBytes / registerBytes | 1) * registerBytes;
    Type i8 = b.getI8Type(), i32 = b.getI32Type();
    gathered = allocate(b, {form.getColumns() * rowBytes}, i8);
    sums = allocate(b, {form.getColumns(), form.getPanelColumns()}, i32);
    places = allocate(b, {form.getColumns(), 3}, b.getIndexType());
    gatheredAddress = getAddress(b, gathered);
    sumsAddress = getAddress(b, sums);
    panelsAddress = getAddress(b, op.getPanels());
    build(b);
    for (Value memory : {gathered, sums, places})
      memref::DeallocOp::create(b, memory);
  }

private:
  int64_t countResidentPanels() const override { return numPanels; }

  static Value allocate(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                        Type element) {
    return memref::AllocOp::create(b, MemRefType::get(shape, element),
                                   b.getI64IntegerAttr(registerBytes));
  }

  /// Linux keeps the registers from a process that has not asked for them:
  /// arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA).
  static void buildRequest(ImplicitLocOpBuilder &b) {
    SmallVector<Value> arguments;
    for (int64_t argument : {158, 0x1023, 18})
      arguments.push_back(constant(b, b.getI64Type(), argument));
    LLVM::InlineAsmOp::create(
        b, TypeRange(b.getI64Type()), arguments, "syscall",
        "={rax},{rax},{rdi},{rsi},~{rcx},~{r11},~{memory}",
        /*has_side_effects=*/true, /*is_align_stack=*/false,
        LLVM::tailcallkind::TailCallKind::None, LLVM::AsmDialectAttr(),
        ArrayAttr());
  }

  static Value constant(ImplicitLocOpBuilder &b, Type type, int64_t value) {
    return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
  }

  /// Of the first element, as an index.
  static Value getAddress(ImplicitLocOpBuilder &b, Value memory) {
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, memory);
    auto type = cast<MemRefType>(memory.getType());
    if (type.getLayout().isIdentity())
      return address;
    auto parts = memref::ExtractStridedMetadataOp::create(b, memory);
    return add(b, address,
               times(b, parts.getOffset(), type.getElementTypeBitWidth() / 8));
  }

  static Value getPointer(ImplicitLocOpBuilder &b, Value address) {
    Value integer = arith::IndexCastOp::create(b, b.getI64Type(), address);
    return LLVM::IntToPtrOp::create(
        b, LLVM::LLVMPointerType::get(b.getContext()), integer);
  }

  Value call(ImplicitLocOpBuilder &b, StringRef name, TypeRange results,
             unsigned sizes, ValueRange operands) const {
    // Rows and bytes of the registers: all are whole.
    SmallVector<Value> all;
    for (unsigned i = 0; i < sizes; ++i)
      all.push_back(
          constant(b, b.getI16Type(), i == 0 ? matrixRows : registerBytes));
    llvm::append_range(all, operands);
    auto op = LLVM::CallIntrinsicOp::create(
        b, results.empty() ? Type() : results[0],
        b.getStringAttr(("llvm.x86." + name + ".internal").str()), all);
    return results.empty() ? Value() : op.getResult(0);
  }

  static Type getRegisterType(OpBuilder &b) {
    return LLVM::LLVMX86AMXType::get(b.getContext());
  }

  Value load(ImplicitLocOpBuilder &b, Value address, int64_t distance) const {
    return call(
        b, "tileloadd64", getRegisterType(b), 2,
        {getPointer(b, address), constant(b, b.getI64Type(), distance)});
  }

  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) override {
    Value last = arith::SubIOp::create(b, pixels, index(b, 1));
    loop(b, form.getColumns(), 1, [&](ImplicitLocOpBuilder &b, Value row) {
      // Rows of a tile that are not there read others'.
      Value number = arith::MinUIOp::create(b, add(b, pixel, row), last);
      gather(b, row, locate(b, number));
    });
    Value left = arith::SubIOp::create(b, pixels, pixel);
    Value count = arith::MinUIOp::create(b, left, index(b, form.getColumns()));
    loop(b, begin, end, 1, [&](ImplicitLocOpBuilder &b, Value panel) {
      buildTile(b, panel);
      loop(b, index(b, 0), count, 1, [&](ImplicitLocOpBuilder &b, Value row) {
        storeRow(b, row, panel);
      });
    });
  }

  /// Copies what the chunk reads for a pixel, and notes where its sums go.
  void gather(ImplicitLocOpBuilder &b, Value row, const Pixel &pixel) {
    Value coordinates[] = {pixel.image, pixel.row, pixel.column};
    for (auto [i, coordinate] : llvm::enumerate(coordinates))
      memref::StoreOp::create(b, coordinate, places,
                              ValueRange{row, index(b, i)});
    Value start = getStart(b, pixel);
    int64_t bytes = steps / parts * wordBytes;
    loop(b, chunkSegments, 1, [&](ImplicitLocOpBuilder &b, Value s) {
      Value from = add(b, start, getSegmentOffset(b, add(b, segment, s)));
      copy(b, from, add(b, times(b, row, rowBytes), times(b, s, bytes)), bytes);
    });
  }

  /// Several blocks at a time: of one, LLVM makes a call of memcpy, and behind
  /// each call it configures the matrix unit again, which costs more than the
  /// copy does.
  void copy(ImplicitLocOpBuilder &b, Value from, Value to, int64_t bytes) {
    constexpr int64_t blocksAtOnce = 4;
    auto type = VectorType::get({registerBytes}, b.getI8Type());
    auto copyBlocks = [&](ImplicitLocOpBuilder &b, Value start, int64_t count) {
      for (int64_t i = 0; i < count; ++i) {
        Value offset = add(b, start, index(b, i * registerBytes));
        Value codes =
            vector::LoadOp::create(b, type, rows, add(b, from, offset));
        vector::StoreOp::create(b, codes, gathered, add(b, to, offset));
      }
    };
    int64_t count = bytes / registerBytes, left = count % blocksAtOnce;
    int64_t looped = (count - left) * registerBytes;
    loop(b, looped, blocksAtOnce * registerBytes,
         [&](ImplicitLocOpBuilder &b, Value offset) {
           copyBlocks(b, offset, blocksAtOnce);
         });
    copyBlocks(b, index(b, looped), left);
  }

  /// The sums of a chunk, into `sums`.
  void buildTile(ImplicitLocOpBuilder &b, Value panel) {
    int64_t vectors = form.getVectors();
    int64_t halves = form.getColumns() / matrixRows;
    Type type = getRegisterType(b);
    SmallVector<Value> zeros;
    for (int64_t i = 0; i < halves * vectors; ++i)
      zeros.push_back(call(b, "tilezero", type, 2, {}));
    Value panelAddress = add(b, panelsAddress, getPanelStart(b, panel));
    int64_t panelStep = form.getPanelBytesPerStep();
    auto multiply = [&](ImplicitLocOpBuilder &b, Value step,
                        ValueRange carried) {
      SmallVector<Value> left, right, next;
      Value rowStart = add(b, gatheredAddress, times(b, step, wordBytes));
      for (int64_t half = 0; half < halves; ++half)
        left.push_back(
            load(b, add(b, rowStart, index(b, half * matrixRows * rowBytes)),
                 rowBytes));
      Value panelStart = add(b, panelAddress, times(b, step, panelStep));
      for (int64_t v = 0; v < vectors; ++v)
        right.push_back(load(b, add(b, panelStart, index(b, v * registerBytes)),
                             panelStep));
      for (Value x : left)
        for (Value y : right)
          next.push_back(call(b, form.getIsSigned() ? "tdpbusd" : "tdpbuud",
                              type, 3, {carried[next.size()], x, y}));
      return next;
    };
    SmallVector<Value> totals =
        !op.getKept()
            ? carry(b, op.getChunk(), matrixSteps, zeros, multiply)
            : carryKept(b, panel, zeros,
                        [&](ImplicitLocOpBuilder &b, Value block,
                            ValueRange carried) {
                          return multiply(b, times(b, block, this->block),
                                          carried);
                        });
    int64_t distance = form.getPanelColumns() * 4;
    for (auto [i, total] : llvm::enumerate(totals)) {
      int64_t half = i / vectors, v = i % vectors;
      Value address =
          add(b, sumsAddress,
              index(b, half * matrixRows * distance + v * registerBytes));
      call(b, "tilestored64", {}, 2,
           {getPointer(b, address), constant(b, b.getI64Type(), distance),
            total});
    }
  }

  void storeRow(ImplicitLocOpBuilder &b, Value row, Value panel) {
    SmallVector<Value> at;
    for (int64_t i = 0; i < 3; ++i)
      at.push_back(
          memref::LoadOp::create(b, places, ValueRange{row, index(b, i)}));
    at.push_back(group);
    at.emplace_back();
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      int64_t first = v * form.getLanes();
      Value found = vector::LoadOp::create(
          b, VectorType::get({form.getLanes()}, b.getI32Type()), sums,
          ValueRange{row, index(b, first)});
      at.back() =
          add(b, times(b, panel, form.getPanelColumns()), index(b, first));
      storeSums(b, found, at, at.back());
    }
  }

  int64_t rowBytes = 0; // from one gathered row to the next
  Value gathered, sums, places;
  Value gatheredAddress, sumsAddress, panelsAddress;
};

} // namespace

void bitserial::buildMatrixProduct(ImplicitLocOpBuilder &b, TileProductOp op) {
  MatrixTiles(op).buildProduct(b);
}
