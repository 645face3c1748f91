//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Calls of functions whose tensors are on a device.

#include "MemrefDescriptor.h"
#include "dorefa/ExecutionEngine/CompiledFunction.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::engine;
using dorefa::data::Tensor;

/// Strided elements as contiguous ones; copied element by element by way of
/// the host, which no function of a network asks for.
static DeviceTensor compact(Device &device, const MemrefDescriptor &memory,
                            data::ElementType element) {
  int64_t elementSize = data::elementSize(element), span = 1;
  for (auto [size, stride] : zip_equal(memory.sizes, memory.strides))
    span += (size - 1) * stride;
  std::vector<uint8_t> bytes(span * elementSize);
  device.copy(bytes.data(), memory.data, bytes.size());
  Tensor tensor(element, memory.sizes);
  uint8_t *target = tensor.bytes().data();
  for (int64_t i = 0; i < tensor.numElements(); ++i, target += elementSize) {
    int64_t offset = 0, rest = i;
    for (size_t axis = memory.sizes.size(); axis-- > 0;) {
      offset += rest % memory.sizes[axis] * memory.strides[axis];
      rest /= memory.sizes[axis];
    }
    std::memcpy(target, bytes.data() + offset * elementSize, elementSize);
  }
  return DeviceTensor::upload(device, tensor);
}

Expected<std::vector<DeviceResult>>
CompiledFunction::callOnDevice(ArrayRef<DeviceArgument> arguments) const {
  const FunctionSignature &sig = signature();
  SmallVector<void *> values;
  std::vector<SmallVector<int64_t, 12>> descriptors(arguments.size());
  for (auto [i, argument] : enumerate(arguments)) {
    if (!sig.arguments[i].isTensor) {
      // The adaptor reads it alone.
      values.push_back(const_cast<uint8_t *>(argument.scalar->bytes().data()));
      continue;
    }
    ArrayRef<int64_t> shape = argument.tensor->shape();
    descriptors[i].resize(MemrefDescriptor::wordCount(shape.size()));
    MemrefDescriptor::write(argument.tensor->data(), shape,
                            descriptors[i].data());
    values.push_back(descriptors[i].data());
  }
  SmallVector<size_t> offsets = getResultOffsets(sig);
  std::vector<int64_t> returned(divideCeil(offsets.back(), sizeof(int64_t)));
  auto *base = reinterpret_cast<uint8_t *>(returned.data());
  if (!sig.results.empty())
    values.push_back(base);

  adaptor(values.data());
  if (Error error = device->takeError())
    return error;

  SmallPtrSet<void *, 16> taken;
  SmallVector<void *> toRelease;
  std::vector<DeviceResult> results(sig.results.size());
  for (auto [i, signature, result] : enumerate(sig.results, results)) {
    if (!signature.isTensor) {
      result.scalar = Tensor(signature.element, {});
      std::memcpy(result.scalar.bytes().data(), base + offsets[i],
                  result.scalar.bytes().size());
      continue;
    }
    MemrefDescriptor memory(reinterpret_cast<int64_t *>(base + offsets[i]),
                            signature.shape.size(),
                            data::elementSize(signature.element));
    for (auto [j, argument] : enumerate(arguments))
      if (argument.tensor && argument.tensor->data() == memory.allocation &&
          argument.tensor->data() == memory.data && memory.isContiguous() &&
          argument.tensor->shape() == memory.sizes)
        result.sameAsArgument = j;
    if (result.sameAsArgument)
      continue;
    bool isOfArgument = any_of(arguments, [&](const DeviceArgument &argument) {
      return argument.tensor && argument.tensor->data() == memory.allocation;
    });
    if (!isOfArgument && memory.isContiguous() &&
        taken.insert(memory.allocation).second)
      result.tensor = DeviceTensor(*device, signature.element, memory.sizes,
                                   memory.allocation, memory.data);
    else if (is_contained(memory.sizes, 0))
      result.tensor = DeviceTensor(*device, signature.element, memory.sizes);
    else
      result.tensor = compact(*device, memory, signature.element);
    if (!isOfArgument && taken.insert(memory.allocation).second)
      toRelease.push_back(memory.allocation);
  }
  for (void *memory : toRelease)
    device->release(memory);
  if (Error error = device->takeError())
    return error;
  return results;
}

Expected<std::vector<Result>>
CompiledFunction::callByUpload(ArrayRef<Tensor *> arguments) const {
  std::vector<DeviceTensor> tensors(arguments.size());
  std::vector<DeviceArgument> onDevice(arguments.size());
  for (auto [i, argument] : enumerate(arguments)) {
    if (signature().arguments[i].isTensor) {
      tensors[i] = DeviceTensor::upload(*device, *argument);
      onDevice[i].tensor = &tensors[i];
    } else {
      onDevice[i].scalar = argument;
    }
  }
  auto called = callOnDevice(onDevice);
  if (!called)
    return called.takeError();
  std::vector<Result> results;
  for (auto [result, signature] : zip_equal(*called, signature().results)) {
    Result &copy = results.emplace_back();
    copy.sameAsArgument = result.sameAsArgument;
    if (!signature.isTensor)
      copy.tensor = std::move(result.scalar);
    else if (!result.sameAsArgument)
      copy.tensor = result.tensor.download();
  }
  if (Error error = device->takeError())
    return error;
  return results;
}
