//===- Npz.h - NumPy .npz archives ------------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_NPZ_H
#define DOREFA_DATA_NPZ_H

#include "dorefa/Data/Tensor.h"
#include "dorefa/Data/Zip.h"

#include "llvm/Support/Error.h"

namespace dorefa::data {

/// A .npz archive, as numpy.savez and numpy.savez_compressed write it: a zip
/// with a NAME.npy for each array. Arrays are read when asked for.
class NpzFile {
public:
  static llvm::Expected<NpzFile> open(llvm::StringRef path);

  explicit NpzFile(ZipArchive archive) : archive(std::move(archive)) {}

  /// The names of the arrays, without ".npy", in the order of the archive.
  llvm::SmallVector<llvm::StringRef> names() const;

  /// The array `name`. That there is none is an error that lists the names.
  llvm::Expected<Tensor> read(llvm::StringRef name) const;

private:
  ZipArchive archive;
};

} // namespace dorefa::data

#endif // DOREFA_DATA_NPZ_H
