//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// From a detector's outputs to boxes in an image.

#ifndef DOREFA_DETECTION_DECODER_H
#define DOREFA_DETECTION_DECODER_H

#include "dorefa/Detection/Detection.h"

#include "llvm/ADT/ArrayRef.h"

namespace dorefa::detection {

struct DecoderOptions {
  /// Detections of a lower score are dropped at once.
  float leastScore = 0.01f;
  /// Of two detections of a class that overlap by more, the one of the lower
  /// score is dropped.
  double mostOverlap = 0.45;
  /// The most detections of an image.
  size_t limit = 100;
};

/// The box that `offsets` describe relative to an anchor: the inverse of the
/// targets of dorefa.multibox_loss, cut at the borders of the image.
Box decodeBox(llvm::ArrayRef<float> offsets, llvm::ArrayRef<float> anchor);

/// Greedy non-maximum suppression, within each class: goes through the
/// detections by falling score, equal ones in their order, and keeps those that
/// overlap with none that was kept.
std::vector<Detection> suppress(std::vector<Detection> detections,
                                double mostOverlap, size_t limit);

/// The detections of one image, by falling score.
/// \param logits [anchors, classes + 1], the background first
/// \param offsets, anchors [anchors, 4]
std::vector<Detection> decode(llvm::ArrayRef<float> logits,
                              llvm::ArrayRef<float> offsets,
                              llvm::ArrayRef<float> anchors,
                              const DecoderOptions &options = {});

} // namespace dorefa::detection

#endif // DOREFA_DETECTION_DECODER_H
