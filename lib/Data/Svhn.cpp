//===- Svhn.cpp - Street View House Numbers -------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Svhn.h"

#include "dorefa/Data/DataFiles.h"
#include "dorefa/Data/File.h"
#include "dorefa/Data/MatFile.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace dorefa::data;

static constexpr int64_t classes = 10, side = 32, channels = 3;

/// The labels 1..10 as 0..9, the 10 being a zero. The file has them as f64.
static Error readLabels(const Tensor &labels, StringRef path,
                        std::vector<int32_t> &result) {
  return visitElementType(labels.elementType(), [&](auto zero) -> Error {
    using T = decltype(zero);
    for (auto [index, label] : enumerate(labels.data<T>())) {
      // Compared before the conversion, which must not overflow.
      const bool valid = label >= T(1) && !(label > T(10)) &&
                         static_cast<double>(static_cast<int>(label)) ==
                             static_cast<double>(label);
      if (!valid)
        return fileError(path, "expected labels in 1..10 in y, found another "
                               "one at index " +
                                   Twine(index));
      result.push_back(static_cast<int32_t>(label) % 10);
    }
    return Error::success();
  });
}

Expected<DatasetPart> dorefa::data::readSvhnPart(StringRef path) {
  Expected<std::map<std::string, Tensor>> arrays =
      readMatFile(path, {"X", "y"});
  if (!arrays)
    return arrays.takeError();
  const Tensor &x = arrays->find("X")->second, &y = arrays->find("y")->second;

  // The shapes are the reverse of MATLAB's.
  if (x.elementType() != ElementType::U8 || x.rank() != 4 ||
      x.shape().drop_front() != ArrayRef<int64_t>{channels, side, side})
    return fileError(path, "expected X of size 32x32x3xN and class uint8, "
                           "found (reversed) " +
                               describe(x));
  const int64_t count = x.shape()[0];
  if (y.rank() != 2 || y.shape()[0] != 1 || y.shape()[1] != count)
    return fileError(path, "expected y of size " + Twine(count) +
                               "x1, one label for each image of X, found "
                               "(reversed) " +
                               describe(y));
  DatasetPart part;
  part.labels.reserve(count);
  if (Error error = readLabels(y, path, part.labels))
    return error;

  part.images = Tensor(ElementType::U8, {count, side, side, channels});
  uint8_t *target = part.images.bytes().data();
  const uint8_t *source = x.bytes().data();
  // [channel][column][row] of each image becomes [row][column][channel].
  for (int64_t i = 0; i < count; ++i, source += channels * side * side)
    for (int64_t row = 0; row < side; ++row)
      for (int64_t column = 0; column < side; ++column)
        for (int64_t channel = 0; channel < channels; ++channel)
          *target++ = source[(channel * side + column) * side + row];
  return part;
}

Expected<Dataset> dorefa::data::loadSvhn(StringRef directory) {
  Expected<SmallVector<std::string>> files =
      findDataFiles("svhn", directory, {"train_32x32", "test_32x32"}, {".mat"},
                    "get them from http://ufldl.stanford.edu/housenumbers");
  if (!files)
    return files.takeError();
  Expected<DatasetPart> train = readSvhnPart((*files)[0]);
  if (!train)
    return train.takeError();
  Expected<DatasetPart> test = readSvhnPart((*files)[1]);
  if (!test)
    return test.takeError();
  Dataset dataset;
  dataset.name = "svhn";
  dataset.train = std::move(*train);
  dataset.test = std::move(*test);
  dataset.classes = classes;
  return dataset;
}
