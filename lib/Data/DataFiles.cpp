//===- DataFiles.cpp - Finding the files of a data set --------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/DataFiles.h"

#include "dorefa/Data/File.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace dorefa::data;

Expected<SmallVector<std::string>>
dorefa::data::findDataFiles(StringRef dataset, StringRef directory,
                            ArrayRef<StringRef> stems,
                            ArrayRef<StringRef> suffixes, StringRef hint) {
  SmallVector<std::string> found, missing;
  for (StringRef stem : stems) {
    const size_t before = found.size();
    for (StringRef suffix : suffixes) {
      SmallString<128> path(directory);
      sys::path::append(path, stem + suffix);
      if (sys::fs::exists(path)) {
        found.push_back(path.str().str());
        break;
      }
    }
    if (found.size() == before)
      missing.push_back((stem + suffixes.front()).str());
  }
  if (missing.empty())
    return found;

  std::string message = "data set '" + dataset.str() + "' not found: no " +
                        join(missing, ", no ");
  if (suffixes.size() > 1)
    message += " (nor with " + join(suffixes.drop_front(), ", ") + ")";
  if (!hint.empty())
    message += "; " + hint.str();
  return fileError(directory, message);
}
