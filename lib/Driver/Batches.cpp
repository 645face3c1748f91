//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Batches.h"

#include "dorefa/Driver/Status.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using data::Dataset;
using data::DatasetPart;

/// Checks the shape of the images that a function takes.
static Error checkImages(ArrayRef<int64_t> shape, const Dataset &dataset,
                         int64_t batch) {
  int64_t sizes[] = {batch, dataset.height, dataset.width, dataset.channels};
  if (shape[0] != engine::dynamicSize && shape[0] != batch)
    return inputError("the model takes batches of " + Twine(shape[0]) +
                      " images, and --batch is " + Twine(batch));
  for (size_t i = 1; i < 4; ++i)
    if (shape[i] != engine::dynamicSize && shape[i] != sizes[i])
      return inputError("the model takes images of " +
                        data::describeShape(shape.drop_front()) +
                        ", and those of " + dataset.name + " are " +
                        data::describeShape(ArrayRef(sizes).drop_front()));
  return Error::success();
}

Error dorefa::driver::checkFits(ArrayRef<engine::FunctionSignature> signatures,
                                const Dataset &dataset, int64_t batch) {
  for (const engine::FunctionSignature &signature : signatures) {
    for (const engine::ValueSignature &argument : signature.arguments)
      if (argument.has("input") && argument.shape.size() == 4)
        if (Error error = checkImages(argument.shape, dataset, batch))
          return error;
    for (const engine::ValueSignature &result : signature.results)
      if (result.has("output") && result.shape.size() == 2 &&
          result.shape[1] != engine::dynamicSize &&
          result.shape[1] < dataset.classes)
        return inputError("the model has " + Twine(result.shape[1]) +
                          " outputs, and " + dataset.name + " has " +
                          Twine(dataset.classes) + " classes");
  }
  return Error::success();
}

Batch::Batch(const Dataset &dataset, int64_t size)
    : images(data::ElementType::F32,
             {size, dataset.height, dataset.width, dataset.channels}),
      labels(data::ElementType::I32, {size}) {}

void Batch::fill(const DatasetPart &part, ArrayRef<int64_t> indices) {
  int64_t count = indices.size();
  assert(count <= size() && "more images than the batch has");
  MutableArrayRef<float> pixels = images.data<float>();
  MutableArrayRef<int32_t> classes = labels.data<int32_t>();
  data::fillBatch(part, indices, pixels.data());
  data::fillLabels(part, indices, classes.data());
  if (count == size())
    return;
  llvm::fill(pixels.drop_front(pixels.size() / size() * count), 0.0f);
  llvm::fill(classes.drop_front(count), -1);
}

Expected<std::optional<Evaluation>>
dorefa::driver::evaluateAll(TrainingProgram &program, const DatasetPart &part,
                            Batch &batch, bool (*interrupted)()) {
  double loss = 0, correct = 0;
  bool countsCorrect = true;
  std::vector<int64_t> indices(part.size());
  std::iota(indices.begin(), indices.end(), 0);
  ArrayRef<int64_t> rest = indices;
  while (!rest.empty()) {
    if (interrupted())
      return std::nullopt;
    int64_t count = std::min<int64_t>(batch.size(), rest.size());
    batch.fill(part, rest.take_front(count));
    rest = rest.drop_front(count);
    Expected<BatchEvaluation> report =
        program.evaluate(batch.images, batch.labels);
    if (!report)
      return report.takeError();
    loss += report->loss;
    correct += report->correct.value_or(0);
    countsCorrect = report->correct.has_value();
  }
  Evaluation evaluation;
  evaluation.loss = loss / part.size();
  if (countsCorrect)
    evaluation.accuracy = correct / part.size();
  return evaluation;
}
