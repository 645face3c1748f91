//===- Mnist.h - MNIST and its relatives ------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_MNIST_H
#define DOREFA_DATA_MNIST_H

#include "dorefa/Data/Dataset.h"

namespace dorefa::data {

/// Loads MNIST, Fashion-MNIST or another data set of the same four IDX files
/// ({train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or .gz) and ten
/// classes. Images are u8, of one channel, and need not be 28x28.
/// \param hint where to get the files, for the error that they are missing.
llvm::Expected<Dataset> loadMnist(llvm::StringRef name,
                                  llvm::StringRef directory,
                                  llvm::StringRef hint = "");

} // namespace dorefa::data

#endif // DOREFA_DATA_MNIST_H
