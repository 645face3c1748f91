//===- NpzDataset.h - Data sets in .npz archives ----------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_NPZDATASET_H
#define DOREFA_DATA_NPZDATASET_H

#include "dorefa/Data/Dataset.h"

namespace dorefa::data {

/// Loads a data set from a .npz archive of four arrays:
///   x_train, x_test   u8 or finite f32, of shape [count, features],
///                     [count, height, width] or
///                     [count, height, width, channels]
///   y_train, y_test   any integers from 0, of shape [count] or [count, 1]
/// Features become the channels of images of 1x1 pixels. There are as many
/// classes as the largest label says.
llvm::Expected<Dataset> loadNpzDataset(llvm::StringRef path);

} // namespace dorefa::data

#endif // DOREFA_DATA_NPZDATASET_H
