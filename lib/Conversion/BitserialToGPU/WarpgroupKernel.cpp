//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Kernels on the tensor cores of warpgroups (wgmma). A side's tile in shared
// memory is, for each plane, [words / 4][rows or columns][4 words]: eight rows
// of 16 bytes behind one another are a core matrix, and a descriptor tells how
// far the next one is along the depth and along the rows. Nothing is swizzled.
//
// Of 64 rows by N columns, with g = lane / 4 and q = lane mod 4, a thread of
// warp w holds the rows 16 w + g and 16 w + g + 8 in the columns 8 j + 2 q and
// 8 j + 2 q + 1: for each j a fragment as that of mma.sync.

#include "GridSplit.h"
#include "Kernels.h"
#include "SideCopies.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Shared memory of one block; two of them fit into a multiprocessor of sm_90.
constexpr int64_t sharedLimit = 96 * 1024;
/// Registers of one thread for sums, of 255.
constexpr int64_t sumRegisters = 128;
/// Bytes of a row or column that lie behind one another.
constexpr int64_t rowBytes = 16;
/// Copies of one thread for one side of a stage: their addresses are kept.
constexpr int64_t copyLimit = 16;

namespace {

struct WarpgroupTile {
  static constexpr int64_t mmaRows = 64, mmaWords = 8;

  int64_t warpgroups; // one behind the other along the rows
  int64_t columns;
  int64_t depth, stages;
  int64_t sums, splits;
  SideTile lhs, rhs;

  int64_t rows() const { return warpgroups * mmaRows; }
  int64_t threads() const { return warpgroups * 128; }
  int64_t registersOfSum() const { return columns / 2; }
  static int64_t bytes(const SideTile &side, int64_t depth) {
    return 4 * side.planes * depth * side.length;
  }
  int64_t sharedBytes() const {
    return stages * (bytes(lhs, depth) + bytes(rhs, depth));
  }

  bool fitsRegisters() const { return sums * registersOfSum() <= sumRegisters; }

  static WarpgroupTile get(const ProductView &view);
};

} // namespace

WarpgroupTile WarpgroupTile::get(const ProductView &view) {
  auto known = [](int64_t size) {
    return ShapedType::isDynamic(size) ? int64_t(1) << 20 : size;
  };
  int64_t rows = known(view.staticRows()),
          columns = known(view.staticColumns());
  int64_t depth = known(view.staticDepth());
  WarpgroupTile tile;
  tile.sums = view.lhsPlanes() + view.rhsPlanes() - 1;
  tile.warpgroups = rows > mmaRows ? 2 : 1;
  tile.columns = 256;
  int64_t least = std::max<int64_t>(view.columnsTogether(), 8);
  while (tile.columns > 8 && !tile.fitsRegisters())
    tile.columns /= 2;
  while (tile.columns > least && tile.columns / 2 >= columns)
    tile.columns /= 2;
  auto blocks = [&] {
    return llvm::divideCeil(rows, tile.rows()) *
           llvm::divideCeil(columns, tile.columns) * known(view.staticGroups());
  };
  while (blocks() < wantedBlocks && tile.columns > 32)
    tile.columns /= 2;
  // Words that are copied four at once lie so in both memories: those of one
  // plane along the depth.
  bool together = view.lhsDepthInside() && view.lhsPlanes() == 1;
  tile.lhs = {view.lhsDepthInside(), view.lhsPlanes(), tile.rows(),
              together && view.lhsVector() == 4 ? 4 : 1, 0};
  tile.rhs = {/*depthInside=*/false, view.rhsPlanes(), tile.columns, 1, 0};
  static constexpr std::pair<int64_t, int64_t> pipelines[] = {
      {4 * mmaWords, 4}, {2 * mmaWords, 4}, {2 * mmaWords, 3},
      {2 * mmaWords, 2}, {mmaWords, 4},     {mmaWords, 3},
      {mmaWords, 2}};
  for (auto [words, stages] : pipelines) {
    if (words > mmaWords && depth <= words / 2)
      continue;
    tile.depth = words;
    tile.stages = stages;
    int64_t copies = std::max(tile.lhs.copies(words), tile.rhs.copies(words));
    if (tile.sharedBytes() <= sharedLimit &&
        copies <= copyLimit * tile.threads())
      break;
  }
  tile.splits =
      chooseSplits(blocks(), llvm::divideCeil(depth, tile.depth), tile.stages);
  return tile;
}

