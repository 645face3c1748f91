//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How fast each strategy multiplies packed codes, and which is the fastest.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_COSTMODEL_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_COSTMODEL_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"

namespace mlir::bitserial {

/// What the model knows of a machine.
struct Machine {
  int64_t vectorBits = 256;
  bool countsLanes = false; // counts the bits of 32-bit lanes (VPOPCNTDQ)
  bool dotsBytes = false;   // sums four products of bytes at once (VNNI, udot)
  bool looksUpBytes = true; // bytes of a table of 16 (vpshufb, tbl)
  bool multipliesBytes = true;  // sums two products of bytes (vpmaddubsw)
  bool multipliesTiles = false; // a matrix unit for bytes (AMX)

  /// Powers of two, from 1 on, whose positive and negative multiples by codes a
  /// strategy sums in tiles without an offset, for weights of so many
  /// magnitudes. 0 is none: it has no such tiles.
  int64_t countSignedPowers(Strategy strategy, int64_t magnitudes) const;

  /// `features` by LLVM's names; all others are taken as absent.
  static Machine get(int64_t vectorBits, ArrayRef<std::string> features);
};

/// The features that `Machine::get` and the choice of instructions ask for.
ArrayRef<StringRef> getMachineFeatures();

/// One product of codes. `depth` is the number of codes along the packed axis
/// that share words: input channels of a group, or output positions.
struct ProductShape {
  int64_t lhsBits, rhsBits, depth;
  /// How often a code of the lhs is multiplied, columns times taps, and the
  /// terms of a sum, depth times taps; of a filter's gradient, how often a code
  /// of the rhs is. Choices are not tuned by them.
  int64_t uses = ShapedType::kDynamic, terms = ShapedType::kDynamic;
  /// Positions of all images that have sums: each weight that no cache holds is
  /// read for them once. Choices are not tuned by them.
  int64_t positions = ShapedType::kDynamic;
  /// The same of as many images as are known, of one at least: where the filter
  /// has the tables, positions fill vectors. Choices are not tuned by them.
  int64_t knownPositions = ShapedType::kDynamic;
  /// Its sums are those of one sample.
  bool ofFilterGradient = false;
  /// The depth of such a product over padded rows, of bytes and of tables, 0
  /// where there is none.
  int64_t tiledDepth = 0, lookupDepth = 0;
  /// Whether its cotangent indexes tables of the image.
  bool isLookupTurned = false;

  /// Fills in the positions of images [.., channels].
  ProductShape &setPositions(ShapedType images);
  /// Whether the lhs indexes the rhs's tables: it has fewer bits, and there are
  /// positions to fill vectors with, or bits of the rhs that cannot index.
  bool isLookedUpByLhs() const;
};

/// Multiply-adds in a cycle of one core in whole layers: estimates that put the
/// strategies in order. `dorefa-run plan --measure-all` times each of them.
double getRate(Strategy strategy, const ProductShape &shape,
               const Machine &machine);

/// The faster one of lookup and popcount.
Strategy choosePlanes(const ProductShape &shape, const Machine &machine);

/// The strategy of the highest rate among those that are implemented.
Strategy chooseStrategy(const ProductShape &shape, const Machine &machine);

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_COSTMODEL_H
