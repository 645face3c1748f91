//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixUnit.h"

#include "Addresses.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

static Value constant(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

/// Its operands are numbers of registers and, behind them, values.
static void call(ImplicitLocOpBuilder &b, StringRef name,
                 ArrayRef<int64_t> registers, ValueRange operands = {}) {
  SmallVector<Value> all;
  for (int64_t number : registers)
    all.push_back(constant(b, b.getI8Type(), number));
  llvm::append_range(all, operands);
  LLVM::CallIntrinsicOp::create(
      b, Type(), b.getStringAttr(("llvm.x86." + name).str()), all);
}

static void move(ImplicitLocOpBuilder &b, StringRef name, int64_t number,
                 Value address, int64_t distance) {
  call(b, name, number,
       {getPointer(b, address), constant(b, b.getI64Type(), distance)});
}

/// Upstream takes intrinsics, whose effects it does not know, for allocations
/// on the stack, unless they are in loops.
static void buildAssembly(ImplicitLocOpBuilder &b, StringRef text,
                          StringRef constraints, TypeRange results,
                          ValueRange operands) {
  LLVM::InlineAsmOp::create(b, results, operands, text, constraints,
                            /*has_side_effects=*/true,
                            /*is_align_stack=*/false,
                            LLVM::tailcallkind::TailCallKind::None,
                            LLVM::AsmDialectAttr(), ArrayAttr());
}

/// Linux keeps the registers from a process that has not asked for them:
/// arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA).
void matrixunit::request(ImplicitLocOpBuilder &b) {
  SmallVector<Value> arguments;
  for (int64_t argument : {158, 0x1023, 18})
    arguments.push_back(constant(b, b.getI64Type(), argument));
  buildAssembly(b, "syscall",
                "={rax},{rax},{rdi},{rsi},~{rcx},~{r11},~{memory}",
                b.getI64Type(), arguments);
}

/// Shapes are read from memory: a palette, bytes of a row from the 16th byte
/// on, rows from the 48th on.
void matrixunit::configure(ImplicitLocOpBuilder &b, Value memory, int64_t few,
                           Value rows) {
  std::array<int32_t, 16> shapes = {1}, ofRows = {};
  for (int64_t i = 0; i < numRegisters; ++i) {
    shapes[4 + i / 2] |= registerBytes << 16 * (i % 2);
    if (i < few)
      ofRows[12 + i / 4] |= 1 << 8 * (i % 4);
    else
      shapes[12 + i / 4] |= matrixRows << 8 * (i % 4);
  }
  auto type = VectorType::get({16}, b.getI32Type());
  auto getVector = [&](ArrayRef<int32_t> values) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, values));
  };
  Value value = getVector(shapes);
  if (few > 0) {
    rows = arith::IndexCastOp::create(b, b.getI32Type(), rows);
    rows = vector::BroadcastOp::create(b, type, rows);
    rows = arith::MulIOp::create(b, rows, getVector(ofRows));
    value = arith::AddIOp::create(b, value, rows);
  }
  SmallVector<Value> first(cast<MemRefType>(memory.getType()).getRank(),
                           arith::ConstantIndexOp::create(b, 0));
  vector::StoreOp::create(b, value, memory, first);
  buildAssembly(b, "ldtilecfg ($0)", "r,~{memory}", {},
                getPointer(b, getByteAddress(b, memory)));
}

void matrixunit::release(ImplicitLocOpBuilder &b) {
  buildAssembly(b, "tilerelease", "~{memory}", {}, {});
}

void matrixunit::zero(ImplicitLocOpBuilder &b, int64_t number) {
  call(b, "tilezero", number);
}

void matrixunit::load(ImplicitLocOpBuilder &b, int64_t number, Value address,
                      int64_t distance) {
  move(b, "tileloadd64", number, address, distance);
}

void matrixunit::store(ImplicitLocOpBuilder &b, int64_t number, Value address,
                       int64_t distance) {
  move(b, "tilestored64", number, address, distance);
}

static Value advance(ImplicitLocOpBuilder &b, Value address, int64_t bytes) {
  return arith::AddIOp::create(b, address,
                               arith::ConstantIndexOp::create(b, bytes));
}

void matrixunit::SumTile::zero(ImplicitLocOpBuilder &b) const {
  for (int64_t i = 0; i < halves * vectors; ++i)
    matrixunit::zero(b, i);
}

SmallVector<Value, 2> matrixunit::SumTile::getHalves(ImplicitLocOpBuilder &b,
                                                     Value address,
                                                     int64_t distance) const {
  SmallVector<Value, 2> rows;
  for (int64_t half = 0; half < halves; ++half)
    rows.push_back(advance(b, address, half * matrixRows * distance));
  return rows;
}

void matrixunit::SumTile::multiply(ImplicitLocOpBuilder &b, ValueRange rows,
                                   int64_t rowDistance, Value words,
                                   int64_t wordDistance) const {
  int64_t left = halves * vectors, right = left + halves;
  for (int64_t half = 0; half < halves; ++half)
    load(b, left + half, rows[half], rowDistance);
  for (int64_t v = 0; v < vectors; ++v)
    load(b, right + v, advance(b, words, v * registerBytes), wordDistance);
  for (int64_t i = 0; i < left; ++i)
    matrixunit::multiply(b, isSigned, i, left + i / vectors,
                         right + i % vectors);
}

void matrixunit::SumTile::store(ImplicitLocOpBuilder &b, ValueRange rows,
                                int64_t distance) const {
  for (int64_t i = 0; i < halves * vectors; ++i)
    matrixunit::store(
        b, i, advance(b, rows[i / vectors], i % vectors * registerBytes),
        distance);
}

void matrixunit::multiply(ImplicitLocOpBuilder &b, bool isSigned, int64_t sums,
                          int64_t left, int64_t right) {
  call(b, isSigned ? "tdpbusd" : "tdpbuud", {sums, left, right});
}
