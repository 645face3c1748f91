//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Forms of products in registers, and the constraints of the ops that have one.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "llvm/Support/InterleavedRange.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

//===----------------------------------------------------------------------===//
// The form
//===----------------------------------------------------------------------===//

static int64_t getLargestCode(int64_t bits) { return (int64_t(1) << bits) - 1; }
/// The magnitude of the least number of so many bits with a sign.
static int64_t getLargestSigned(int64_t bits) {
  return int64_t(1) << (bits - 1);
}

bool FormAttr::usesTables() const {
  return getKernel() == Kernel::lookup || getKernel() == Kernel::pairs;
}

bool FormAttr::usesBytes() const {
  return getKernel() == Kernel::bytes || getKernel() == Kernel::words ||
         getKernel() == Kernel::matrix || getKernel() == Kernel::quads;
}

int64_t FormAttr::getLhsPlanes() const {
  return usesBytes() ? 1 : getLhsBits();
}
int64_t FormAttr::getRhsPlanes() const {
  return usesBytes() ? 1 : getRhsBits();
}

/// Whether a step has units for each plane.
static bool hasUnitsOfPlanes(Kernel kernel) {
  return kernel == Kernel::nibbles || kernel == Kernel::counts;
}

int64_t FormAttr::getRowUnits() const {
  if (hasUnitsOfPlanes(getKernel()))
    return getLhsBits();
  return getKernel() == Kernel::pairs ? 3 : 1;
}

int64_t FormAttr::getRowUnitBytes() const {
  return usesTables() ? tableBytes : wordBytes;
}

int64_t FormAttr::getRowBytesPerStep() const {
  return getRowUnits() * getRowUnitBytes();
}

int64_t FormAttr::getPanelUnits() const {
  if (hasUnitsOfPlanes(getKernel()))
    return getRhsBits();
  return getKernel() == Kernel::pairs ? 3 : 1;
}

int64_t FormAttr::getPanelBytesPerStep() const {
  return getPanelUnits() * getVectors() * getVectorBytes();
}

/// Steps, or tables, that one word becomes.
static int64_t getPartsOfWord(Kernel kernel) {
  switch (kernel) {
  case Kernel::lookup:
  case Kernel::pairs:
    return wordTables;
  case Kernel::nibbles:
  case Kernel::words:
    return 2;
  case Kernel::bytes:
  case Kernel::matrix:
  case Kernel::quads:
  case Kernel::counts:
    return 1;
  }
  llvm_unreachable("not a kernel");
}

int64_t FormAttr::getRowBytesPerWord() const {
  int64_t units = hasUnitsOfPlanes(getKernel()) ? getLhsBits() : 1;
  return getPartsOfWord(getKernel()) * units * getRowUnitBytes();
}

int64_t FormAttr::getPanelBytesPerWord() const {
  int64_t units = hasUnitsOfPlanes(getKernel()) ? getRhsBits() : 1;
  return getPartsOfWord(getKernel()) * units * getVectors() * getVectorBytes();
}

int64_t FormAttr::getSteps(int64_t words) const {
  return llvm::divideCeil(words * getPanelBytesPerWord(),
                          getPanelBytesPerStep());
}

int64_t FormAttr::getLanes() const {
  if (getKernel() == Kernel::lookup)
    return getVectorBytes() / getRhsBits();
  return getKernel() == Kernel::pairs ? getVectorBytes()
                                      : getVectorBytes() / wordBytes;
}

int64_t FormAttr::getPanelColumns() const { return getLanes() * getVectors(); }

int64_t FormAttr::getLargestDrain(Kernel kernel, int64_t lhsBits,
                                  int64_t rhsBits, bool isSigned) {
  int64_t lhs = getLargestCode(lhsBits);
  int64_t rhs = isSigned ? getLargestSigned(rhsBits) : getLargestCode(rhsBits);
  // What bytes and words of 16 bits hold of sums, with a sign or without.
  int64_t byte = isSigned ? 128 : 255, word = isSigned ? 32768 : 65535;
  switch (kernel) {
  case Kernel::lookup:
    return 255 / (tableCodes * lhs);
  case Kernel::pairs:
    return 255 / (3 * tableCodes);
  case Kernel::nibbles:
    return byte / (tableCodes * lhs * rhs);
  case Kernel::bytes:
    return word / (2 * lhs * rhs);
  case Kernel::words:
  case Kernel::matrix:
  case Kernel::quads:
  case Kernel::counts:
    return std::numeric_limits<int32_t>::max();
  }
  llvm_unreachable("not a kernel");
}

