//===- Objects.h - Labelled boxes in images ---------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_OBJECTS_H
#define DOREFA_DATA_OBJECTS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <array>
#include <cstdint>
#include <vector>

namespace dorefa::data {

/// Left, top, right and bottom, as shares of the image's width and height.
using Box = std::array<float, 4>;

/// The objects of a number of images, padded to as many for each.
struct Objects {
  int64_t perImage = 1;
  /// [images, perImage]: the class of each, -1 where there is no object. Those
  /// of an image come first.
  std::vector<int32_t> labels;
  /// [images, perImage]; of no object, all zeros.
  std::vector<Box> boxes;
  /// [images, perImage]: 1 for an object that detection is not measured by.
  std::vector<uint8_t> difficult;

  int64_t images() const { return labels.size() / perImage; }

  /// Adds an image without objects.
  void addImage();
  /// Adds an object to the last image, which has room for it.
  void addObject(int32_t label, const Box &box, bool isDifficult = false);
  /// Keeps the objects of the first `count` images.
  void takeFront(int64_t count);

private:
  int64_t inLast = 0;
};

/// An error that names `path` unless labels are in -1..classes-1, each image's
/// objects come first, and their boxes lie in the image and are not empty.
llvm::Error checkObjects(llvm::StringRef path, const Objects &objects,
                         int64_t classes);

} // namespace dorefa::data

#endif // DOREFA_DATA_OBJECTS_H
