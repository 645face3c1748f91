//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Which optimizer a training step is built with.

#ifndef DOREFA_DRIVER_OPTIMIZERCHOICE_H
#define DOREFA_DRIVER_OPTIMIZERCHOICE_H

#include "dorefa/Driver/OptionParser.h"

#include <map>

namespace dorefa::driver {

/// The conventions are PyTorch's: weight decay adds its multiple of the
/// parameter to the gradient.
struct OptimizerChoice {
  std::string kind = "adam";
  double momentum = 0.9;                             // sgd
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8; // adam
  double weightDecay = 0;

  /// Adds --optimizer, --momentum, --beta1, --beta2, --epsilon and
  /// --weight-decay.
  void addTo(OptionParser &parser);

  /// What must be equal for a resumed run to continue as the unbroken one.
  std::map<std::string, std::string> describe() const;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_OPTIMIZERCHOICE_H
