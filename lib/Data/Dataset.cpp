//===- Dataset.cpp - Image classification data sets -----------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Dataset.h"

#include "dorefa/Data/Cifar10.h"
#include "dorefa/Data/File.h"
#include "dorefa/Data/Mnist.h"
#include "dorefa/Data/NpzDataset.h"
#include "dorefa/Data/Svhn.h"

using namespace llvm;
using namespace dorefa::data;

static constexpr StringLiteral fashionDirectory =
    "/usr/share/datasets/fashion-mnist";

static Expected<Dataset> loadNamed(StringRef name, StringRef where) {
  if (name == "fashion-mnist")
    return loadMnist(name, where.empty() ? StringRef(fashionDirectory) : where,
                     "on Debian: apt-get install dataset-fashion-mnist");
  const bool isKnown =
      name == "mnist" || name == "svhn" || name == "cifar10" || name == "npz";
  if (!isKnown)
    return fileError(("data set '" + name + "'").str(),
                     "is not known; expected fashion-mnist, mnist, svhn, "
                     "cifar10 or npz, as NAME[:DIR]");
  if (where.empty())
    return fileError(
        ("data set '" + name + "'").str(),
        "expected a " + Twine(name == "npz" ? "file" : "directory") +
            " after the name, as " + name + (name == "npz" ? ":FILE" : ":DIR"));
  if (name == "mnist")
    return loadMnist(name, where);
  if (name == "svhn")
    return loadSvhn(where);
  if (name == "cifar10")
    return loadCifar10(where);
  return loadNpzDataset(where);
}

/// What every data set must fulfil, whatever its files are.
static Error checkPart(StringRef name, const DatasetPart &part) {
  ArrayRef<int64_t> shape = part.images.shape();
  assert(shape.size() == 4 && "loaders make images of rank 4");
  if (shape[0] != part.size())
    return fileError(name, "expected as many labels as images, found " +
                               Twine(part.size()) + " labels and " +
                               Twine(shape[0]) + " images");
  if (part.images.numElements() == 0)
    return fileError(name, "expected images with pixels, found " +
                               describe(part.images));
  return checkLabels(name, part.labels, INT32_MAX);
}

static Error limitPart(StringRef option, std::optional<int64_t> limit,
                       DatasetPart &part) {
  if (!limit)
    return Error::success();
  if (*limit < 1)
    return createStringError("the limit of " + option + " images is " +
                             Twine(*limit) + "; expected at least 1");
  if (*limit >= part.size())
    return Error::success();
  part.images = part.images.takeFront(*limit);
  part.labels.resize(*limit);
  return Error::success();
}

Expected<Dataset> dorefa::data::loadDataset(StringRef spec,
                                            const LoadOptions &options) {
  auto [name, where] = spec.split(':');
  Expected<Dataset> dataset = loadNamed(name, where);
  if (!dataset)
    return dataset.takeError();
  if (Error error = checkPart((spec + " (train)").str(), dataset->train))
    return error;
  if (Error error = checkPart((spec + " (test)").str(), dataset->test))
    return error;

  const Tensor &train = dataset->train.images, &test = dataset->test.images;
  if (train.shape().drop_front() != test.shape().drop_front() ||
      train.elementType() != test.elementType())
    return fileError(spec,
                     "expected train and test images of one kind, found " +
                         describe(train) + " and " + describe(test));
  dataset->height = train.shape()[1];
  dataset->width = train.shape()[2];
  dataset->channels = train.shape()[3];

  if (Error error = limitPart("train", options.trainLimit, dataset->train))
    return error;
  if (Error error = limitPart("test", options.testLimit, dataset->test))
    return error;
  return dataset;
}
