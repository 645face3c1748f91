//===- DatasetPart.h - Labelled images --------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_DATASETPART_H
#define DOREFA_DATA_DATASETPART_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <vector>

namespace dorefa::data {

/// The images and labels to train on, or those to test on.
struct DatasetPart {
  /// [count, height, width, channels], of u8 (0..255) or f32 elements.
  Tensor images;
  /// One for each image, 0..classes-1.
  std::vector<int32_t> labels;

  int64_t size() const { return labels.size(); }
};

/// Copies the images at `indices` to `out`, an array of
/// [indices.size(), height, width, channels]: u8 elements become value / 255,
/// f32 elements stay as they are. Indices are 0..size-1.
void fillBatch(const DatasetPart &part, llvm::ArrayRef<int64_t> indices,
               float *out);

/// Copies the labels at `indices` to `out`, an array of [indices.size()].
void fillLabels(const DatasetPart &part, llvm::ArrayRef<int64_t> indices,
                int32_t *out);

/// An error that names `path` unless each label is in 0..classes-1.
llvm::Error checkLabels(llvm::StringRef path, llvm::ArrayRef<int32_t> labels,
                        int64_t classes);

} // namespace dorefa::data

#endif // DOREFA_DATA_DATASETPART_H
