//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/NumberText.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

std::string dorefa::driver::exactText(double number) {
  // The shortest that does: 0.001, not 0.0010000000000000000208.
  for (int digits = 1;; ++digits) {
    std::string text;
    raw_string_ostream(text) << format("%.*g", digits, number);
    double back;
    if (digits == 17 || (!StringRef(text).getAsDouble(back) && back == number))
      return text;
  }
}
