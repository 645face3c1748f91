//===- Cifar10.h - CIFAR-10 -------------------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_CIFAR10_H
#define DOREFA_DATA_CIFAR10_H

#include "dorefa/Data/Dataset.h"

namespace dorefa::data {

/// Loads the binary version of CIFAR-10
/// (https://www.cs.toronto.edu/~kriz/cifar.html): data_batch_1.bin to
/// data_batch_5.bin and test_batch.bin, in `directory` or in its
/// cifar-10-batches-bin. Images are u8[count, 32, 32, 3], in RGB.
llvm::Expected<Dataset> loadCifar10(llvm::StringRef directory);

/// Reads batches and appends them to one another. A batch is a sequence of
/// records, each a label byte and 3 planes of 32x32 bytes; the planes are
/// interleaved here.
llvm::Expected<DatasetPart>
readCifar10Batches(llvm::ArrayRef<std::string> paths);

} // namespace dorefa::data

#endif // DOREFA_DATA_CIFAR10_H
