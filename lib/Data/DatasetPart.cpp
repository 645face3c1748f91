//===- DatasetPart.cpp - Labelled images ----------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/DatasetPart.h"

#include "dorefa/Data/File.h"

#include "llvm/ADT/STLExtras.h"

#include <array>
#include <cstring>

using namespace llvm;
using namespace dorefa::data;

/// value / 255 in f32, correctly rounded, for each value of a pixel.
static const std::array<float, 256> &pixelValues() {
  static const std::array<float, 256> values = [] {
    std::array<float, 256> table;
    for (int value = 0; value < 256; ++value)
      table[value] = static_cast<float>(value) / 255.0f;
    return table;
  }();
  return values;
}

void dorefa::data::fillBatch(const DatasetPart &part, ArrayRef<int64_t> indices,
                             float *out) {
  if (part.size() == 0)
    return;
  const int64_t stride = part.images.numElements() / part.size();
  for (int64_t index : indices) {
    assert(index >= 0 && index < part.size() && "index of no image");
    if (part.images.elementType() == ElementType::U8) {
      const std::array<float, 256> &values = pixelValues();
      for (uint8_t pixel :
           part.images.data<uint8_t>().slice(index * stride, stride))
        *out++ = values[pixel];
    } else {
      ArrayRef<float> image =
          part.images.data<float>().slice(index * stride, stride);
      out = std::copy(image.begin(), image.end(), out);
    }
  }
}

void dorefa::data::fillLabels(const DatasetPart &part,
                              ArrayRef<int64_t> indices, int32_t *out) {
  for (int64_t index : indices) {
    assert(index >= 0 && index < part.size() && "index of no image");
    *out++ = part.labels[index];
  }
}

void dorefa::data::fillObjects(const DatasetPart &part,
                               ArrayRef<int64_t> indices, int64_t slots,
                               int32_t *labels, float *boxes) {
  const Objects &objects = *part.objects;
  assert(slots >= objects.perImage && "no room for the objects of an image");
  std::fill_n(labels, indices.size() * slots, -1);
  std::fill_n(boxes, indices.size() * slots * 4, 0.0f);
  for (auto [row, index] : enumerate(indices)) {
    assert(index >= 0 && index < part.size() && "index of no image");
    for (int64_t slot = 0; slot < objects.perImage; ++slot) {
      const int64_t from = index * objects.perImage + slot;
      const int64_t to = row * slots + slot;
      labels[to] = objects.labels[from];
      llvm::copy(objects.boxes[from], boxes + 4 * to);
    }
  }
}

Error dorefa::data::checkLabels(StringRef path, ArrayRef<int32_t> labels,
                                int64_t classes) {
  for (auto [index, label] : enumerate(labels))
    if (label < 0 || label >= classes)
      return fileError(path, "label " + Twine(label) + " at index " +
                                 Twine(index) + " is not in 0.." +
                                 Twine(classes - 1));
  return Error::success();
}
