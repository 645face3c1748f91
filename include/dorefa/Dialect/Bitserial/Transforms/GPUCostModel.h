//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How fast GPUs multiply packed codes, and which way is the fastest.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_GPUCOSTMODEL_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_GPUCOSTMODEL_H

#include "dorefa/Dialect/Bitserial/Transforms/CostModel.h"

namespace mlir::bitserial {

/// What the model knows of a GPU: multiply-adds of one multiprocessor in a
/// cycle, of bits and of bytes.
struct GPUMachine {
  int64_t computeCapability = 0; // 90 of sm_90a; 0 of no NVIDIA GPU
  bool hasTensorCores = false;   // for bits and bytes
  bool hasWarpgroups = false;    // multiplies from shared memory (wgmma)
  double countedBits = 512;      // AND and population count
  double multipliedBytes = 256;
  double tensorBits = 0, tensorBytes = 0;

  /// `chip` by LLVM's names; of an unknown one nothing is expected.
  static GPUMachine get(StringRef chip);
};

/// Rows up to which threads that count bits finish sooner than tensor cores,
/// whose tiles have 16 rows: what counts there is how fast memory is read.
constexpr int64_t loopRows = 3;

/// Tensor cores for this number of rows, which may be dynamic.
bool prefersTensorCores(int64_t rows, const GPUMachine &machine);

/// Rows of one product of a warpgroup. With fewer, tensor cores multiply zeros
/// that they would not have with the tiles of a warp.
constexpr int64_t warpgroupRows = 64;

/// The tensor cores by warpgroups for this number of rows, which may be
/// dynamic.
bool prefersWarpgroups(int64_t rows, const GPUMachine &machine);

/// Multiply-adds in a cycle of a multiprocessor, of words of planes (popcount)
/// or of bytes (integer).
double getRate(Strategy strategy, const ProductShape &shape,
               const GPUMachine &machine);

/// Words of planes (popcount) or of bytes (integer).
Strategy chooseStrategy(const ProductShape &shape, const GPUMachine &machine);

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_GPUCOSTMODEL_H
