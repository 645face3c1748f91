//===- Idx.h - IDX files of the MNIST family --------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_IDX_H
#define DOREFA_DATA_IDX_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

namespace dorefa::data {

/// Reads images, u8[count, height, width], from an IDX file of magic
/// 0x00000803, plain or gzipped (http://yann.lecun.com/exdb/mnist). Another
/// magic, and more or fewer bytes than the header promises, are errors.
llvm::Expected<Tensor> readIdxImages(llvm::StringRef path);

/// The same for labels, u8[count], magic 0x00000801.
llvm::Expected<Tensor> readIdxLabels(llvm::StringRef path);

/// Parses an IDX file of u8 elements and `rank` dimensions, not gzipped, from
/// memory; `path` is for messages.
llvm::Expected<Tensor> parseIdx(llvm::ArrayRef<uint8_t> bytes, unsigned rank,
                                llvm::StringRef path);

} // namespace dorefa::data

#endif // DOREFA_DATA_IDX_H
