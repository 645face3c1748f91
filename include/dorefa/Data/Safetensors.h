//===- Safetensors.h - Safetensors files ------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_SAFETENSORS_H
#define DOREFA_DATA_SAFETENSORS_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace dorefa::data {

/// The contents of a safetensors file
/// (https://github.com/huggingface/safetensors).
struct Safetensors {
  std::map<std::string, Tensor> tensors;
  /// The strings of "__metadata__".
  std::map<std::string, std::string> metadata;
};

/// Reads a whole file and checks all of it: the bounds of the header; that
/// names are unique and element types known; that the size of each tensor is
/// that of its type and shape; and that the tensors cover the data without
/// gaps or overlaps.
llvm::Expected<Safetensors> readSafetensors(llvm::StringRef path);

/// The same for bytes in memory; `path` is for messages.
llvm::Expected<Safetensors> parseSafetensors(llvm::ArrayRef<uint8_t> bytes,
                                             llvm::StringRef path);

/// Writes a file atomically (see `writeFileAtomically`): after an error the
/// old one is as it was. Names and metadata are UTF-8, and no tensor is named
/// "__metadata__". The header is sorted by name; the data by decreasing size
/// of the elements and then by name, so that each tensor is aligned; so equal
/// contents give equal bytes.
llvm::Error writeSafetensors(llvm::StringRef path, const Safetensors &contents);

} // namespace dorefa::data

#endif // DOREFA_DATA_SAFETENSORS_H
