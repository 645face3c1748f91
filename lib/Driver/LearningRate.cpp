//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/LearningRate.h"

#include "dorefa/Driver/NumberText.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace llvm;
using namespace dorefa::driver;

void LearningRate::addTo(OptionParser &parser) {
  parser.real("lr", "X", "the learning rate (default 0.001)", rate, 0, 1e30);
  parser.choice("lr-schedule",
                "how it falls: constant (default), by --lr-gamma each "
                "--lr-step-epochs, or as half a cosine over the whole run",
                schedule, {"constant", "step", "cosine"});
  parser.integer("lr-step-epochs", "N", "epochs between steps (default 100)",
                 stepEpochs, 1);
  parser.real("lr-gamma", "X", "the factor of each step (default 0.5)", gamma,
              0, 1);
}

double LearningRate::at(int64_t step, int64_t stepsPerEpoch,
                        int64_t epochs) const {
  if (schedule == "step")
    return rate * std::pow(gamma, step / stepsPerEpoch / stepEpochs);
  if (schedule == "cosine") {
    double steps = double(stepsPerEpoch) * epochs;
    return rate * (1 + std::cos(numbers::pi * (step / steps))) / 2;
  }
  return rate;
}

std::map<std::string, std::string>
LearningRate::describe(int64_t epochs) const {
  std::map<std::string, std::string> result{{"lr", exactText(rate)},
                                            {"lr_schedule", schedule}};
  if (schedule == "step") {
    result["lr_step_epochs"] = std::to_string(stepEpochs);
    result["lr_gamma"] = exactText(gamma);
  }
  if (schedule == "cosine")
    result["epochs"] = std::to_string(epochs);
  return result;
}
