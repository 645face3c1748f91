//===- MatFile.h - MATLAB level 5 files -------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_MATFILE_H
#define DOREFA_DATA_MATFILE_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace dorefa::data {

/// Reads the numeric arrays `names` from a MATLAB level 5 file (MAT-File
/// Format, The MathWorks), little-endian, compressed or not.
///
/// MATLAB is column-major: an array of size [a, b, c] comes back as a row-major
/// tensor of the reversed shape [c, b, a], whose bytes are those of the file.
/// Elements that the file stores in a narrower integer type than the array's
/// are widened. Errors: another format (level 4, 7.3), truncated or corrupt
/// data, a missing array, or one of `names` that is complex or not numeric.
llvm::Expected<std::map<std::string, Tensor>>
readMatFile(llvm::StringRef path, llvm::ArrayRef<llvm::StringRef> names);

/// The same for bytes in memory; `path` is for messages.
llvm::Expected<std::map<std::string, Tensor>>
parseMatFile(llvm::ArrayRef<uint8_t> bytes,
             llvm::ArrayRef<llvm::StringRef> names, llvm::StringRef path);

} // namespace dorefa::data

#endif // DOREFA_DATA_MATFILE_H
