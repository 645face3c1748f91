//===- Svhn.h - Street View House Numbers -----------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_SVHN_H
#define DOREFA_DATA_SVHN_H

#include "dorefa/Data/Dataset.h"

namespace dorefa::data {

/// Loads the cropped digits of SVHN (http://ufldl.stanford.edu/housenumbers,
/// format 2): train_32x32.mat and test_32x32.mat. Images are
/// u8[count, 32, 32, 3], in RGB; the label 10 of the digit 0 becomes 0.
llvm::Expected<Dataset> loadSvhn(llvm::StringRef directory);

/// Reads one of the files: X of size [32, 32, 3, count], y of [count, 1].
llvm::Expected<DatasetPart> readSvhnPart(llvm::StringRef path);

} // namespace dorefa::data

#endif // DOREFA_DATA_SVHN_H
