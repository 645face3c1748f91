//===- SpecOptions.h - Options behind a data set's name ---------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_SPECOPTIONS_H
#define DOREFA_DATA_SPECOPTIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace dorefa::data {

/// What stands behind the name of a data set: [DIR][,KEY=VALUE]..., or
/// KEY=VALUE... without a directory. Each error names the data set and the key.
class SpecOptions {
public:
  SpecOptions(llvm::StringRef dataset, llvm::StringRef text);

  llvm::StringRef directory() const { return where; }

  /// Takes the value of `key`, a number from `least` to `most`; `target` stays
  /// as it is without one.
  llvm::Error takeInteger(llvm::StringRef key, int64_t least, int64_t most,
                          int64_t &target);
  llvm::Error takeText(llvm::StringRef key, std::string &target);

  /// An error unless every key was taken.
  llvm::Error finish() const;

private:
  struct Option {
    std::string key, value;
    bool taken = false;
  };
  Option *find(llvm::StringRef key);

  std::string dataset, where, known;
  std::vector<Option> options;
};

} // namespace dorefa::data

#endif // DOREFA_DATA_SPECOPTIONS_H