int64_t FormAttr::getLargestChunk(Kernel kernel, int64_t lhsBits,
                                  int64_t rhsBits, bool isSigned) {
  int64_t product =
      getLargestCode(lhsBits) *
      (isSigned ? getLargestSigned(rhsBits) : getLargestCode(rhsBits));
  int64_t word = isSigned ? 32768 : 65535;
  switch (kernel) {
  case Kernel::lookup:
    return word / (tableCodes * product);
  case Kernel::pairs:
    return 65535 / (3 * tableCodes);
  case Kernel::nibbles:
    return word / (2 * tableCodes * product);
  case Kernel::bytes:
  case Kernel::words:
  case Kernel::matrix:
  case Kernel::quads:
  case Kernel::counts:
    return std::numeric_limits<int32_t>::max();
  }
  llvm_unreachable("not a kernel");
}

bool FormAttr::allows(Kernel kernel, int64_t lhsBits, int64_t rhsBits,
                      bool isSigned) {
  if (std::min(lhsBits, rhsBits) < 1 || std::max(lhsBits, rhsBits) > 8)
    return false;
  switch (kernel) {
  case Kernel::lookup:
    return rhsBits <= 2 && !(isSigned && rhsBits == 1) &&
           getLargestDrain(kernel, lhsBits, rhsBits) > 0;
  case Kernel::pairs:
    return lhsBits == 1 && rhsBits == 1 && !isSigned;
  case Kernel::nibbles:
    return getLargestDrain(kernel, lhsBits, rhsBits, isSigned) > 0;
  case Kernel::bytes:
    // One side is read as signed, and a sum of two products as well.
    if (isSigned)
      return getLargestDrain(kernel, lhsBits, rhsBits, true) > 0;
    return std::min(lhsBits, rhsBits) <= 7 &&
           2 * getLargestCode(lhsBits) * getLargestCode(rhsBits) < (1 << 15);
  case Kernel::words:
  case Kernel::matrix:
  case Kernel::quads:
  case Kernel::counts:
    return true;
  }
  llvm_unreachable("not a kernel");
}

LogicalResult FormAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               Kernel kernel, int64_t lhsBits, int64_t rhsBits,
                               int64_t vectorBytes, int64_t vectors,
                               int64_t columns, int64_t drain, int64_t unroll,
                               bool isSigned) {
  if (vectorBytes != 16 && vectorBytes != 32 && vectorBytes != 64)
    return emitError() << "expects vectors of 16, 32 or 64 bytes, but got "
                       << vectorBytes;
  if (vectors < 1 || columns < 1 || drain < 1 || unroll < 1)
    return emitError() << "expects a tile, a drain and an unroll of 1 or more";
  if (kernel == Kernel::pairs && columns != 1)
    return emitError() << "expects one column of pairs, but got " << columns;
  if (kernel == Kernel::matrix &&
      (vectorBytes != 64 || vectors > 2 || drain % matrixSteps != 0 ||
       (columns != matrixRows && columns != 2 * matrixRows)))
    return emitError() << "expects one or two vectors of 64 bytes, 16 or 32 "
                          "rows and drains of a multiple of 16 steps for the "
                          "matrix unit";
  if (drain % unroll != 0)
    return emitError() << "expects a drain that the unroll divides, but got "
                       << drain << " and " << unroll;
  if (!allows(kernel, lhsBits, rhsBits, isSigned))
    return emitError() << "expects bits that the kernel '"
                       << stringifyKernel(kernel) << "' is exact for, but got "
                       << lhsBits << " by " << rhsBits
                       << (isSigned ? ", signed" : "");
  int64_t largest = getLargestDrain(kernel, lhsBits, rhsBits, isSigned);
  if (drain > largest)
    return emitError() << "expects sums that do not overflow between drains: "
                       << largest << " steps at most, but got " << drain;
  return success();
}

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

