//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The compiled functions of a network in training, and its values.

#ifndef DOREFA_DRIVER_TRAININGPROGRAM_H
#define DOREFA_DRIVER_TRAININGPROGRAM_H

#include "dorefa/Driver/ValueRole.h"
#include "dorefa/ExecutionEngine/Engine.h"

#include <map>

namespace dorefa::driver {

/// What a step or an evaluation takes of a data set.
struct BatchTensors {
  /// [batch, height, width, channels].
  data::Tensor images;
  /// [batch]; of a detector [batch, objects].
  data::Tensor labels;
  /// Of a detector: [batch, objects, 4].
  data::Tensor boxes;
};

/// What a detector finds in a batch.
struct DetectorOutputs {
  data::Tensor logits;  // [batch, anchors, classes + 1]
  data::Tensor offsets; // [batch, anchors, 4]
  data::Tensor anchors; // [anchors, 4]
};

/// What a training step reports.
struct StepReport {
  double loss = 0;
  /// The layers of which a gradient's scale is not finite.
  std::vector<std::string> overflowed;
};

/// What an evaluation of one batch reports; rows with label -1 do not count.
struct BatchEvaluation {
  double loss = 0; // the sum over the rows that count
  /// Rows of which the label has the largest logit; nothing where the model has
  /// no logits.
  std::optional<double> correct;
  /// Of a detector.
  std::optional<DetectorOutputs> detector;
};

/// The functions `init`, `train_step` and `evaluate` of a module, with the
/// parameters, states and optimizer's values that pass through them.
class TrainingProgram {
public:
  using Values = std::map<std::string, data::Tensor>;

  /// Finds the functions and what their arguments are for. Errors name the
  /// function and the argument. With `onlyEvaluation` the other functions need
  /// not be there, nor the values that only they take.
  static llvm::Expected<std::unique_ptr<TrainingProgram>>
  create(std::unique_ptr<engine::Engine> engine, bool onlyEvaluation = false);

  /// Fills all values by `init`.
  llvm::Error initialize(int64_t seed);

  /// Takes values over, for instance from a checkpoint. The error lists all
  /// names and shapes that differ from those of this program; for one that only
  /// evaluates, values that it does not take are no difference.
  llvm::Error setValues(Values values);
  /// On a device the values stay there between calls; this fetches them.
  Values &values();

  llvm::Expected<StepReport> trainStep(BatchTensors &batch, double learningRate,
                                       int64_t seed, int64_t step);
  llvm::Expected<BatchEvaluation> evaluate(BatchTensors &batch);

  /// The objects that a detector takes for each image; 0 of a classifier.
  int64_t objectsPerImage() const { return objects; }

private:
  struct BoundFunction {
    std::string name;
    engine::CompiledFunction function;
    std::vector<ValueRole> arguments, results;
  };
  /// The arguments of one call that are not values, and the results.
  struct Call;

  TrainingProgram(std::unique_ptr<engine::Engine> engine, bool onlyEvaluation)
      : engine(std::move(engine)), onlyEvaluation(onlyEvaluation) {}
  llvm::Error bind(llvm::StringRef name, BoundFunction &bound);
  /// Notes type and shape of each value, and checks that functions agree.
  llvm::Error declareValues(const BoundFunction &bound);
  /// Checks the images, the labels and the loss of a function.
  llvm::Error checkBatch(const BoundFunction &bound);
  /// Checks the labels and boxes of a detector, and notes how many they are.
  llvm::Error checkObjects(const BoundFunction &bound,
                           const engine::ValueSignature *labels,
                           const engine::ValueSignature &boxes);
  llvm::Error call(const BoundFunction &bound, Call &call);
  llvm::Error callOnHost(const BoundFunction &bound, Call &call);
  llvm::Error callOnDevice(const BoundFunction &bound, Call &call);

  std::unique_ptr<engine::Engine> engine;
  bool onlyEvaluation;
  BoundFunction init, step, evaluation;
  std::map<std::string, engine::ValueSignature> declared;
  bool countsCorrect = false;
  int64_t objects = 0;
  Values valueByName;
  /// Newer than `valueByName`, where there is one.
  std::map<std::string, engine::DeviceTensor> deviceValues;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TRAININGPROGRAM_H
