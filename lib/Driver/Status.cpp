//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Status.h"

using namespace llvm;
using namespace dorefa::driver;

char StatusError::ID = 0;

Error dorefa::driver::inputError(const Twine &message) {
  return make_error<StatusError>(Status::inputWrong, message);
}

Error dorefa::driver::usageError(const Twine &message) {
  return make_error<StatusError>(Status::usage, message);
}

Error dorefa::driver::unavailableError(const Twine &message) {
  return make_error<StatusError>(Status::unavailable, message);
}

Status dorefa::driver::report(Error error, StringRef program,
                              raw_ostream &stream) {
  Status status = Status::done;
  handleAllErrors(std::move(error), [&](const ErrorInfoBase &info) {
    stream << program << ": error: " << info.message() << '\n';
    Status own = info.isA<StatusError>()
                     ? static_cast<const StatusError &>(info).status()
                     : Status::inputWrong;
    status = std::max(status, own);
  });
  return status;
}