static bool mayBeEqual(int64_t a, int64_t b) {
  return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
}

static LogicalResult verifyForm(Operation *op, StringRef constraint) {
  bool tensors = llvm::all_of(op->getOperandTypes(), llvm::IsaPred<TensorType>);
  bool memrefs =
      llvm::all_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>);
  if ((tensors && op->getNumResults() == 1) ||
      (memrefs && op->getNumResults() == 0))
    return success();
  return op->emitOpError() << constraint
                           << " expects tensors and one result, or memrefs and "
                              "no result";
}

static LogicalResult verifyRank(Operation *op, unsigned operand, int64_t rank) {
  int64_t found = cast<ShapedType>(op->getOperand(operand).getType()).getRank();
  if (found == rank)
    return success();
  return op->emitOpError() << "(C1) expects rank " << rank << " of operand "
                           << operand << ", but got " << found;
}

LogicalResult PackPanelsOp::verify() {
  if (failed(verifyRank(*this, 0, 5)) || failed(verifyRank(*this, 1, 5)))
    return failure();
  ShapedType words = getWords().getType(), panels = getInitType();
  FormAttr form = getForm();
  if (!mayBeEqual(words.getDimSize(0), panels.getDimSize(0)) ||
      !mayBeEqual(words.getDimSize(1), panels.getDimSize(2)))
    return emitOpError() << "(C1) expects as many groups and segments in the "
                            "panels as in the words, but got "
                         << words << " and " << panels;
  if (!words.isDynamicDim(4)) {
    int64_t expected =
        llvm::divideCeil(words.getDimSize(4), form.getPanelColumns());
    if (!mayBeEqual(expected, panels.getDimSize(1)))
      return emitOpError() << "(C1) expects " << expected << " panels for "
                           << words.getDimSize(4) << " columns, but got "
                           << panels.getDimSize(1);
  }
  if (words.getDimSize(3) != form.getRhsPlanes())
    return emitOpError() << "(C2) expects " << form.getRhsPlanes()
                         << " planes, but got " << words.getDimSize(3);
  if (words.isDynamicDim(2) || panels.isDynamicDim(3) ||
      panels.getDimSize(4) != form.getPanelBytesPerStep() ||
      panels.getDimSize(3) < form.getSteps(words.getDimSize(2)))
    return emitOpError() << "(C3) expects the words " << words
                         << " to fit into steps of "
                         << form.getPanelBytesPerStep() << " bytes, but got "
                         << panels;
  return verifyForm(*this, "(C4)");
}

/// Constraint (C3) of what takes the steps of panels a chunk at a time.
static LogicalResult verifyChunk(Operation *op, FormAttr form, int64_t chunk,
                                 ShapedType panels) {
  int64_t segments = panels.getDimSize(2), steps = panels.getDimSize(3);
  if (chunk >= 1 && chunk % form.getDrain() == 0 &&
      (steps % chunk == 0 ||
       (chunk % steps == 0 && segments * steps % chunk == 0)))
    return success();
  return op->emitOpError() << "(C3) expects a chunk that is a multiple of "
                           << form.getDrain() << " and a part of " << steps
                           << " steps, or so many times a part of " << segments
                           << " segments, but got " << chunk;
}

/// Whether `kept` is the lists of the blocks of panels.
static LogicalResult verifyLists(Operation *op, StringRef ofLists,
                                 StringRef ofBlocks, FormAttr form,
                                 int64_t chunk, ShapedType panels,
                                 ShapedType kept) {
  int64_t steps = panels.getDimSize(3);
  int64_t expected[] = {panels.getDimSize(0), panels.getDimSize(1),
                        panels.getDimSize(2) * steps / chunk};
  if (!panels.hasStaticShape() || !kept.hasStaticShape() ||
      kept.getShape().drop_back() != ArrayRef(expected))
    return op->emitOpError()
           << ofLists << " expects " << llvm::interleaved(expected, "x")
           << " lists for panels of static sizes, but got " << kept;
  int64_t blocks = kept.getDimSize(3) - 1;
  int64_t block = blocks > 0 && chunk % blocks == 0 ? chunk / blocks : 0;
  if (block == 0 || block % form.getDrain() != 0 || steps % block != 0)
    return op->emitOpError()
           << ofBlocks << " expects lists of 1 + B numbers, where chunks of "
           << chunk << " steps are B blocks that are multiples of "
           << form.getDrain() << " and parts of " << steps << " steps, but got "
           << kept;
  return success();
}

