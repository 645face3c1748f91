//===- Voc.h - Data sets in the directories of PASCAL VOC -------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_VOC_H
#define DOREFA_DATA_VOC_H

#include "dorefa/Data/Dataset.h"

namespace dorefa::data {

struct VocOptions {
  /// The side of the square that images are scaled to.
  int64_t size = 300;
  int64_t channels = 3; // 1 or 3
  /// The image sets of the two parts, files of ImageSets/Main.
  std::string train = "train", test = "val";
};

/// Loads a directory in the layout of PASCAL VOC: lists of names in
/// ImageSets/Main/SET.txt, boxes in Annotations/NAME.xml, and images in
/// JPEGImages/NAME.jpg, .jpeg or .png. Classes are numbered in the order of the
/// names that occur in the annotations of the set to train on; one that the
/// other set alone has is an error, as are sizes and boxes that disagree with
/// the image. Boxes of VOC count pixels from 1, both ends included.
llvm::Expected<Dataset> loadVoc(llvm::StringRef directory,
                                const VocOptions &options);

} // namespace dorefa::data

#endif // DOREFA_DATA_VOC_H
