//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Evaluation.h"

#include "dorefa/Detection/Decoder.h"

#include <numeric>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using data::DatasetPart;

/// Row `row` of a tensor whose first axis is the batch.
static ArrayRef<float> rowOf(const data::Tensor &tensor, int64_t row) {
  const int64_t length = tensor.numElements() / tensor.shape()[0];
  return tensor.data<float>().slice(row * length, length);
}

static detection::ImageResult makeResult(const DatasetPart &part, int64_t image,
                                         const DetectorOutputs &outputs,
                                         int64_t row) {
  detection::ImageResult result;
  const data::Objects &objects = *part.objects;
  for (int64_t slot = 0; slot < objects.perImage; ++slot) {
    const int64_t at = image * objects.perImage + slot;
    if (objects.labels[at] >= 0)
      result.objects.push_back(
          {objects.labels[at], objects.boxes[at], objects.difficult[at] != 0});
  }
  result.detections =
      detection::decode(rowOf(outputs.logits, row), rowOf(outputs.offsets, row),
                        outputs.anchors.data<float>());
  return result;
}

Expected<std::optional<Evaluation>>
dorefa::driver::evaluateAll(TrainingProgram &program, const DatasetPart &part,
                            Batch &batch, bool (*interrupted)()) {
  double loss = 0, correct = 0;
  bool countsCorrect = true;
  std::vector<detection::ImageResult> images;
  std::vector<int64_t> indices(part.size());
  std::iota(indices.begin(), indices.end(), 0);
  ArrayRef<int64_t> rest = indices;
  while (!rest.empty()) {
    if (interrupted())
      return std::nullopt;
    int64_t count = std::min<int64_t>(batch.size(), rest.size());
    batch.fill(part, rest.take_front(count));
    Expected<BatchEvaluation> report = program.evaluate(batch.tensors);
    if (!report)
      return report.takeError();
    loss += report->loss;
    correct += report->correct.value_or(0);
    countsCorrect = report->correct.has_value();
    if (report->detector)
      for (int64_t row = 0; row < count; ++row)
        images.push_back(makeResult(part, rest[row], *report->detector, row));
    rest = rest.drop_front(count);
  }
  Evaluation evaluation;
  evaluation.loss = loss / part.size();
  if (countsCorrect)
    evaluation.accuracy = correct / part.size();
  if (program.objectsPerImage()) {
    DetectionResults &results = evaluation.detection.emplace();
    results.map50 = detection::meanAveragePrecisionVoc(images);
    results.map = detection::meanAveragePrecisionCoco(images);
    results.images = std::move(images);
  }
  return evaluation;
}
