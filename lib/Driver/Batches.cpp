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

/// Checks that a detector meets objects, and has room for those of an image;
/// `boxes` is the detector's argument.
static Error checkObjects(const engine::ValueSignature *boxes,
                          const Dataset &dataset) {
  if (boxes && !dataset.hasObjects())
    return inputError("the model is a detector, and " + dataset.name +
                      " has no objects to detect; expected a data set such as "
                      "fashion-scenes");
  if (!boxes && dataset.hasObjects())
    return inputError("the images of " + dataset.name +
                      " have objects, and the model is no detector: it takes "
                      "no dorefa.boxes");
  if (!boxes)
    return Error::success();
  const int64_t most =
      std::max(dataset.train.objects->perImage, dataset.test.objects->perImage);
  if (boxes->shape.size() == 3 && boxes->shape[1] != engine::dynamicSize &&
      boxes->shape[1] < most)
    return inputError("the model takes up to " + Twine(boxes->shape[1]) +
                      " objects of an image, and those of " + dataset.name +
                      " have up to " + Twine(most));
  return Error::success();
}

Error dorefa::driver::checkFits(ArrayRef<engine::FunctionSignature> signatures,
                                const Dataset &dataset, int64_t batch) {
  for (const engine::FunctionSignature &signature : signatures) {
    const engine::ValueSignature *labels = nullptr, *boxes = nullptr;
    for (const engine::ValueSignature &argument : signature.arguments) {
      if (argument.has("labels"))
        labels = &argument;
      if (argument.has("boxes"))
        boxes = &argument;
      if (argument.has("input") && argument.shape.size() == 4)
        if (Error error = checkImages(argument.shape, dataset, batch))
          return error;
    }
    if (labels || boxes)
      if (Error error = checkObjects(boxes, dataset))
        return error;
    // A detector's first output is for the background.
    const int64_t background = dataset.hasObjects();
    const size_t rank = dataset.hasObjects() ? 3 : 2;
    for (const engine::ValueSignature &result : signature.results)
      if (result.has("output") && result.shape.size() == rank &&
          result.shape.back() != engine::dynamicSize &&
          result.shape.back() - background < dataset.classes)
        return inputError("the model has " +
                          Twine(result.shape.back() - background) +
                          " outputs, and " + dataset.name + " has " +
                          Twine(dataset.classes) + " classes");
  }
  return Error::success();
}

Batch::Batch(const Dataset &dataset, int64_t size, int64_t objects)
    : objects(objects) {
  tensors.images =
      data::Tensor(data::ElementType::F32,
                   {size, dataset.height, dataset.width, dataset.channels});
  tensors.labels = objects
                       ? data::Tensor(data::ElementType::I32, {size, objects})
                       : data::Tensor(data::ElementType::I32, {size});
  if (objects)
    tensors.boxes = data::Tensor(data::ElementType::F32, {size, objects, 4});
}

void Batch::fill(const DatasetPart &part, ArrayRef<int64_t> indices) {
  int64_t count = indices.size();
  assert(count <= size() && "more images than the batch has");
  MutableArrayRef<float> pixels = tensors.images.data<float>();
  MutableArrayRef<int32_t> classes = tensors.labels.data<int32_t>();
  data::fillBatch(part, indices, pixels.data());
  if (objects)
    data::fillObjects(part, indices, objects, classes.data(),
                      tensors.boxes.data<float>().data());
  else
    data::fillLabels(part, indices, classes.data());
  if (count == size())
    return;
  llvm::fill(pixels.drop_front(pixels.size() / size() * count), 0.0f);
  llvm::fill(classes.drop_front(classes.size() / size() * count), -1);
  if (objects)
    llvm::fill(tensors.boxes.data<float>().drop_front(count * objects * 4),
               0.0f);
}
