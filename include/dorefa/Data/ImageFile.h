//===- ImageFile.h - Pictures in PNG and JPEG files -------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_IMAGEFILE_H
#define DOREFA_DATA_IMAGEFILE_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

namespace dorefa::data {

/// Reads a PNG or JPEG file, told apart by their first bytes, as u8 tensor
/// [height, width, channels], 1 (grey) or 3 (red, green, blue) channels, into
/// which colours and transparency (over black) are converted. Errors name the
/// file.
llvm::Expected<Tensor> readImage(llvm::StringRef path, int64_t channels);

/// Writes a u8 tensor [height, width, 1 or 3] as PNG, atomically.
llvm::Error writePng(llvm::StringRef path, const Tensor &image);

/// Scales a u8 tensor [height, width, channels] to another size, each axis by
/// itself, with a triangular filter that is as wide as two pixels of the
/// coarser of both images.
Tensor resizeImage(const Tensor &image, int64_t height, int64_t width);

} // namespace dorefa::data

#endif // DOREFA_DATA_IMAGEFILE_H