namespace {

class WarpgroupKernel {
public:
  WarpgroupKernel(ImplicitLocOpBuilder &b, const ProductView &view)
      : b(b), view(view), tile(WarpgroupTile::get(view)) {}

  void build();

private:
  ImplicitLocOpBuilder &b;
  const ProductView &view;
  WarpgroupTile tile;
  Value memory, lhsShared, rhsShared;

  MemRefType getSharedType(const SideTile &side) const {
    auto space = gpu::AddressSpaceAttr::get(b.getContext(),
                                            gpu::AddressSpace::Workgroup);
    return MemRefType::get(
        {tile.stages, side.planes, tile.depth / 4, side.length, 4},
        b.getI32Type(), MemRefLayoutAttrInterface(), space);
  }
  int64_t lhsBytes() const {
    return tile.stages * WarpgroupTile::bytes(tile.lhs, tile.depth);
  }
  void buildSharedTiles();
  /// Where the first words of plane 0 are, from row or column `first` on;
  /// `begin` is the address of a side's stages.
  Value buildDescriptor(const Numbers &n, const SideTile &side, Value begin,
                        Value stage, Value first) const;
  /// How far the next eight words and the next plane are.
  std::array<int64_t, 2> getStrides(const SideTile &side) const {
    int64_t distance = side.length * rowBytes;
    return {2 * distance, tile.depth / 4 * distance};
  }
  SmallVector<Value> multiplyStage(const Numbers &n, Value address, Value stage,
                                   Value warpgroup, ValueRange sums) const;
};

} // namespace

void WarpgroupKernel::buildSharedTiles() {
  auto space =
      gpu::AddressSpaceAttr::get(b.getContext(), gpu::AddressSpace::Workgroup);
  auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type(),
                               MemRefLayoutAttrInterface(), space);
  memory = gpu::DynamicSharedMemoryOp::create(b, bytes);
  auto view = [&](const SideTile &side, int64_t start) {
    Value shift = arith::ConstantIndexOp::create(b, start);
    return memref::ViewOp::create(b, getSharedType(side), memory, shift,
                                  ValueRange());
  };
  lhsShared = view(tile.lhs, 0);
  rhsShared = view(tile.rhs, lhsBytes());
}

Value WarpgroupKernel::buildDescriptor(const Numbers &n, const SideTile &side,
                                       Value begin, Value stage,
                                       Value first) const {
  // PTX: bits 0-13 the address, 16-29 the distance of core matrices along the
  // depth, 32-45 that along the rows, each without its last four bits; bits
  // 62-63 are 0 where nothing is swizzled.
  int64_t distance = side.length * rowBytes;
  Value place =
      n.mul(n.mul(stage, side.planes), tile.depth / 4 * side.length * rowBytes);
  place = n.add(n.add(begin, place), n.mul(first, rowBytes));
  Value address = arith::ShRUIOp::create(
      n.b, arith::AndIOp::create(n.b, place, n.constant(0x3FFFF)).getResult(),
      n.constant(4));
  Value wide = arith::ExtUIOp::create(n.b, n.b.getI64Type(), address);
  Value distances = arith::ConstantIntOp::create(
      n.b, (distance >> 4) << 16 | (8 * rowBytes >> 4) << 32, 64);
  return arith::OrIOp::create(n.b, wide, distances);
}

SmallVector<Value> WarpgroupKernel::multiplyStage(const Numbers &n,
                                                  Value address, Value stage,
                                                  Value warpgroup,
                                                  ValueRange sums) const {
  Value lhs = buildDescriptor(n, tile.lhs, address, stage,
                              n.mul(warpgroup, WarpgroupTile::mmaRows));
  Value rhs = buildDescriptor(n, tile.rhs, n.add(address, lhsBytes()), stage,
                              n.constant(0));
  auto product = WarpgroupMultiplyOp::create(
      n.b, lhs, rhs, sums, tile.columns, tile.depth / WarpgroupTile::mmaWords,
      ArrayRef{tile.lhs.planes, tile.rhs.planes}, getStrides(tile.lhs),
      getStrides(tile.rhs), view.byteBits.has_value());
  return SmallVector<Value>(product.getResults());
}

