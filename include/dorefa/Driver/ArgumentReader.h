//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Arguments of functions as a command line gives them.

#ifndef DOREFA_DRIVER_ARGUMENTREADER_H
#define DOREFA_DRIVER_ARGUMENTREADER_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"

namespace dorefa::driver {

/// Reads argument `index` of a function from `text`: a .npy file, or a literal
/// where the argument is a scalar or a tensor of rank 0. The value is checked
/// against the signature; errors name the argument.
llvm::Expected<data::Tensor>
readArgument(const engine::ValueSignature &signature, size_t index,
             llvm::StringRef text);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_ARGUMENTREADER_H
