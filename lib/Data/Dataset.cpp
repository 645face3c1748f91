//===- Dataset.cpp - Images with labels or objects ------------------------===//
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
#include "dorefa/Data/Scenes.h"
#include "dorefa/Data/SpecOptions.h"
#include "dorefa/Data/Svhn.h"
#include "dorefa/Data/Voc.h"

using namespace llvm;
using namespace dorefa::data;

static constexpr StringLiteral fashionDirectory =
    "/usr/share/datasets/fashion-mnist";

static Expected<Dataset> loadFashionMnist(StringRef name, StringRef where) {
  return loadMnist(name, where.empty() ? StringRef(fashionDirectory) : where,
                   "on Debian: apt-get install dataset-fashion-mnist");
}

/// Scenes of the items of fashion-mnist: those to train on of the items to
/// train on, and those to test on of the others.
static Expected<Dataset> loadFashionScenes(StringRef name, StringRef where) {
  SpecOptions options(name, where);
  int64_t train = 4096, test = 1024, seed = 1;
  SceneOptions scene;
  if (Error error = options.takeInteger("train", 1, 1 << 20, train))
    return error;
  if (Error error = options.takeInteger("test", 1, 1 << 20, test))
    return error;
  if (Error error = options.takeInteger("size", 32, 1024, scene.size))
    return error;
  if (Error error = options.takeInteger("objects", 1, 64, scene.objects))
    return error;
  if (Error error = options.takeInteger("seed", 0, INT64_MAX, seed))
    return error;
  if (Error error = options.finish())
    return error;
  Expected<Dataset> dataset = loadFashionMnist(name, options.directory());
  if (!dataset)
    return dataset.takeError();
  scene.seed = seed;
  for (DatasetPart *part : {&dataset->train, &dataset->test}) {
    const Tensor &items = part->images;
    if (part->size() == 0 || items.shape()[1] != items.shape()[2])
      return fileError(options.directory(),
                       "expected square items to compose scenes of, found " +
                           describe(items));
    scene.part = part == &dataset->test;
    scene.count = scene.part ? test : train;
    *part = composeScenes(*part, scene);
  }
  return dataset;
}

static Expected<Dataset> loadNamedVoc(StringRef name, StringRef where) {
  SpecOptions options(name, where);
  VocOptions voc;
  if (Error error = options.takeInteger("size", 32, 2048, voc.size))
    return error;
  if (Error error = options.takeInteger("channels", 1, 3, voc.channels))
    return error;
  if (voc.channels == 2)
    return fileError(("data set '" + name + "'").str(),
                     "channels=2: expected 1 or 3");
  if (Error error = options.takeText("train", voc.train))
    return error;
  if (Error error = options.takeText("test", voc.test))
    return error;
  if (Error error = options.finish())
    return error;
  return loadVoc(options.directory(), voc);
}

static Expected<Dataset> loadNamed(StringRef name, StringRef where) {
  if (name == "fashion-mnist")
    return loadFashionMnist(name, where);
  if (name == "fashion-scenes")
    return loadFashionScenes(name, where);
  const bool isKnown = name == "mnist" || name == "svhn" || name == "cifar10" ||
                       name == "npz" || name == "voc";
  if (!isKnown)
    return fileError(("data set '" + name + "'").str(),
                     "is not known; expected fashion-mnist, fashion-scenes, "
                     "mnist, svhn, cifar10, npz or voc, as NAME[:DIR]");
  if (name == "voc" && SpecOptions(name, where).directory().empty())
    where = "";
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
  if (name == "voc")
    return loadNamedVoc(name, where);
  return loadNpzDataset(where);
}

/// What every data set must fulfil, whatever its files are.
static Error checkPart(StringRef name, const DatasetPart &part,
                       int64_t classes) {
  ArrayRef<int64_t> shape = part.images.shape();
  assert(shape.size() == 4 && "loaders make images of rank 4");
  if (shape[0] != part.size())
    return fileError(name, "expected as many labels as images, found " +
                               Twine(part.size()) + " labels and " +
                               Twine(shape[0]) + " images");
  if (part.images.numElements() == 0)
    return fileError(name, "expected images with pixels, found " +
                               describe(part.images));
  if (part.objects)
    return checkObjects(name, *part.objects, classes);
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
  if (part.objects)
    part.objects->takeFront(*limit);
  else
    part.labels.resize(*limit);
  return Error::success();
}

Expected<Dataset> dorefa::data::loadDataset(StringRef spec,
                                            const LoadOptions &options) {
  auto [name, where] = spec.split(':');
  Expected<Dataset> dataset = loadNamed(name, where);
  if (!dataset)
    return dataset.takeError();
  if (Error error = checkPart((spec + " (train)").str(), dataset->train,
                              dataset->classes))
    return error;
  if (Error error =
          checkPart((spec + " (test)").str(), dataset->test, dataset->classes))
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
