//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a trained model's weights are: their size, and how many are zero.

#ifndef DOREFA_DRIVER_WEIGHTREPORT_H
#define DOREFA_DRIVER_WEIGHTREPORT_H

#include "dorefa/Driver/TrainingProgram.h"
#include "dorefa/Driver/ZeroBlocks.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dorefa::driver {

/// A parameter or a state, as a model that is done with training needs it.
struct WeightReport {
  std::string name;
  llvm::SmallVector<int64_t, 4> shape;
  /// Of its codes: "pow2"; "float" where it stays as it is, with 32 bits.
  std::string kind = "float";
  int bits = 32;
  int64_t count = 0;
  /// Codes that stand for zero; of floats nothing is counted.
  std::optional<int64_t> zeros;
  /// Of the product that takes them, where its kernel skips blocks of zeros.
  std::optional<BlockCount> blocks;
  /// The codes at their bits and the scales, or the floats.
  int64_t bytes = 0;
  int64_t floatBytes = 0;
};

/// Quantizes the values of a checkpoint as the model's `function` does, and
/// counts; blocks as code has them that is compiled with `options`. Only what
/// `dorefa.quantize_weight` reads from an argument counts as quantized; the
/// values of an optimizer are left out. Errors name the parameter that is not in
/// the checkpoint, or has another shape there.
llvm::Expected<std::vector<WeightReport>>
reportWeights(mlir::func::FuncOp function, TrainingProgram::Values &values,
              const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_WEIGHTREPORT_H
