//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Kernels on tensor cores. With g = lane / 4 and q = lane mod 4 a thread holds
// of the operands of mma.sync, in words:
//
//   a0 = (row g, word q), a1 = (g + 8, q), a2 = (g, q + 4), a3 = (g + 8, q + 4)
//   b0 = (word q, column g), b1 = (q + 4, g)
//   c0, c1 = (row g, columns 2 q, 2 q + 1), c2, c3 = (g + 8, the same)
//
// which is the same for 256 bits and for 32 bytes of depth.

#include "Kernels.h"
#include "SideCopies.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {

/// The fragments of one mma.sync.
using Fragment = SmallVector<Value, 4>;

} // namespace

namespace {

/// The kernel of one product, as its parts are built.
class TensorKernel {
public:
  TensorKernel(ImplicitLocOpBuilder &b, const ProductView &view)
      : b(b), view(view), tile(TensorTile::get(view)) {}

  void build();

private:
  ImplicitLocOpBuilder &b;
  const ProductView &view;
  TensorTile tile;
  Value lhsShared, rhsShared;

  MemRefType getSharedType(const SideTile &side) const {
    auto space = gpu::AddressSpaceAttr::get(b.getContext(),
                                            gpu::AddressSpace::Workgroup);
    return MemRefType::get(
        {tile.stages, side.outer(tile.depth), side.stride(tile.depth)},
        b.getI32Type(), MemRefLayoutAttrInterface(), space);
  }
  void buildSharedTiles();
  Value load(const Numbers &n, const SideTile &side, Value shared, Value stage,
             Value place, Value word, int64_t plane) const;
  void multiplyStage(const Numbers &n, Value stage, Value warpRow,
                     Value warpColumn, Value g, Value q,
                     MutableArrayRef<Fragment> sums) const;
  Fragment &at(MutableArrayRef<Fragment> sums, int64_t row, int64_t column,
               int64_t sum) const {
    return sums[(row * tile.columnBlocks + column) * tile.sums + sum];
  }
};

} // namespace

/// Both tiles in the block's dynamic memory, which starts at a multiple of 16
/// bytes, as copies of 16 bytes want it; so does every row of a tile.
void TensorKernel::buildSharedTiles() {
  auto space =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type(),
                               MemRefLayoutAttrInterface(), space);
  Value memory = gpu::DynamicSharedMemoryOp::create(b, bytes);
  int64_t start = 0;
  auto take = [&](const SideTile &side) {
    Value shift = arith::ConstantIndexOp::create(b, start);
    start += 4 * tile.stages * side.words(tile.depth);
    return memref::ViewOp::create(b, getSharedType(side), memory, shift,
                                  ValueRange());
  };
  lhsShared = take(tile.lhs);
  rhsShared = take(tile.rhs);
}

/// The word of a plane at a place of one side's tile.
Value TensorKernel::load(const Numbers &n, const SideTile &side, Value shared,
                         Value stage, Value place, Value word,
                         int64_t plane) const {
  Value along = n.add(n.mul(word, side.planes), plane);
  return memref::LoadOp::create(
      n.b, shared,
      n.toIndices(side.depthInside ? ArrayRef{stage, place, along}
                                   : ArrayRef{stage, along, place}));
}

static Fragment buildMma(const Numbers &n, bool bytes, ArrayRef<Value> a,
                         ArrayRef<Value> b, ArrayRef<Value> c) {
  MLIRContext *context = n.b.getContext();
  Type i32 = n.b.getI32Type();
  auto type = LLVM::LLVMStructType::getLiteral(context, {i32, i32, i32, i32});
  NVVM::MMATypes element = bytes ? NVVM::MMATypes::u8 : NVVM::MMATypes::b1;
  auto mma = NVVM::MmaOp::create(
      n.b, type, a, b, c, ArrayRef<int64_t>{16, 8, bytes ? 32 : 256},
      bytes ? std::nullopt : std::optional(NVVM::MMAB1Op::and_popc),
      bytes ? std::optional(NVVM::MMAIntOverflow::wrapped) : std::nullopt,
      std::array<NVVM::MMATypes, 2>{element, element},
      std::array<NVVM::MMALayout, 2>{NVVM::MMALayout::row,
                                     NVVM::MMALayout::col});
  Fragment result;
  for (int64_t i = 0; i < 4; ++i)
    result.push_back(LLVM::ExtractValueOp::create(n.b, mma.getRes(), i));
  return result;
}

void TensorKernel::multiplyStage(const Numbers &n, Value stage, Value warpRow,
                                 Value warpColumn, Value g, Value q,
                                 MutableArrayRef<Fragment> sums) const {
  using T = TensorTile;
  for (int64_t step = 0; step < tile.depth; step += T::mmaWords) {
    SmallVector<Fragment> left;
    for (int64_t row = 0; row < tile.rowBlocks; ++row)
      for (int64_t p = 0; p < tile.lhs.planes; ++p) {
        Fragment a;
        for (int64_t part = 0; part < 4; ++part)
          a.push_back(
              load(n, tile.lhs, lhsShared, stage,
                   n.add(n.add(warpRow, g), row * T::mmaRows + 8 * (part % 2)),
                   n.add(q, step + 4 * (part / 2)), p));
        left.push_back(a);
      }
    for (int64_t column = 0; column < tile.columnBlocks; ++column)
      for (int64_t r = 0; r < tile.rhs.planes; ++r) {
        Fragment right;
        for (int64_t part = 0; part < 2; ++part)
          right.push_back(
              load(n, tile.rhs, rhsShared, stage,
                   n.add(n.add(warpColumn, g), column * T::mmaColumns),
                   n.add(q, step + 4 * part), r));
        for (int64_t row = 0; row < tile.rowBlocks; ++row)
          for (int64_t p = 0; p < tile.lhs.planes; ++p) {
            Fragment &sum = at(sums, row, column, p + r);
            sum = buildMma(n, view.byteBits.has_value(),
                           left[row * tile.lhs.planes + p], right, sum);
          }
      }
  }
}

