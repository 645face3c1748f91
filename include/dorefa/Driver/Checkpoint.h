//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A training run on disk, so that it can be evaluated or continued.

#ifndef DOREFA_DRIVER_CHECKPOINT_H
#define DOREFA_DRIVER_CHECKPOINT_H

#include "dorefa/Driver/TrainingProgram.h"

namespace dorefa::driver {

/// A safetensors file: every parameter and state under its name, the
/// optimizer's values under "optimizer.NAME", and as metadata where the run is
/// and what it depends on.
struct Checkpoint {
  TrainingProgram::Values values;
  /// Steps done.
  int64_t step = 0;
  /// The sum of the losses of the epoch that is under way.
  double epochLoss = 0;
  /// What a run that continues must have in common with this one: seed, batch,
  /// model, data, optimizer, learning rate.
  std::map<std::string, std::string> settings;

  /// Writes the file atomically; after an error the old one is still whole.
  /// `values` are unchanged.
  llvm::Error write(llvm::StringRef path);

  static llvm::Expected<Checkpoint> read(llvm::StringRef path);
  /// The same of the model in `file`, whose hash is `modelHash`; one of another
  /// model is an error.
  static llvm::Expected<Checkpoint> readOfModel(llvm::StringRef path,
                                                llvm::StringRef modelHash,
                                                llvm::StringRef file);

  /// The error names each setting that differs, and both of its values.
  llvm::Error
  checkSettings(llvm::StringRef path,
                const std::map<std::string, std::string> &expected) const;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_CHECKPOINT_H
