//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How a command ends: its exit status, and errors that carry one.

#ifndef DOREFA_DRIVER_STATUS_H
#define DOREFA_DRIVER_STATUS_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace dorefa::driver {

/// Exit statuses, a contract with scripts.
enum class Status {
  done = 0,
  inputWrong = 1, // a file, an argument of a function, a value in them
  usage = 2,      // the command line
  unavailable = 3 // a target that is not there
};

/// An error with the status it ends the program with. Errors of other classes
/// mean `inputWrong`.
class StatusError : public llvm::ErrorInfo<StatusError> {
public:
  static char ID;
  StatusError(Status status, const llvm::Twine &message)
      : statusValue(status), text(message.str()) {}

  Status status() const { return statusValue; }
  void log(llvm::raw_ostream &stream) const override { stream << text; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

private:
  Status statusValue;
  std::string text;
};

llvm::Error inputError(const llvm::Twine &message);
llvm::Error usageError(const llvm::Twine &message);
llvm::Error unavailableError(const llvm::Twine &message);

/// Writes "PROGRAM: error: MESSAGE" for each error in `error`, and returns the
/// status of the gravest.
Status report(llvm::Error error, llvm::StringRef program,
              llvm::raw_ostream &stream);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_STATUS_H
