//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The instructions that tiles of products are made of.

#include "Primitives.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

static bool has(ArrayRef<std::string> features, StringRef name) {
  return llvm::is_contained(features, name);
}

/// The one of three names for vectors of 64, 32 and 16 bytes whose feature is
/// there; empty if it is not.
static StringRef choose(int64_t bytes, ArrayRef<std::string> features,
                        StringRef at64, StringRef at32, StringRef at16) {
  if (bytes == 64 && has(features, "avx512bw"))
    return at64;
  if (bytes == 32 && has(features, "avx2"))
    return at32;
  if (bytes == 16 && has(features, "ssse3"))
    return at16;
  return {};
}

static Value splat(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  auto vector = cast<VectorType>(type);
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(vector,
                                APInt(vector.getElementTypeBitWidth(), value)));
}

static Value call(ImplicitLocOpBuilder &b, StringRef intrinsic, Type result,
                  ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, result, b.getStringAttr(intrinsic),
                                       operands)
      .getResult(0);
}

/// In upstream operations: LLVM finds the shuffle of its target again. Without
/// the mask an index might name a byte beyond the table.
static Value buildPortableLookup(ImplicitLocOpBuilder &b, ByteLookupOp op) {
  auto type = cast<VectorType>(op.getType());
  Value index =
      arith::AndIOp::create(b, op.getIndex(), splat(b, type, tableBytes - 1));
  SmallVector<Value> bytes;
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    Value entry = vector::ExtractOp::create(b, index, i);
    Value at = arith::IndexCastUIOp::create(b, b.getIndexType(), entry);
    if (int64_t lane = i - i % tableBytes)
      at =
          arith::AddIOp::create(b, at, arith::ConstantIndexOp::create(b, lane));
    bytes.push_back(
        vector::ExtractOp::create(b, op.getTable(), OpFoldResult(at)));
  }
  return vector::FromElementsOp::create(b, type, bytes);
}

Value bitserial::buildByteLookup(ImplicitLocOpBuilder &b, ByteLookupOp op,
                                 ArrayRef<std::string> features) {
  Type type = op.getType();
  int64_t bytes = cast<VectorType>(type).getNumElements();
  StringRef name =
      choose(bytes, features, "llvm.x86.avx512.pshuf.b.512",
             "llvm.x86.avx2.pshuf.b", "llvm.x86.ssse3.pshuf.b.128");
  if (bytes == 16 && has(features, "neon"))
    name = "llvm.aarch64.neon.tbl1.v16i8";
  if (name.empty())
    return buildPortableLookup(b, op);
  return call(b, name, type, {op.getTable(), op.getIndex()});
}

/// The even or the odd elements of a vector, each at twice its width.
static Value widen(ImplicitLocOpBuilder &b, Value narrow, Type type, bool odd,
                   bool isSigned) {
  int64_t bits = cast<VectorType>(type).getElementTypeBitWidth() / 2;
  Value wide = vector::BitCastOp::create(b, type, narrow);
  Value shift = splat(b, type, bits);
  if (!odd && !isSigned)
    return arith::AndIOp::create(b, wide,
                                 splat(b, type, (int64_t(1) << bits) - 1));
  if (!odd)
    wide = arith::ShLIOp::create(b, wide, shift);
  if (isSigned)
    return arith::ShRSIOp::create(b, wide, shift);
  return arith::ShRUIOp::create(b, wide, shift);
}

Value bitserial::buildMultiplyPairs(ImplicitLocOpBuilder &b, MultiplyPairsOp op,
                                    ArrayRef<std::string> features) {
  Value lhs = op.getLhs(), rhs = op.getRhs();
  Type type = op.getType();
  auto narrow = cast<VectorType>(lhs.getType());
  bool bytes = narrow.getElementTypeBitWidth() == 8;
  int64_t size = narrow.getNumElements() * narrow.getElementTypeBitWidth() / 8;
  StringRef name =
      bytes ? choose(size, features, "llvm.x86.avx512.pmaddubs.w.512",
                     "llvm.x86.avx2.pmadd.ub.sw",
                     "llvm.x86.ssse3.pmadd.ub.sw.128")
            : choose(size, features, "llvm.x86.avx512.pmaddw.d.512",
                     "llvm.x86.avx2.pmadd.wd", "llvm.x86.sse2.pmadd.wd");
  if (!name.empty())
    return call(b, name, type, {lhs, rhs});
  Value sum;
  for (bool odd : {false, true}) {
    Value product =
        arith::MulIOp::create(b, widen(b, lhs, type, odd, !bytes),
                              widen(b, rhs, type, odd, /*isSigned=*/true));
    sum = sum ? arith::AddIOp::create(b, sum, product).getResult() : product;
  }
  return sum;
}
