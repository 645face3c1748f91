//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Boxes with a class and a score.

#ifndef DOREFA_DETECTION_DETECTION_H
#define DOREFA_DETECTION_DETECTION_H

#include "dorefa/Data/Objects.h"

namespace dorefa::detection {

using data::Box;

/// An object that a detector found in an image.
struct Detection {
  int32_t label = 0;
  float score = 0; // 0 to 1
  Box box = {};
};

/// An object that is there.
struct GroundTruth {
  int32_t label = 0;
  Box box = {};
  /// Neither found nor missed: it counts nowhere.
  bool isDifficult = false;
};

double area(const Box &box);

/// Intersection over union; 0 where both are empty.
double overlap(const Box &a, const Box &b);

} // namespace dorefa::detection

#endif // DOREFA_DETECTION_DETECTION_H
