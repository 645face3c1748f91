//===- Dataset.h - Image classification data sets ---------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_DATASET_H
#define DOREFA_DATA_DATASET_H

#include "dorefa/Data/DatasetPart.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace dorefa::data {

/// A data set in memory. Both parts have images, of the same element type,
/// height, width and channels.
struct Dataset {
  std::string name;
  DatasetPart train, test;
  int64_t height = 0, width = 0, channels = 0;
  int64_t classes = 0;
};

/// What to load. Declared once, and passed on whole.
struct LoadOptions {
  /// The most images to keep of each part, from its start; at least 1. All of
  /// a part are read and checked in any case.
  std::optional<int64_t> trainLimit, testLimit;
};

/// Loads the data set `spec`, NAME[:DIR]:
///   fashion-mnist, mnist   a directory of IDX files, plain or gzipped
///   svhn                   a directory with train_32x32.mat, test_32x32.mat
///   cifar10                a directory of the binary version's batches
///   npz                    a file with x_train, y_train, x_test, y_test
/// DIR is optional for fashion-mnist alone: the Debian package
/// dataset-fashion-mnist installs it. Magic numbers, sizes, counts and labels
/// are checked; each error names the file and what was expected of it.
llvm::Expected<Dataset> loadDataset(llvm::StringRef spec,
                                    const LoadOptions &options = {});

} // namespace dorefa::data

#endif // DOREFA_DATA_DATASET_H
