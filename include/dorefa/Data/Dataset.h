//===- Dataset.h - Images with labels or objects ----------------*- C++ -*-===//
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

  bool hasObjects() const { return train.objects.has_value(); }
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
///   fashion-scenes         scenes of objects, composed of the items of
///                          fashion-mnist (see Scenes.h); with options, as
///                          [DIR][,train=N][,test=N][,size=N][,objects=N]
///                          [,seed=N]
///   voc                    a directory in the layout of PASCAL VOC (see Voc.h);
///                          with options, as DIR[,size=N][,channels=1|3]
///                          [,train=SET][,test=SET]
/// DIR is optional for the two of fashion-mnist: the Debian package
/// dataset-fashion-mnist installs it. Magic numbers, sizes, counts and labels
/// are checked; each error names the file and what was expected of it.
llvm::Expected<Dataset> loadDataset(llvm::StringRef spec,
                                    const LoadOptions &options = {});

} // namespace dorefa::data

#endif // DOREFA_DATA_DATASET_H