LogicalResult ListBlocksOp::verify() {
  if (failed(verifyRank(*this, 0, 5)) || failed(verifyRank(*this, 1, 4)))
    return failure();
  ShapedType panels = getPanels().getType();
  FormAttr form = getForm();
  if (panels.getDimSize(4) != form.getPanelBytesPerStep())
    return emitOpError() << "(C2) expects steps of "
                         << form.getPanelBytesPerStep() << " bytes, but got "
                         << panels.getDimSize(4);
  if (failed(verifyChunk(*this, form, getChunk(), panels)) ||
      failed(verifyLists(*this, "(C1)", "(C5)", form, getChunk(), panels,
                         getInitType())))
    return failure();
  return verifyForm(*this, "(C4)");
}

LogicalResult PackRowsOp::verify() {
  if (failed(verifyRank(*this, 0, 6)) || failed(verifyRank(*this, 1, 3)))
    return failure();
  ShapedType words = getWords().getType(), rows = getInitType();
  FormAttr form = getForm();
  bool pairs = form.getKernel() == Kernel::pairs;
  for (unsigned axis : {0, 1})
    if (!mayBeEqual(words.getDimSize(axis), rows.getDimSize(axis)) &&
        !(pairs && rows.getDimSize(axis) <= words.getDimSize(axis)))
      return emitOpError() << "(C1) expects rows as the words have them, but "
                              "got "
                           << words << " and " << rows;
  if (words.getDimSize(5) != form.getLhsPlanes())
    return emitOpError() << "(C2) expects " << form.getLhsPlanes()
                         << " planes, but got " << words.getDimSize(5);
  int64_t bytes = rows.getDimSize(2), needed = form.getRowBytesPerWord();
  for (unsigned axis : {2, 3, 4})
    needed = words.isDynamicDim(axis) ? ShapedType::kDynamic
                                      : needed * words.getDimSize(axis);
  if (rows.isDynamicDim(2) || needed < 0 || bytes < needed ||
      bytes % tableBytes != 0)
    return emitOpError() << "(C3) expects static rows, a multiple of "
                         << tableBytes << " bytes, that hold what becomes of "
                         << words << ", but got " << rows;
  return verifyForm(*this, "(C4)");
}

