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
/// in batches of `batch`, and has an output for each class. Shapes that the
/// signatures leave open fit everything.
llvm::Error checkFits(llvm::ArrayRef<engine::FunctionSignature> signatures,
                      const data::Dataset &dataset, int64_t batch);

/// The buffers for one batch, filled again and again.
class Batch {
public:
  Batch(const data::Dataset &dataset, int64_t size);

  /// The images at `indices`, at most as many as the batch has; the rows after
  /// them are black, with label -1.
  void fill(const data::DatasetPart &part, llvm::ArrayRef<int64_t> indices);

  int64_t size() const { return labels.numElements(); }

  data::Tensor images, labels;
};

/// Loss and accuracy over all images of a part.
struct Evaluation {
  double loss = 0; // the mean
  std::optional<double> accuracy;
};

/// `interrupted` is asked between batches; if it says so, there is no result.
llvm::Expected<std::optional<Evaluation>>
evaluateAll(TrainingProgram &program, const data::DatasetPart &part,
            Batch &batch, bool (*interrupted)());

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_BATCHES_H
