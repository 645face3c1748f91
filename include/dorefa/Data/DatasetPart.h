//===- DatasetPart.h - Labelled images --------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_DATASETPART_H
#define DOREFA_DATA_DATASETPART_H

#include "dorefa/Data/Objects.h"
#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <vector>

namespace dorefa::data {

/// The images and labels to train on, or those to test on.
struct DatasetPart {
  /// [count, height, width, channels], of u8 (0..255) or f32 elements.
  Tensor images;
  /// One for each image, 0..classes-1; none in a data set of objects.
  std::vector<int32_t> labels;
  /// Of a data set for detection.
  std::optional<Objects> objects;

  int64_t size() const { return objects ? objects->images() : labels.size(); }
};

/// Copies the images at `indices` to `out`, an array of
/// [indices.size(), height, width, channels]: u8 elements become value / 255,
/// f32 elements stay as they are. Indices are 0..size-1.
void fillBatch(const DatasetPart &part, llvm::ArrayRef<int64_t> indices,
               float *out);

/// Copies the labels at `indices` to `out`, an array of [indices.size()].
void fillLabels(const DatasetPart &part, llvm::ArrayRef<int64_t> indices,
                int32_t *out);

/// Copies the objects of the images at `indices` to `labels`, an array of
/// [indices.size(), slots], and `boxes`, [indices.size(), slots, 4]. Slots that
/// are left over get the label -1 and a box of zeros; there are at least as
/// many as the data set has for an image.
void fillObjects(const DatasetPart &part, llvm::ArrayRef<int64_t> indices,
                 int64_t slots, int32_t *labels, float *boxes);

/// An error that names `path` unless each label is in 0..classes-1.
llvm::Error checkLabels(llvm::StringRef path, llvm::ArrayRef<int32_t> labels,
                        int64_t classes);

} // namespace dorefa::data

#endif // DOREFA_DATA_DATASETPART_H