LogicalResult TileProductOp::verify() {
  unsigned last = getNumOperands() - 1;
  if (failed(verifyRank(*this, 0, 3)) || failed(verifyRank(*this, 1, 5)) ||
      failed(verifyRank(*this, last, 5)))
    return failure();
  ShapedType rows = getRows().getType(), panels = getPanels().getType();
  ShapedType sums = getInitType();
  FormAttr form = getForm();
  auto isStatic = [](ShapedType type) {
    return llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic);
  };
  if (!isStatic(rows) || !panels.hasStaticShape() || !isStatic(sums))
    return emitOpError() << "(C1) expects static sizes but for the number of "
                            "images, but got "
                         << rows << ", " << panels << " and " << sums;
  int64_t columns =
      llvm::divideCeil(sums.getDimSize(4), form.getPanelColumns());
  if (panels.getDimSize(0) != sums.getDimSize(3) ||
      panels.getDimSize(1) != columns)
    return emitOpError() << "(C1) expects " << sums.getDimSize(3)
                         << " groups of " << columns << " panels, but got "
                         << panels.getDimSize(0) << " of "
                         << panels.getDimSize(1);
  if (panels.getDimSize(4) != form.getPanelBytesPerStep())
    return emitOpError() << "(C2) expects steps of "
                         << form.getPanelBytesPerStep() << " bytes, but got "
                         << panels.getDimSize(4);
  int64_t steps = panels.getDimSize(3), chunk = getChunk();
  if (failed(verifyChunk(*this, form, chunk, panels)))
    return failure();
  int64_t largest = form.getLargestChunk();
  if (chunk > largest)
    return emitOpError() << "(C4) expects sums of a chunk that fit, of "
                         << largest << " steps at most, but got " << chunk;
  ArrayRef<int64_t> strides = getStrides(), dilations = getDilations();
  auto isPositive = [](int64_t value) { return value > 0; };
  int64_t taps = getRowTaps(), segments = panels.getDimSize(2);
  if (strides.size() != 2 || dilations.size() != 2 ||
      !llvm::all_of(strides, isPositive) ||
      !llvm::all_of(dilations, isPositive) || taps < 1 ||
      segments % taps != 0 || getPixelBytes() < 1 ||
      getPixelBytes() % panels.getDimSize(0) != 0)
    return emitOpError() << "(C5) expects two positive strides and dilations, "
                            "segments in rows, and pixels of a number of bytes";
  int64_t outH = sums.getDimSize(1);
  if (form.getKernel() == Kernel::pairs && getPairRows())
    outH = *getPairRows();
  int64_t lastRow =
      (outH - 1) * strides[0] + (segments / taps - 1) * dilations[0];
  int64_t lastPixel =
      (sums.getDimSize(2) - 1) * strides[1] + (taps - 1) * dilations[1];
  int64_t groupBytes = getPixelBytes() / panels.getDimSize(0);
  int64_t end = lastPixel * getPixelBytes() + getPixelBytes() - groupBytes +
                steps * form.getRowBytesPerStep();
  if (sums.getNumElements() != 0 || sums.isDynamicDim(0))
    if (lastRow >= rows.getDimSize(1) || end > rows.getDimSize(2))
      return emitOpError() << "(C5) expects " << lastRow + 1 << " rows of "
                           << end << " bytes, but got " << rows;
  if (getKept() && failed(verifyLists(*this, "(C7)", "(C7)", form, chunk,
                                      panels, getKept().getType())))
    return failure();
  return verifyForm(*this, "(C6)");
}

LogicalResult PackTablesOp::verify() {
  for (unsigned operand : {0, 1})
    if (failed(verifyRank(*this, operand, 3)))
      return failure();
  ShapedType words = getWords().getType(), tables = getInitType();
  auto isStatic = [](ShapedType type) {
    return llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic);
  };
  if (!isStatic(words) || !isStatic(tables) ||
      !mayBeEqual(words.getDimSize(0), tables.getDimSize(0)) ||
      tables.getDimSize(1) != words.getDimSize(2) ||
      tables.getDimSize(2) != tableBytes * words.getDimSize(1))
    return emitOpError() << "(C1) expects sizes N x W x F and N x F x "
                         << tableBytes << " W, static but for N, but got "
                         << words << " and " << tables;
  return verifyForm(*this, "(C2)");
}

