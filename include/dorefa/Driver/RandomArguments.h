//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Arguments to time a function with.

#ifndef DOREFA_DRIVER_RANDOMARGUMENTS_H
#define DOREFA_DRIVER_RANDOMARGUMENTS_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"

namespace dorefa::driver {

/// One tensor for each argument, the same ones for the same seed. Floats are
/// uniform in [-1, 1), codes and bools in their whole range, labels below
/// `classes`, other integers in 0..9. Dynamic sizes become `batch`.
std::vector<data::Tensor>
makeRandomArguments(const engine::FunctionSignature &signature, int64_t batch,
                    int64_t classes, uint32_t seed);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_RANDOMARGUMENTS_H
