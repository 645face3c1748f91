//===- Npy.h - NumPy .npy files ---------------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_NPY_H
#define DOREFA_DATA_NPY_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

namespace dorefa::data {

/// Reads a .npy file of version 1, 2 or 3 (numpy.lib.format). Arrays in Fortran
/// order are converted to row-major. Errors: the file cannot be read, has
/// another magic, is truncated or longer than its array, or holds elements
/// that are big-endian, structured, Python objects or of no `ElementType`.
llvm::Expected<Tensor> readNpy(llvm::StringRef path);

/// The same for bytes in memory; `path` is for messages.
llvm::Expected<Tensor> parseNpy(llvm::ArrayRef<uint8_t> bytes,
                                llvm::StringRef path);

/// Writes a .npy file, atomically, of version 1 wherever its header fits.
llvm::Error writeNpy(llvm::StringRef path, const Tensor &tensor);

} // namespace dorefa::data

#endif // DOREFA_DATA_NPY_H
