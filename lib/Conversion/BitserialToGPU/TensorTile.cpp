//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorTile.h"

#include "GridSplit.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Shared memory of one block: two of them fit into any multiprocessor from
/// sm_80 on but the smallest ones, which take one.
constexpr int64_t sharedLimit = 64 * 1024;
/// Registers of one thread, of 255: for sums, for these and the fragments of
/// both sides, and for all that with the addresses of copies, two each.
constexpr int64_t sumRegisters = 128, tileRegisters = 160,
                  addressedRegisters = 192;
/// Copies of one thread for one side of a stage: their addresses are kept.
constexpr int64_t copyLimit = 8;

/// The size, dynamic ones taken as large.
static int64_t known(int64_t size) {
  return ShapedType::isDynamic(size) ? int64_t(1) << 20 : size;
}

int64_t SideTile::choosePadding(bool depthInside, int64_t planes,
                                int64_t inner) {
  int64_t best = 0, fewest = 33;
  for (int64_t padding = 0; padding < 32; padding += 4) {
    int64_t stride = inner + padding;
    int64_t uses[32] = {}, most = 0;
    for (int64_t row = 0; row < 8; ++row)
      for (int64_t word = 0; word < 4; ++word) {
        int64_t place = depthInside ? row * stride + word * planes
                                    : word * planes * stride + row;
        most = std::max(most, ++uses[place % 32]);
      }
    if (most < fewest) {
      fewest = most;
      best = padding;
    }
  }
  return best;
}

static SideTile getSide(bool depthInside, int64_t planes, int64_t length,
                        int64_t vector, int64_t depth) {
  SideTile side{depthInside, planes, length, vector, 0};
  side.padding =
      SideTile::choosePadding(depthInside, planes, side.inner(depth));
  return side;
}

/// Columns of blocks that a warp has at least.
static int64_t getLeastBlocks(const ProductView &view) {
  return llvm::divideCeil(view.columnsTogether(), TensorTile::mmaColumns);
}

static bool fitsRegisters(const TensorTile &tile, const ProductView &view) {
  int64_t lhsPlanes = view.lhsPlanes(), rhsPlanes = view.rhsPlanes();
  int64_t sums = 4 * tile.rowBlocks * tile.columnBlocks * tile.sums;
  int64_t fragments =
      4 * tile.rowBlocks * lhsPlanes + 2 * tile.columnBlocks * rhsPlanes;
  // Of the shortest stage.
  auto copies = [&](int64_t length, int64_t planes, int64_t vector) {
    return llvm::divideCeil(length * TensorTile::mmaWords * planes,
                            vector * tile.threads());
  };
  int64_t addresses = 2 * (copies(tile.rows(), lhsPlanes, view.lhsVector()) +
                           copies(tile.columns(), rhsPlanes, view.rhsVector()));
  return sums <= sumRegisters && sums + fragments <= tileRegisters &&
         sums + fragments + addresses <= addressedRegisters;
}

/// Blocks of one warp: as many as its registers hold, and as near to a square
/// of elements as possible, which takes the fewest loads for each product.
static void chooseBlocks(TensorTile &tile, const ProductView &view) {
  static constexpr std::pair<int64_t, int64_t> shapes[] = {
      {4, 8}, {4, 4}, {2, 8}, {2, 4}, {4, 2},
      {1, 8}, {2, 2}, {1, 4}, {1, 2}, {1, 1}};
  for (auto [rows, columns] : shapes) {
    tile.rowBlocks = rows;
    tile.columnBlocks = columns;
    if (columns >= getLeastBlocks(view) && fitsRegisters(tile, view))
      return;
  }
}

bool TensorTile::holds(const ProductView &view) const {
  return columnBlocks >= getLeastBlocks(view) && fitsRegisters(*this, view);
}

TensorTile TensorTile::get(const ProductView &view) {
  int64_t lhsPlanes = view.lhsPlanes(), rhsPlanes = view.rhsPlanes();
  int64_t rows = known(view.staticRows());
  int64_t columns = known(view.staticColumns());
  int64_t depth = known(view.staticDepth());
  TensorTile tile;
  tile.sums = lhsPlanes + rhsPlanes - 1;
  tile.warpsDown = tile.warpsAcross = 2;
  chooseBlocks(tile, view);
  int64_t leastBlocks = getLeastBlocks(view);
  // Nothing beyond the end of short axes.
  while (tile.rowBlocks > 1 && tile.rows() / 2 >= rows)
    tile.rowBlocks /= 2;
  while (tile.columnBlocks > leastBlocks && tile.columns() / 2 >= columns)
    tile.columnBlocks /= 2;
  if (tile.rowBlocks == 1 && rows <= mmaRows) {
    tile.warpsDown = 1;
    tile.warpsAcross = 4;
    while (tile.warpsAcross > 1 && tile.columns() / 2 >= columns)
      tile.warpsAcross /= 2;
  } else if (columns <= tile.columnBlocks * mmaColumns) {
    tile.warpsAcross = 1;
  }
  // Smaller tiles rather than idle multiprocessors.
  auto blocks = [&] {
    return llvm::divideCeil(rows, tile.rows()) *
           llvm::divideCeil(columns, tile.columns()) *
           known(view.staticGroups());
  };
  while (blocks() < wantedBlocks && tile.rowBlocks * tile.columnBlocks > 4) {
    if (tile.columnBlocks == leastBlocks ||
        tile.rowBlocks * mmaRows >= tile.columnBlocks * mmaColumns)
      tile.rowBlocks /= 2;
    else
      tile.columnBlocks /= 2;
  }
  // The deepest stages, and then the most of them, that fit.
  static constexpr std::pair<int64_t, int64_t> pipelines[] = {
      {2 * mmaWords, 3}, {2 * mmaWords, 2}, {mmaWords, 3}, {mmaWords, 2}};
  for (auto [words, stages] : pipelines) {
    if (words > mmaWords && depth <= mmaWords)
      continue;
    tile.depth = words;
    tile.stages = stages;
    tile.lhs = getSide(view.lhsDepthInside(), lhsPlanes, tile.rows(),
                       view.lhsVector(), words);
    tile.rhs = getSide(/*depthInside=*/false, rhsPlanes, tile.columns(),
                       view.rhsVector(), words);
    int64_t copies = std::max(tile.lhs.copies(words), tile.rhs.copies(words));
    if (tile.sharedBytes() <= sharedLimit &&
        copies <= copyLimit * tile.threads())
      break;
  }
  int64_t steps = llvm::divideCeil(depth, tile.depth);
  tile.splits = chooseSplits(blocks(), steps, tile.stages);
  return tile;
}
