//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Errors in expectations; LLVM's own matchers are not in the packages.

#ifndef DOREFA_TEST_UNIT_ERRORMESSAGE_H
#define DOREFA_TEST_UNIT_ERRORMESSAGE_H

#include "llvm/Support/Error.h"

#include <string>

namespace dorefa::test {

/// The message of an error, empty for success.
inline std::string messageOf(llvm::Error error) {
  return llvm::toString(std::move(error));
}
template <typename T>
std::string messageOf(llvm::Expected<T> &value) {
  return value ? std::string() : llvm::toString(value.takeError());
}
template <typename T>
std::string messageOf(llvm::Expected<T> &&value) {
  return messageOf(value);
}

} // namespace dorefa::test

#endif // DOREFA_TEST_UNIT_ERRORMESSAGE_H
