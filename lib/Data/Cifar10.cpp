//===- Cifar10.cpp - CIFAR-10 ---------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Cifar10.h"

#include "dorefa/Data/DataFiles.h"
#include "dorefa/Data/File.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace dorefa::data;

static constexpr int64_t classes = 10, side = 32, channels = 3;
static constexpr size_t pixels = side * side, image = pixels * channels;
static constexpr size_t record = 1 + image;

Expected<DatasetPart>
dorefa::data::readCifar10Batches(ArrayRef<std::string> paths) {
  SmallVector<std::unique_ptr<MemoryBuffer>> buffers;
  int64_t count = 0;
  for (StringRef path : paths) {
    Expected<std::unique_ptr<MemoryBuffer>> buffer = readFile(path);
    if (!buffer)
      return buffer.takeError();
    size_t size = (*buffer)->getBufferSize();
    if (size == 0 || size % record != 0)
      return fileError(path, "expected records of " + Twine(record) +
                                 " bytes, found " + Twine(size) +
                                 " bytes: truncated or not a CIFAR-10 batch");
    count += size / record;
    buffers.push_back(std::move(*buffer));
  }

  DatasetPart part;
  part.images = Tensor(ElementType::U8, {count, side, side, channels});
  uint8_t *target = part.images.bytes().data();
  for (auto [path, buffer] : zip_equal(paths, buffers)) {
    size_t before = part.labels.size();
    for (ArrayRef<uint8_t> rest = bytesOf(*buffer); !rest.empty();
         rest = rest.drop_front(record)) {
      part.labels.push_back(rest[0]);
      for (size_t pixel = 0; pixel < pixels; ++pixel)
        for (size_t channel = 0; channel < channels; ++channel)
          *target++ = rest[1 + channel * pixels + pixel];
    }
    if (Error error = checkLabels(
            path, ArrayRef<int32_t>(part.labels).drop_front(before), classes))
      return error;
  }
  return part;
}

Expected<Dataset> dorefa::data::loadCifar10(StringRef directory) {
  // The archive unpacks to this directory.
  SmallString<128> unpacked(directory);
  sys::path::append(unpacked, "cifar-10-batches-bin");
  Expected<SmallVector<std::string>> files = findDataFiles(
      "cifar10", sys::fs::is_directory(unpacked) ? unpacked.str() : directory,
      {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4",
       "data_batch_5", "test_batch"},
      {".bin"},
      "get cifar-10-binary.tar.gz from "
      "https://www.cs.toronto.edu/~kriz/cifar.html");
  if (!files)
    return files.takeError();
  ArrayRef<std::string> paths = *files;
  Expected<DatasetPart> train = readCifar10Batches(paths.drop_back());
  if (!train)
    return train.takeError();
  Expected<DatasetPart> test = readCifar10Batches(paths.take_back());
  if (!test)
    return test.takeError();
  Dataset dataset;
  dataset.name = "cifar10";
  dataset.train = std::move(*train);
  dataset.test = std::move(*test);
  dataset.classes = classes;
  return dataset;
}