void WarpgroupKernel::build() {
  OpBuilder::InsertionGuard guard(b);
  Numbers n{b};
  ProductSizes outside(n, view);
  auto launch = buildLaunch(b,
                            {n.ceilDiv(outside.rows, tile.rows()),
                             n.ceilDiv(outside.columns, tile.columns),
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
  Value firstColumn = n.mul(n.fromIndex(block.y), tile.columns);
  Value lane = n.rem(thread, 32), warp = n.div(thread, 32);
  Value warpgroup = n.div(thread, 128);
  Value address = n.fromIndex(
      memref::ExtractAlignedPointerAsIndexOp::create(b, memory).getResult());
  DepthPart part(n, sizes.depth, tile.depth, n.rem(z, tile.splits),
                 tile.splits);

  auto order = [](const SideTile &side) {
    return side.vector == 1 ? CopyOrder::cores : CopyOrder::inside;
  };
  SideCopies lhsCopies(tile.lhs, tile.depth, tile.threads(), thread, firstRow,
                       sizes.rows, order(tile.lhs));
  SideCopies rhsCopies(tile.rhs, tile.depth, tile.threads(), thread,
                       firstColumn, sizes.columns, order(tile.rhs));
  auto copy = [&](const Numbers &n, Value step, Value stage) {
    auto target = [&](const ChunkPlace &at) {
      return n.toIndices(
          {stage, at.plane, n.div(at.word, 4), at.place, n.rem(at.word, 4)});
    };
    buildStageCopies(n, view, sizes, group, {lhsCopies, lhsShared},
                     {rhsCopies, rhsShared}, target, step);
  };
  for (int64_t stage = 0; stage < tile.stages - 1; ++stage)
    copy(n, n.add(part.begin, stage), n.constant(stage));

  SmallVector<Value> zeros(tile.sums * tile.registersOfSum(), n.constant(0));
  auto loop = scf::ForOp::create(
      b, part.begin, part.end, n.constant(1), zeros,
      [&](OpBuilder &nested, Location loc, Value step, ValueRange start) {
        ImplicitLocOpBuilder inner(loc, nested);
        Numbers n{inner};
        // Behind the barrier everybody's copies into this stage are there, for
        // the tensor cores, too, and everybody has done with the stage that is
        // copied into next.
        NVVM::CpAsyncWaitGroupOp::create(inner, tile.stages - 2);
        NVVM::FenceProxyOp::create(
            inner, NVVM::ProxyKind::async_shared,
            NVVM::SharedSpaceAttr::get(inner.getContext(),
                                       NVVM::SharedSpace::shared_cta));
        gpu::BarrierOp::create(inner);
        Value turn = n.sub(step, part.begin);
        copy(n, n.add(step, tile.stages - 1),
             n.rem(n.add(turn, tile.stages - 1), tile.stages));
        scf::YieldOp::create(inner,
                             multiplyStage(n, address, n.rem(turn, tile.stages),
                                           warpgroup, start));
      });
  NVVM::CpAsyncWaitGroupOp::create(b, 0);

  buildTileSums(n, view, sizes, indices,
                {/*rowBlocks=*/1, tile.columns / 8, tile.sums, tile.columns,
                 n.add(n.add(firstRow, n.mul(warp, 16)), n.div(lane, 4)),
                 n.add(firstColumn, n.mul(n.rem(lane, 4), 2)), tile.splits > 1},
                [&](int64_t, int64_t column, int64_t sum, int64_t part) {
                  return loop.getResult(sum * tile.registersOfSum() +
                                        4 * column + part);
                });
}

bool bitserial::finishesInWarpgroups(const ProductView &view) {
  WarpgroupTile tile = WarpgroupTile::get(view);
  return tile.splits == 1 && tile.columns >= view.columnsTogether();
}

void bitserial::buildWarpgroupKernel(ImplicitLocOpBuilder &b,
                                     const ProductView &view) {
  WarpgroupKernel(b, view).build();
}
