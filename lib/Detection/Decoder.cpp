//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/Decoder.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;
using namespace dorefa::detection;

Box dorefa::detection::decodeBox(ArrayRef<float> offsets,
                                 ArrayRef<float> anchor) {
  Box box;
  for (int axis : {0, 1}) {
    const double length = double(anchor[axis + 2]) - anchor[axis];
    const double centre = (double(anchor[axis + 2]) + anchor[axis]) / 2 +
                          0.1 * offsets[axis] * length;
    const double half = std::exp(0.2 * offsets[axis + 2]) * length / 2;
    box[axis] = std::clamp(centre - half, 0.0, 1.0);
    box[axis + 2] = std::clamp(centre + half, 0.0, 1.0);
  }
  return box;
}

std::vector<Detection>
dorefa::detection::suppress(std::vector<Detection> detections,
                            double mostOverlap, size_t limit) {
  llvm::stable_sort(detections, [](const Detection &a, const Detection &b) {
    return a.score > b.score;
  });
  std::vector<Detection> kept;
  for (const Detection &candidate : detections) {
    if (kept.size() == limit)
      break;
    bool covered = llvm::any_of(kept, [&](const Detection &other) {
      return other.label == candidate.label &&
             overlap(other.box, candidate.box) > mostOverlap;
    });
    if (!covered)
      kept.push_back(candidate);
  }
  return kept;
}

std::vector<Detection>
dorefa::detection::decode(ArrayRef<float> logits, ArrayRef<float> offsets,
                          ArrayRef<float> anchors,
                          const DecoderOptions &options) {
  const size_t count = anchors.size() / 4, columns = logits.size() / count;
  std::vector<Detection> candidates;
  for (size_t n = 0; n < count; ++n) {
    ArrayRef<float> row = logits.slice(n * columns, columns);
    const double largest = *llvm::max_element(row);
    double sum = 0;
    for (float logit : row)
      sum += std::exp(logit - largest);
    Box box;
    bool isDecoded = false;
    for (size_t column = 1; column < columns; ++column) {
      const float score = std::exp(row[column] - largest) / sum;
      // Negated, so that a NaN is nothing.
      if (!(score >= options.leastScore))
        continue;
      if (!isDecoded)
        box = decodeBox(offsets.slice(4 * n, 4), anchors.slice(4 * n, 4));
      isDecoded = true;
      if (area(box) > 0)
        candidates.push_back({static_cast<int32_t>(column - 1), score, box});
    }
  }
  return suppress(std::move(candidates), options.mostOverlap, options.limit);
}
