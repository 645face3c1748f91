//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Pictures of what a detector found.

#ifndef DOREFA_DETECTION_DRAWING_H
#define DOREFA_DETECTION_DRAWING_H

#include "dorefa/Data/DatasetPart.h"
#include "dorefa/Detection/AveragePrecision.h"

#include "llvm/ADT/ArrayRef.h"

namespace dorefa::detection {

struct DrawingOptions {
  /// Images on the sheet, from the first on, and how many of them in a row.
  int64_t count = 24, columns = 6;
  /// Pixels of the sheet for each pixel of an image, along an axis.
  int64_t scale = 3;
  /// Detections of a lower score are not drawn.
  float leastScore = 0.5f;
};

/// A sheet, u8 [height, width, 3], of images enlarged, with a thin white frame
/// around each object and a coloured one, a colour for each class, around each
/// detection; at its corner the class and the score in hundredths.
/// \param results of the images of the part, from the first on.
data::Tensor drawDetections(const data::DatasetPart &part,
                            llvm::ArrayRef<ImageResult> results,
                            const DrawingOptions &options = {});

} // namespace dorefa::detection

#endif // DOREFA_DETECTION_DRAWING_H
