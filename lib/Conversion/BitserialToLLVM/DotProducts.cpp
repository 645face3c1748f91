//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Primitives.h"
#include "dorefa/Conversion/BitserialToLLVM/Passes.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTBITSERIALTOLLVM
#include "dorefa/Conversion/BitserialToLLVM/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bitserial;

namespace {
/// One dot product, and the sum that it is added to, if any.
struct DotLowering {
  ImplicitLocOpBuilder &b;
  mutable DotOp dot;
  Value sum;
  ArrayRef<std::string> features;
  Type type = dot.getType();
  int64_t lanes = getLanes(type);

  /// 1 for what has only the portable form.
  static int64_t getLanes(Type type) {
    auto vector = dyn_cast<VectorType>(type);
    return vector && vector.getRank() == 1 && !vector.isScalable()
               ? vector.getNumElements()
               : 1;
  }

  bool has(StringRef feature) const {
    return llvm::is_contained(features, feature);
  }
  /// The feature that is named for the width of the vectors, if it is there.
  bool hasAtWidth(StringRef at512, StringRef at256, StringRef at128) const {
    return (lanes == 16 && has(at512)) || (lanes == 8 && has(at256)) ||
           (lanes == 4 && has(at128));
  }
  int64_t largest(int64_t bits) const { return (int64_t(1) << bits) - 1; }

  Value constant(int64_t value) const {
    TypedAttr attr = b.getI32IntegerAttr(value);
    if (auto shaped = dyn_cast<ShapedType>(type))
      attr = DenseElementsAttr::get(shaped, attr);
    return arith::ConstantOp::create(b, attr);
  }
  Value castTo(Value words, int64_t bits) const {
    return vector::BitCastOp::create(
        b, VectorType::get({lanes * 32 / bits}, b.getIntegerType(bits)), words);
  }
  Value call(StringRef intrinsic, Type result, ValueRange operands) const {
    return LLVM::CallIntrinsicOp::create(b, result, b.getStringAttr(intrinsic),
                                         operands)
        .getResult(0);
  }
  Value add(Value value) const {
    return sum ? arith::AddIOp::create(b, sum, value).getResult() : value;
  }
  Value sumOrZero() const { return sum ? sum : constant(0); }

  /// Sums of two products of signed 16-bit numbers.
  Value multiplyAddWords(Value lhs, Value rhs) const {
    StringRef name = lanes == 16  ? "llvm.x86.avx512.pmaddw.d.512"
                     : lanes == 8 ? "llvm.x86.avx2.pmadd.wd"
                                  : "llvm.x86.sse2.pmadd.wd";
    return call(name, type, {lhs, rhs});
  }

