//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/DorefaToBitserial/FilterGradientShape.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"

using namespace mlir;
using namespace mlir::dorefa;

FilterGradientShape::FilterGradientShape(Conv2DGradFilterOp op)
    : window(op.getWindow()),
      cotangentCode(getCodeType(op.getCotangent().getType())),
      inputCode(getCodeType(op.getInput().getType())) {
  auto filter = cast<RankedTensorType>(op.getResult().getType());
  auto cotangent = cast<RankedTensorType>(op.getCotangent().getType());
  kernelH = filter.getDimSize(1);
  kernelW = filter.getDimSize(2);
  channels = filter.getDimSize(3);
  filters = filter.getDimSize(0) / window.groups;
  outH = cotangent.getDimSize(1);
  outW = cotangent.getDimSize(2);
}

bool FilterGradientShape::hasOneDistance() const {
  // Of single pixels the lowering takes those that are read, at stride 1.
  bool isPointwise =
      kernelH * kernelW == 1 &&
      llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; });
  return isPointwise ||
         llvm::all_of(window.strides, [](int64_t s) { return s == 1; });
}

std::optional<FilterGradientShape::PositionProduct>
FilterGradientShape::limitZeros(bitserial::Kernel kernel, int64_t steps) const {
  // The sums of matrix_product fit into 32 bits.
  constexpr int64_t mostPerPosition = 2, largestProduct = 255 * 128;
  int64_t depth = steps * bitserial::wordBytes;
  if (depth > mostPerPosition * positions() ||
      depth > INT32_MAX / largestProduct)
    return std::nullopt;
  return PositionProduct{kernel, depth};
}

std::optional<FilterGradientShape::PositionProduct>
FilterGradientShape::planPositions(const bitserial::Machine &machine) const {
  // 2c - n as a signed byte.
  constexpr int64_t mostBits = 7;
  bool areBytes =
      inputCode && cotangentCode && cotangentCode.getBits() <= mostBits;
  if (!areBytes || channels % bitserial::matrixRows != 0 ||
      filters % bitserial::matrixRows != 0 || !hasOneDistance())
    return std::nullopt;
  std::optional<bitserial::Kernel> kernel = bitserial::chooseKernel(
      bitserial::Strategy::integer, /*bytes=*/true, inputCode.getBits(),
      getNumeratorBits(), /*isSigned=*/true, machine);
  if (!kernel || *kernel == bitserial::Kernel::words)
    return std::nullopt;
  bool isMatrix = *kernel == bitserial::Kernel::matrix;
  return limitZeros(
      *kernel,
      llvm::alignTo(llvm::divideCeil(spannedPositions(), bitserial::wordBytes),
                    isMatrix ? bitserial::matrixSteps : 4));
}

SmallVector<int64_t, 4> FilterGradientShape::getCotangentPads() const {
  SmallVector<int64_t, 4> pads;
  int64_t reach[] = {(kernelH - 1) * window.dilations[0],
                     (kernelW - 1) * window.dilations[1]};
  for (auto [side, pad] : llvm::enumerate(window.pads))
    pads.push_back(reach[side % 2] - pad);
  return pads;
}

std::optional<FilterGradientShape> FilterGradientShape::getTurned() const {
  SmallVector<int64_t, 4> pads = getCotangentPads();
  if (llvm::any_of(window.strides, [](int64_t s) { return s != 1; }) ||
      llvm::any_of(pads, [](int64_t pad) { return pad < 0; }))
    return std::nullopt;
  FilterGradientShape turned = *this;
  std::swap(turned.cotangentCode, turned.inputCode);
  std::swap(turned.channels, turned.filters);
  turned.outH = outH + (kernelH - 1) * window.dilations[0] - window.pads[0] -
                window.pads[2];
  turned.outW = outW + (kernelW - 1) * window.dilations[1] - window.pads[1] -
                window.pads[3];
  return turned;
}

