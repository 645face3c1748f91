//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How well a network does over all images of a part of a data set.

#ifndef DOREFA_DRIVER_EVALUATION_H
#define DOREFA_DRIVER_EVALUATION_H

#include "dorefa/Detection/AveragePrecision.h"
#include "dorefa/Driver/Batches.h"

namespace dorefa::driver {

/// Of a detector: mean average precision, and what it follows from.
struct DetectionResults {
  double map50 = 0; // at an overlap of 0.5, as in PASCAL VOC
  double map = 0;   // at 0.5 to 0.95, as in COCO
  std::vector<detection::ImageResult> images;
};

/// Loss and accuracy over all images of a part.
struct Evaluation {
  double loss = 0; // the mean
  std::optional<double> accuracy;
  std::optional<DetectionResults> detection;
};

/// `interrupted` is asked between batches; if it says so, there is no result.
llvm::Expected<std::optional<Evaluation>>
evaluateAll(TrainingProgram &program, const data::DatasetPart &part,
            Batch &batch, bool (*interrupted)());

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_EVALUATION_H
