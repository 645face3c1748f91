//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How well a detector finds objects: mean average precision.

#ifndef DOREFA_DETECTION_AVERAGEPRECISION_H
#define DOREFA_DETECTION_AVERAGEPRECISION_H

#include "dorefa/Detection/Detection.h"

namespace dorefa::detection {

/// What is in an image and what was found, by falling score.
struct ImageResult {
  std::vector<GroundTruth> objects;
  std::vector<Detection> detections;
};

/// The mean over the classes that have objects of the average precision at an
/// overlap of 0.5, as in PASCAL VOC since 2010: the area under the precision,
/// made monotone, over the recall, at all points. A detection belongs to the
/// object of its class with the largest overlap, and is wrong if another of a
/// higher score has it. 0 without any object.
double meanAveragePrecisionVoc(const std::vector<ImageResult> &images);

/// The same as in COCO: the mean over overlaps of 0.5, 0.55, .., 0.95 too, the
/// precision at recalls of 0, 0.01, .., 1, and the best 100 detections of a
/// class in an image. A detection belongs to the object with the largest
/// overlap of those that are left.
double meanAveragePrecisionCoco(const std::vector<ImageResult> &images);

} // namespace dorefa::detection

#endif // DOREFA_DETECTION_AVERAGEPRECISION_H
