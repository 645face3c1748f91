//===- Scenes.h - Scenes composed of small images ---------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_SCENES_H
#define DOREFA_DATA_SCENES_H

#include "dorefa/Data/DatasetPart.h"

namespace dorefa::data {

/// How scenes are made. Sizes are in pixels.
struct SceneOptions {
  int64_t count = 0; // of scenes
  int64_t size = 80; // of the square canvas
  int64_t objects = 4;
  /// The sides that an item, margins included, is scaled to.
  int64_t leastSide = 24, mostSide = 48;
  uint64_t seed = 1;
  /// Keeps the scenes of a data set's parts apart.
  uint32_t part = 0;
};

/// Scenes of 1 to `objects` items each, u8 grey images [count, size, size, 1],
/// with the boxes of what of the items is brighter than their margins. Below
/// the items lie clutter and noise: fragments of other items, lines, a
/// gradient. All of it follows from the options and the items, in integer
/// arithmetic, so it is the same on every machine.
/// \param items square u8 grey images with their labels; at least one, and
///   bright things on black.
DatasetPart composeScenes(const DatasetPart &items,
                          const SceneOptions &options);

} // namespace dorefa::data

#endif // DOREFA_DATA_SCENES_H
