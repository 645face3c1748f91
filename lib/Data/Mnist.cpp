//===- Mnist.cpp - MNIST and its relatives --------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Mnist.h"

#include "dorefa/Data/DataFiles.h"
#include "dorefa/Data/File.h"
#include "dorefa/Data/Idx.h"

using namespace llvm;
using namespace dorefa::data;

static constexpr int64_t classes = 10;

static Expected<DatasetPart> loadPart(StringRef imagePath,
                                      StringRef labelPath) {
  Expected<Tensor> images = readIdxImages(imagePath);
  if (!images)
    return images.takeError();
  Expected<Tensor> labels = readIdxLabels(labelPath);
  if (!labels)
    return labels.takeError();
  if (images->shape()[0] != labels->shape()[0])
    return fileError(labelPath, "expected " + Twine(images->shape()[0]) +
                                    " labels, one for each image of " +
                                    imagePath + ", found " +
                                    Twine(labels->shape()[0]));
  DatasetPart part;
  ArrayRef<uint8_t> values = labels->data<uint8_t>();
  part.labels.assign(values.begin(), values.end());
  if (Error error = checkLabels(labelPath, part.labels, classes))
    return error;
  part.images = std::move(*images);
  ArrayRef<int64_t> shape = part.images.shape();
  part.images.reshape({shape[0], shape[1], shape[2], 1});
  return part;
}

Expected<Dataset> dorefa::data::loadMnist(StringRef name, StringRef directory,
                                          StringRef hint) {
  Expected<SmallVector<std::string>> files =
      findDataFiles(name, directory,
                    {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                     "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
                    {"", ".gz"}, hint);
  if (!files)
    return files.takeError();
  Expected<DatasetPart> train = loadPart((*files)[0], (*files)[1]);
  if (!train)
    return train.takeError();
  Expected<DatasetPart> test = loadPart((*files)[2], (*files)[3]);
  if (!test)
    return test.takeError();
  Dataset dataset;
  dataset.name = name.str();
  dataset.train = std::move(*train);
  dataset.test = std::move(*test);
  dataset.classes = classes;
  return dataset;
}
