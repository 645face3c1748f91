//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What an argument or result of a training function is for.

#ifndef DOREFA_DRIVER_VALUEROLE_H
#define DOREFA_DRIVER_VALUEROLE_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"

namespace dorefa::driver {

/// Told by the attribute `dorefa.KIND` of an argument or result, never by its
/// position.
struct ValueRole {
  enum class Kind {
    value, // parameter, state or optimizer: kept from step to step
    input,
    labels,
    boxes,
    learningRate,
    seed,
    step,
    loss,
    correct,
    gradientScale,
    output,
    offsets,
    anchors
  };

  Kind kind;
  /// Of a value: its name in a checkpoint, which is that of the attribute, for
  /// an optimizer's value after "optimizer.". Of a gradient's scale: its layer.
  std::string name;

  /// The error names the value by `what` ("argument 3 of 'train_step'") and
  /// lists the attributes that would do.
  static llvm::Expected<ValueRole> of(const engine::ValueSignature &signature,
                                      const llvm::Twine &what);
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_VALUEROLE_H
