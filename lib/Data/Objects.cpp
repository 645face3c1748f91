//===- Objects.cpp - Labelled boxes in images -----------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Objects.h"

#include "dorefa/Data/File.h"

#include <cassert>

using namespace llvm;
using namespace dorefa::data;

void Objects::addImage() {
  labels.insert(labels.end(), perImage, -1);
  boxes.insert(boxes.end(), perImage, Box{});
  difficult.insert(difficult.end(), perImage, 0);
  inLast = 0;
}

void Objects::addObject(int32_t label, const Box &box, bool isDifficult) {
  assert(inLast < perImage && "no room for another object");
  size_t at = labels.size() - perImage + inLast++;
  labels[at] = label;
  boxes[at] = box;
  difficult[at] = isDifficult;
}

void Objects::takeFront(int64_t count) {
  labels.resize(count * perImage);
  boxes.resize(count * perImage);
  difficult.resize(count * perImage);
}

Error dorefa::data::checkObjects(StringRef path, const Objects &objects,
                                 int64_t classes) {
  for (int64_t image = 0; image < objects.images(); ++image) {
    bool ended = false;
    for (int64_t slot = 0; slot < objects.perImage; ++slot) {
      const int64_t at = image * objects.perImage + slot;
      auto wrong = [&](const Twine &message) {
        return fileError(path, "object " + Twine(slot) + " of image " +
                                   Twine(image) + ": " + message);
      };
      const int32_t label = objects.labels[at];
      if (label < -1 || label >= classes)
        return wrong("label " + Twine(label) + " is not in 0.." +
                     Twine(classes - 1));
      if (label == -1) {
        ended = true;
        continue;
      }
      if (ended)
        return wrong("it comes after a label of -1");
      const Box &box = objects.boxes[at];
      // Negated, so that a NaN is wrong.
      if (!(0 <= box[0] && box[0] < box[2] && box[2] <= 1 && 0 <= box[1] &&
            box[1] < box[3] && box[3] <= 1))
        return wrong("the box is empty or not in the image");
    }
  }
  return Error::success();
}
