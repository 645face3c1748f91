//===- NpzDataset.cpp - Data sets in .npz archives ------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/NpzDataset.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Npz.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace dorefa::data;

static Expected<Tensor> readImages(const NpzFile &file, StringRef name,
                                   StringRef path) {
  Expected<Tensor> images = file.read(name);
  if (!images)
    return images.takeError();
  ArrayRef<int64_t> shape = images->shape();
  const bool isFloat = images->elementType() == ElementType::F32;
  if ((images->elementType() != ElementType::U8 && !isFloat) ||
      shape.size() < 2 || shape.size() > 4)
    return fileError(path, "expected " + name +
                               " of 2 to 4 dimensions, u8 or f32, found " +
                               describe(*images));
  if (isFloat)
    for (auto [index, value] : enumerate(images->data<float>()))
      if (!std::isfinite(value))
        return fileError(path, "expected finite values in " + name +
                                   ", found another one at element " +
                                   Twine(index));
  if (shape.size() == 2)
    images->reshape({shape[0], 1, 1, shape[1]});
  else if (shape.size() == 3)
    images->reshape({shape[0], shape[1], shape[2], 1});
  return images;
}

static Error readLabels(const NpzFile &file, StringRef name, StringRef path,
                        std::vector<int32_t> &result) {
  Expected<Tensor> labels = file.read(name);
  if (!labels)
    return labels.takeError();
  const bool isColumn = labels->rank() == 2 && labels->shape()[1] == 1;
  if (labels->rank() != 1 && !isColumn)
    return fileError(path, "expected " + name + " of one dimension, found " +
                               describe(*labels));
  return visitElementType(labels->elementType(), [&](auto zero) -> Error {
    using T = decltype(zero);
    if constexpr (!std::is_integral_v<T> || std::is_same_v<T, bool>) {
      return fileError(path, "expected " + name + " of integers, found " +
                                 describe(*labels));
    } else {
      for (auto [index, label] : enumerate(labels->data<T>())) {
        if (label < T(0) || static_cast<uint64_t>(label) >= INT32_MAX)
          return fileError(path, "expected labels from 0 to 2^31-2 in " + name +
                                     ", found " + std::to_string(label) +
                                     " at index " + Twine(index));
        result.push_back(static_cast<int32_t>(label));
      }
      return Error::success();
    }
  });
}

static Expected<DatasetPart> readPart(const NpzFile &file, StringRef suffix,
                                      StringRef path) {
  std::string x = ("x_" + suffix).str(), y = ("y_" + suffix).str();
  DatasetPart part;
  Expected<Tensor> images = readImages(file, x, path);
  if (!images)
    return images.takeError();
  part.images = std::move(*images);
  if (Error error = readLabels(file, y, path, part.labels))
    return error;
  if (part.images.shape()[0] != part.size())
    return fileError(path, "expected " + Twine(part.images.shape()[0]) +
                               " labels in " + y + ", one for each image of " +
                               x + ", found " + Twine(part.size()));
  return part;
}

Expected<Dataset> dorefa::data::loadNpzDataset(StringRef path) {
  Expected<NpzFile> file = NpzFile::open(path);
  if (!file)
    return file.takeError();
  Expected<DatasetPart> train = readPart(*file, "train", path);
  if (!train)
    return train.takeError();
  Expected<DatasetPart> test = readPart(*file, "test", path);
  if (!test)
    return test.takeError();
  Dataset dataset;
  dataset.name = "npz";
  dataset.train = std::move(*train);
  dataset.test = std::move(*test);
  for (const DatasetPart *part : {&dataset.train, &dataset.test})
    for (int32_t label : part->labels)
      dataset.classes = std::max<int64_t>(dataset.classes, int64_t(label) + 1);
  return dataset;
}
