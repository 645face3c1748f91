//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/OptimizerChoice.h"

#include "dorefa/Driver/NumberText.h"

using namespace llvm;
using namespace dorefa::driver;

void OptimizerChoice::addTo(OptionParser &parser) {
  parser.choice("optimizer", "what updates the parameters (default adam)", kind,
                {"adam", "sgd"});
  parser.real("momentum", "X", "of sgd (default 0.9)", momentum, 0, 1);
  parser.real("beta1", "X", "decay of adam's first moment (default 0.9)", beta1,
              0, 1);
  parser.real("beta2", "X", "decay of adam's second moment (default 0.999)",
              beta2, 0, 1);
  parser.real("epsilon", "X",
              "what adam adds to the root of the second moment (default 1e-8)",
              epsilon, 0, 1);
  parser.real("weight-decay", "X",
              "the multiple of each parameter that is added to its gradient "
              "(default 0)",
              weightDecay, 0, 1e6);
}

std::map<std::string, std::string> OptimizerChoice::describe() const {
  std::map<std::string, std::string> result{
      {"optimizer", kind}, {"weight_decay", exactText(weightDecay)}};
  if (kind == "sgd") {
    result["momentum"] = exactText(momentum);
    return result;
  }
  result["beta1"] = exactText(beta1);
  result["beta2"] = exactText(beta2);
  result["epsilon"] = exactText(epsilon);
  return result;
}