LogicalResult MatrixProductOp::verify() {
  for (unsigned operand : {0, 1, 2})
    if (failed(verifyRank(*this, operand, 2)))
      return failure();
  FormAttr form = getForm();
  Kernel kernel = form.getKernel();
  bool isMatrix = kernel == Kernel::matrix;
  bool ofBytes = isMatrix || kernel == Kernel::quads || kernel == Kernel::bytes;
  if (ofBytes != form.getIsSigned() || (!ofBytes && kernel != Kernel::lookup))
    return emitOpError() << "(C2) expects the kernel 'matrix', 'quads' or "
                            "'bytes', signed, or 'lookup', unsigned, but got "
                         << form;
  ShapedType rows = getRows().getType(), words = getWords().getType();
  ShapedType sums = getInitType();
  int64_t rowBytes = form.getRowBytesPerStep();
  int64_t wordBits = 8 * form.getBytesPerLane();
  if (!rows.hasStaticShape() || !words.hasStaticShape() ||
      !sums.hasStaticShape() ||
      rows.getDimSize(1) != rowBytes * words.getDimSize(0) ||
      sums.getDimSize(0) != rows.getDimSize(0) ||
      sums.getDimSize(1) != words.getDimSize(1) ||
      words.getElementTypeBitWidth() != wordBits)
    return emitOpError() << "(C1) expects static sizes, M x " << rowBytes
                         << " W, W x N and M x N, and words of " << wordBits
                         << " bits, but got " << rows << ", " << words
                         << " and " << sums;
  int64_t tileRows = isMatrix ? matrixRows : form.getColumns();
  int64_t tileColumns = isMatrix ? matrixRows : form.getPanelColumns();
  int64_t tileWords = isMatrix ? matrixSteps : form.getDrain();
  if (sums.getDimSize(0) % tileRows != 0 ||
      sums.getDimSize(1) % tileColumns != 0 ||
      words.getDimSize(0) % tileWords != 0)
    return emitOpError() << "(C2) expects multiples of " << tileRows
                         << " rows, " << tileColumns << " columns and "
                         << tileWords << " words, but got " << rows << " and "
                         << words;
  constexpr int64_t largestProduct = 255 * 128;
  if (wordBytes * words.getDimSize(0) * largestProduct > INT32_MAX)
    return emitOpError() << "(C3) expects sums that fit into 32 bits, but got "
                         << rows;
  return verifyForm(*this, "(C4)");
}

LogicalResult SelectSumOp::verify() {
  if (failed(verifyRank(*this, 0, 3)) || failed(verifyRank(*this, 1, 4)) ||
      failed(verifyRank(*this, 2, 2)))
    return failure();
  ShapedType offsets = getOffsets().getType(), terms = getTerms().getType();
  ShapedType sums = getInitType();
  auto isDynamicBeside = [](ShapedType type, int64_t samples) {
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      if (axis != samples && type.isDynamicDim(axis))
        return true;
    return false;
  };
  int64_t lanes = terms.getDimSize(3), columns = offsets.getDimSize(2);
  if (isDynamicBeside(offsets, 1) || isDynamicBeside(terms, 1) ||
      !sums.hasStaticShape() || lanes < 1 || columns % lanes != 0 ||
      !mayBeEqual(offsets.getDimSize(1), terms.getDimSize(1)) ||
      sums.getDimSize(0) != terms.getDimSize(0) * lanes ||
      sums.getDimSize(1) != offsets.getDimSize(0) * columns)
    return emitOpError() << "(C1) expects sizes S x N x C, T x N x J x L and "
                            "T L x S C, static but for N, and C a multiple of "
                            "L, but got "
                         << offsets << ", " << terms << " and " << sums;
  int64_t bytes = terms.getDimSize(2) * lanes * int64_t(sizeof(float));
  if (!llvm::isPowerOf2_64(lanes) || bytes > 256)
    return emitOpError() << "(C2) expects a power of two of lanes and at most "
                            "256 bytes of terms a sample, but got "
                         << lanes << " lanes and " << bytes << " bytes";
  auto memory = dyn_cast<MemRefType>(terms);
  if (memory && !memory.getLayout().isIdentity())
    return emitOpError() << "(C4) expects contiguous terms, but got " << memory;
  return verifyForm(*this, "(C3)");
}

//===----------------------------------------------------------------------===//
// Primitives
//===----------------------------------------------------------------------===//

LogicalResult ByteLookupOp::verify() {
  auto type = cast<VectorType>(getType());
  if (type.getRank() == 1 && !type.isScalable() &&
      type.getNumElements() % tableBytes == 0)
    return success();
  return emitOpError() << "(C1) expects a multiple of " << tableBytes
                       << " bytes along one axis, but got " << type;
}

LogicalResult MultiplyPairsOp::verify() {
  auto narrow = cast<VectorType>(getLhs().getType());
  auto wide = cast<VectorType>(getType());
  if (narrow.getRank() == 1 && wide.getRank() == 1 &&
      narrow.getNumElements() == 2 * wide.getNumElements() &&
      2 * narrow.getElementTypeBitWidth() == wide.getElementTypeBitWidth())
    return success();
  return emitOpError() << "(C1) expects half as many sums of twice the width "
                          "along one axis, but got "
                       << narrow << " and " << wide;
}