void TensorKernel::build() {
  OpBuilder::InsertionGuard guard(b);
  Numbers n{b};
  using T = TensorTile;
  ProductSizes outside(n, view);
  auto launch = buildLaunch(b,
                            {n.ceilDiv(outside.rows, tile.rows()),
                             n.ceilDiv(outside.columns, tile.columns()),
                             n.mul(outside.groups, tile.splits)},
                            {tile.threads(), 1}, tile.sharedBytes());
  buildSharedTiles();
  ProductSizes sizes(n, view);
  gpu::KernelDim3 block = launch.getBlockIds();
  Value thread = n.fromIndex(launch.getThreadIds().x);
  Value z = n.fromIndex(block.z);
  Value group = n.div(z, tile.splits);
  ProductIndices indices(n, view, sizes, group);
  Value firstRow = n.mul(n.fromIndex(block.x), tile.rows());
  Value firstColumn = n.mul(n.fromIndex(block.y), tile.columns());
  Value lane = n.rem(thread, 32), warp = n.div(thread, 32);
  Value g = n.div(lane, 4), q = n.rem(lane, 4);
  Value warpRow =
      n.mul(n.div(warp, tile.warpsAcross), tile.rowBlocks * T::mmaRows);
  Value warpColumn =
      n.mul(n.rem(warp, tile.warpsAcross), tile.columnBlocks * T::mmaColumns);
  DepthPart part(n, sizes.depth, tile.depth, n.rem(z, tile.splits),
                 tile.splits);

  SideCopies lhsCopies(tile.lhs, tile.depth, tile.threads(), thread, firstRow,
                       sizes.rows);
  SideCopies rhsCopies(tile.rhs, tile.depth, tile.threads(), thread,
                       firstColumn, sizes.columns);
  auto copy = [&](const Numbers &n, Value step, Value stage) {
    auto target = [&](const ChunkPlace &at) {
      return n.toIndices({stage, at.outer, at.inner});
    };
    buildStageCopies(n, view, sizes, group, {lhsCopies, lhsShared},
                     {rhsCopies, rhsShared}, target, step);
  };
  // A group of copies for each stage but the one that is multiplied.
  for (int64_t stage = 0; stage < tile.stages - 1; ++stage)
    copy(n, n.add(part.begin, stage), n.constant(stage));

  int64_t count = tile.rowBlocks * tile.columnBlocks * tile.sums;
  SmallVector<Value> zeros(4 * count, n.constant(0));
  auto loop = scf::ForOp::create(
      b, part.begin, part.end, n.constant(1), zeros,
      [&](OpBuilder &nested, Location loc, Value step, ValueRange start) {
        ImplicitLocOpBuilder inner(loc, nested);
        Numbers n{inner};
        // Behind the barrier everybody's copies into this stage are there, and
        // everybody has done with the stage that is copied into next.
        NVVM::CpAsyncWaitGroupOp::create(inner, tile.stages - 2);
        gpu::BarrierOp::create(inner);
        Value turn = n.sub(step, part.begin);
        copy(n, n.add(step, tile.stages - 1),
             n.rem(n.add(turn, tile.stages - 1), tile.stages));
        SmallVector<Fragment> sums;
        for (int64_t i = 0; i < count; ++i)
          sums.emplace_back(start.slice(4 * i, 4));
        multiplyStage(n, n.rem(turn, tile.stages), warpRow, warpColumn, g, q,
                      sums);
        SmallVector<Value> flat;
        for (const Fragment &sum : sums)
          flat.append(sum.begin(), sum.end());
        scf::YieldOp::create(inner, flat);
      });
  NVVM::CpAsyncWaitGroupOp::create(b, 0);

  buildTileSums(
      n, view, sizes, indices,
      {tile.rowBlocks, tile.columnBlocks, tile.sums, tile.columns(),
       n.add(n.add(firstRow, warpRow), g),
       n.add(n.add(firstColumn, warpColumn), n.mul(q, 2)), tile.splits > 1},
      [&](int64_t row, int64_t column, int64_t sum, int64_t part) {
        int64_t fragment = (row * tile.columnBlocks + column) * tile.sums + sum;
        return loop.getResult(4 * fragment + part);
      });
}

bool bitserial::finishesInTensorTiles(const ProductView &view) {
  TensorTile tile = TensorTile::get(view);
  return tile.splits == 1 && tile.holds(view);
}

void bitserial::buildTensorKernel(ImplicitLocOpBuilder &b,
                                  const ProductView &view) {
  TensorKernel(b, view).build();
}
