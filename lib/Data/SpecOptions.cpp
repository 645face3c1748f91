//===- SpecOptions.cpp - Options behind a data set's name -----------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/SpecOptions.h"

#include "dorefa/Data/File.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace dorefa::data;

SpecOptions::SpecOptions(StringRef dataset, StringRef text)
    : dataset(("data set '" + dataset + "'").str()) {
  SmallVector<StringRef> parts;
  text.split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (auto [i, part] : enumerate(parts)) {
    // A directory with '=' in its name needs a '/' before that: ./a=b.
    auto [key, value] = part.split('=');
    if (i == 0 && (key.size() == part.size() || key.contains('/')))
      where = part.str();
    else
      options.push_back({key.str(), value.str()});
  }
}

SpecOptions::Option *SpecOptions::find(StringRef key) {
  known += (known.empty() ? "" : ", ") + key.str();
  Option *found = nullptr;
  for (Option &option : options)
    if (option.key == key) {
      option.taken = true;
      found = &option;
    }
  return found;
}

Error SpecOptions::takeInteger(StringRef key, int64_t least, int64_t most,
                               int64_t &target) {
  Option *option = find(key);
  if (!option)
    return Error::success();
  int64_t number;
  if (StringRef(option->value).getAsInteger(10, number) || number < least ||
      number > most)
    return fileError(dataset, key + "=" + printable(option->value) +
                                  ": expected a number from " + Twine(least) +
                                  " to " + Twine(most));
  target = number;
  return Error::success();
}

Error SpecOptions::takeText(StringRef key, std::string &target) {
  if (Option *option = find(key)) {
    if (option->value.empty())
      return fileError(dataset, "expected a value after " + key + "=");
    target = option->value;
  }
  return Error::success();
}

Error SpecOptions::finish() const {
  for (const Option &option : options)
    if (!option.taken)
      return fileError(dataset, "option '" + printable(option.key) +
                                    "' is not known; expected " + known +
                                    ", as KEY=VALUE");
  return Error::success();
}
