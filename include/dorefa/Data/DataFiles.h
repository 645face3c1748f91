//===- DataFiles.h - Finding the files of a data set ------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_DATAFILES_H
#define DOREFA_DATA_DATAFILES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>

namespace dorefa::data {

/// The paths of the files `stems` in `directory`, each with one of `suffixes`,
/// of which the first that exists is taken. If any is missing, the error names
/// the directory, the data set, each file looked for and `hint`, if any.
llvm::Expected<llvm::SmallVector<std::string>>
findDataFiles(llvm::StringRef dataset, llvm::StringRef directory,
              llvm::ArrayRef<llvm::StringRef> stems,
              llvm::ArrayRef<llvm::StringRef> suffixes,
              llvm::StringRef hint = "");

} // namespace dorefa::data

#endif // DOREFA_DATA_DATAFILES_H
