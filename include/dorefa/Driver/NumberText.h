//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Numbers as text.

#ifndef DOREFA_DRIVER_NUMBERTEXT_H
#define DOREFA_DRIVER_NUMBERTEXT_H

#include <string>

namespace dorefa::driver {

/// The shortest decimal text that reads back as the same number.
std::string exactText(double number);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_NUMBERTEXT_H
