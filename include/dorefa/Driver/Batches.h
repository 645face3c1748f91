//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A data set in the batches that a model takes.

#ifndef DOREFA_DRIVER_BATCHES_H
#define DOREFA_DRIVER_BATCHES_H

#include "dorefa/Data/Dataset.h"
#include "dorefa/Driver/TrainingProgram.h"

namespace dorefa::driver {

/// Checks that a model with these functions takes the images of the data set
/// in batches of `batch`, and has an output for each class; that it is a
/// detector where there are objects to detect. Shapes that the signatures leave
/// open fit everything.
llvm::Error checkFits(llvm::ArrayRef<engine::FunctionSignature> signatures,
                      const data::Dataset &dataset, int64_t batch);

/// The buffers for one batch, filled again and again.
class Batch {
public:
  /// `objects` for each image; 0 for one label for each.
  Batch(const data::Dataset &dataset, int64_t size, int64_t objects);

  /// The images at `indices`, at most as many as the batch has; the rows after
  /// them are black, with label -1.
  void fill(const data::DatasetPart &part, llvm::ArrayRef<int64_t> indices);

  int64_t size() const { return tensors.images.shape()[0]; }

  BatchTensors tensors;

private:
  int64_t objects;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_BATCHES_H