std::optional<FilterGradientShape::PositionProduct>
FilterGradientShape::planLookups(const bitserial::Machine &machine) const {
  using bitserial::FormAttr, bitserial::Kernel;
  if (!inputCode || !cotangentCode || !machine.looksUpBytes)
    return std::nullopt;
  if (cotangentCode.getBits() < inputCode.getBits())
    if (std::optional<FilterGradientShape> turned = getTurned())
      if (auto product = turned->planLookups(machine)) {
        product->isTurned = true;
        return product;
      }
  int64_t lhsBits = cotangentCode.getBits(), rhsBits = inputCode.getBits();
  int64_t lanes = machine.vectorBits / 8 / rhsBits;
  if (!FormAttr::allows(Kernel::lookup, lhsBits, rhsBits) ||
      channels % lanes != 0 || filters % tableRows != 0 || !hasOneDistance())
    return std::nullopt;
  // Whole drains and, where totals are drained as well, whole chunks.
  int64_t steps = llvm::divideCeil(spannedPositions(), bitserial::tableCodes);
  int64_t drain = FormAttr::getLargestDrain(Kernel::lookup, lhsBits, rhsBits);
  int64_t chunk = FormAttr::getLargestChunk(Kernel::lookup, lhsBits, rhsBits);
  int64_t chunks = llvm::divideCeil(steps, chunk / drain * drain);
  int64_t ofChunk = llvm::divideCeil(steps, chunks);
  int64_t drains = llvm::divideCeil(ofChunk, drain);
  ofChunk = drains * llvm::divideCeil(ofChunk, drains);
  return limitZeros(Kernel::lookup, chunks * ofChunk);
}

bitserial::ProductShape
FilterGradientShape::getProduct(const bitserial::Machine &machine) const {
  bitserial::ProductShape product{inputCode.getBits(), cotangentCode.getBits(),
                                  positions(), kernelH * kernelW * filters,
                                  rows()};
  product.ofFilterGradient = true;
  if (auto tiled = planPositions(machine))
    product.tiledDepth = tiled->depth;
  if (auto tables = planLookups(machine)) {
    product.lookupDepth = tables->depth;
    product.isLookupTurned = tables->isTurned;
  }
  return product;
}

/// The most steps of a drain that so many steps are a multiple of.
static int64_t getDrain(int64_t steps, int64_t largest) {
  int64_t drain = std::min(steps, largest);
  while (steps % drain != 0)
    --drain;
  return drain;
}

bitserial::FormAttr
FilterGradientShape::getLookupForm(int64_t steps, int64_t vectorBits) const {
  using bitserial::FormAttr, bitserial::Kernel;
  int64_t lhsBits = cotangentCode.getBits(), rhsBits = inputCode.getBits();
  int64_t lanes = vectorBits / 8 / rhsBits;
  int64_t vectors = channels % (2 * lanes) == 0 ? 2 : 1;
  // Of one plane there are two totals for a sum.
  int64_t columns =
      (vectorBits == 512 ? 16 : 8) / vectors / (rhsBits == 1 ? 2 : 1);
  int64_t drain = getDrain(
      steps, FormAttr::getLargestDrain(Kernel::lookup, lhsBits, rhsBits));
  int64_t unroll = drain % 2 == 0 ? 2 : 1;
  return FormAttr::get(cotangentCode.getContext(), Kernel::lookup, lhsBits,
                       rhsBits, vectorBits / 8, vectors,
                       std::min(columns, tableRows), drain, unroll,
                       /*is_signed=*/false);
}

bitserial::FormAttr FilterGradientShape::getForm(const PositionProduct &product,
                                                 int64_t vectorBits) const {
  using bitserial::FormAttr;
  int64_t steps = product.depth / bitserial::wordBytes;
  if (product.kernel == bitserial::Kernel::lookup)
    return getLookupForm(steps, vectorBits);
  MLIRContext *context = cotangentCode.getContext();
  int64_t lhsBits = inputCode.getBits(), rhsBits = getNumeratorBits();
  int64_t bytes = vectorBits / 8, lanes = bytes / bitserial::wordBytes;
  if (product.kernel == bitserial::Kernel::matrix)
    return FormAttr::get(context, product.kernel, lhsBits, rhsBits, bytes,
                         /*vectors=*/2, 2 * bitserial::matrixRows,
                         bitserial::matrixSteps, bitserial::matrixSteps,
                         /*is_signed=*/true);
  int64_t vectors = filters % (2 * lanes) == 0 ? 2 : 1;
  // Sums, and what is multiplied, in 32 registers or in 16.
  int64_t columns = vectorBits == 512 ? 8 : 4;
  int64_t drain =
      getDrain(steps, FormAttr::getLargestDrain(product.kernel, lhsBits,
                                                rhsBits, /*isSigned=*/true));
  return FormAttr::get(context, product.kernel, lhsBits, rhsBits, bytes,
                       vectors, columns, drain, drain % 2 == 0 ? 2 : 1,
                       /*is_signed=*/true);
}