  Value build() const {
    Value lhs = dot.getLhs(), rhs = dot.getRhs();
    int64_t lhsBits = dot.getLhsBits(), rhsBits = dot.getRhsBits();
    bool isSigned = dot.getRhsSigned();
    // The side that is read as signed comes last.
    if (lhsBits <= 7 && !isSigned) {
      std::swap(lhs, rhs);
      std::swap(lhsBits, rhsBits);
    }
    if (lanes == 4 && has("dotprod") && !isSigned)
      return call("llvm.aarch64.neon.udot.v4i32.v16i8", type,
                  {sumOrZero(), castTo(lhs, 8), castTo(rhs, 8)});
    bool vnni = (lanes == 16 && has("avx512vnni")) ||
                ((lanes == 8 || lanes == 4) &&
                 (has("avxvnni") || (has("avx512vnni") && has("avx512vl"))));
    if (vnni && (rhsBits <= 7 || isSigned)) {
      // Without AVX-512 the intrinsic of the same name stands for AVX-VNNI.
      std::string name =
          "llvm.x86.avx512.vpdpbusd." + std::to_string(32 * lanes);
      return call(name, type, {sumOrZero(), castTo(lhs, 8), castTo(rhs, 8)});
    }
    bool fits = isSigned
                    ? largest(lhsBits) << rhsBits <= (1 << 15)
                    : rhsBits <= 7 &&
                          2 * largest(lhsBits) * largest(rhsBits) < (1 << 15);
    if (fits && hasAtWidth("avx512bw", "avx2", "ssse3")) {
      StringRef name = lanes == 16  ? "llvm.x86.avx512.pmaddubs.w.512"
                       : lanes == 8 ? "llvm.x86.avx2.pmadd.ub.sw"
                                    : "llvm.x86.ssse3.pmadd.ub.sw.128";
      auto words = VectorType::get({2 * lanes}, b.getI16Type());
      Value pairs = call(name, words, {castTo(lhs, 8), castTo(rhs, 8)});
      Value ones = arith::ConstantOp::create(
          b, DenseElementsAttr::get(words, APInt(16, 1)));
      return add(multiplyAddWords(pairs, ones));
    }
    if (hasAtWidth("avx512bw", "avx2", "sse2")) {
      auto even = [&](Value bytes) -> Value {
        return castTo(arith::AndIOp::create(b, bytes, constant(0x00ff00ff)),
                      16);
      };
      auto odd = [&](Value bytes) -> Value {
        return even(arith::ShRUIOp::create(b, bytes, constant(8)));
      };
      if (isSigned) {
        Value words = castTo(rhs, 16);
        Value eight = arith::ConstantOp::create(
            b, DenseElementsAttr::get(cast<ShapedType>(words.getType()),
                                      APInt(16, 8)));
        Value high = arith::ShRSIOp::create(b, words, eight);
        Value low = arith::ShRSIOp::create(
            b, arith::ShLIOp::create(b, words, eight), eight);
        return add(arith::AddIOp::create(b, multiplyAddWords(even(lhs), low),
                                         multiplyAddWords(odd(lhs), high)));
      }
      Value first = multiplyAddWords(even(lhs), even(rhs));
      Value second = multiplyAddWords(odd(lhs), odd(rhs));
      return add(arith::AddIOp::create(b, first, second));
    }
    return buildPortable(lhs, rhs, isSigned);
  }

  Value buildPortable(Value lhs, Value rhs, bool isSigned) const {
    Value total = sum;
    for (int64_t shift = 0; shift < 32; shift += 8) {
      auto byte = [&](Value word) -> Value {
        if (shift != 0)
          word = arith::ShRUIOp::create(b, word, constant(shift));
        if (shift == 24)
          return word;
        return arith::AndIOp::create(b, word, constant(255));
      };
      Value left = byte(lhs), right = byte(rhs);
      if (isSigned)
        right = arith::ShRSIOp::create(
            b, arith::ShLIOp::create(b, right, constant(24)), constant(24));
      Value product = arith::MulIOp::create(b, left, right);
      total = total ? arith::AddIOp::create(b, total, product) : product;
    }
    return total;
  }
};

struct ConvertBitserialToLLVM
    : dorefa::impl::ConvertBitserialToLLVMBase<ConvertBitserialToLLVM> {
  using ConvertBitserialToLLVMBase::ConvertBitserialToLLVMBase;

  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      ImplicitLocOpBuilder b(op->getLoc(), op);
      Value built;
      if (auto lookup = dyn_cast<ByteLookupOp>(op))
        built = buildByteLookup(b, lookup, features);
      else if (auto pairs = dyn_cast<MultiplyPairsOp>(op))
        built = buildMultiplyPairs(b, pairs, features);
      else
        return;
      op->getResult(0).replaceAllUsesWith(built);
      op->erase();
    });
    SmallVector<DotOp> dots;
    getOperation()->walk([&](DotOp dot) { dots.push_back(dot); });
    for (DotOp dot : dots) {
      // In a chain of sums the instruction adds, too.
      arith::AddIOp sum;
      if (dot->hasOneUse())
        sum = dyn_cast<arith::AddIOp>(*dot->user_begin());
      if (sum && sum->getBlock() != dot->getBlock())
        sum = {};
      Operation *last = sum ? sum.getOperation() : dot.getOperation();
      ImplicitLocOpBuilder b(dot.getLoc(), last);
      Value added;
      if (sum)
        added = sum.getLhs() == dot.getResult() ? sum.getRhs() : sum.getLhs();
      DotLowering lowering{b, dot, added, features};
      last->getResult(0).replaceAllUsesWith(lowering.build());
      if (sum)
        sum.erase();
      dot.erase();
    }
  }
};
} // namespace
