//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/CompiledFunction.h"
#include "MemrefDescriptor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace dorefa::engine;
using dorefa::data::Tensor;
namespace data = dorefa::data;

/// What the lowering writes as the allocated pointer of a constant.
static bool isConstantMemory(const uint8_t *allocation) {
  return reinterpret_cast<uintptr_t>(allocation) == 0xdeadbeef;
}

/// Copies strided elements from `source` to consecutive ones at `target`, and
/// returns the end of what was written.
static uint8_t *copyStrided(const uint8_t *source, ArrayRef<int64_t> sizes,
                            ArrayRef<int64_t> strides, int64_t elementSize,
                            uint8_t *target) {
  if (sizes.empty()) {
    std::memcpy(target, source, elementSize);
    return target + elementSize;
  }
  for (int64_t i = 0; i < sizes[0]; ++i)
    target =
        copyStrided(source + i * strides[0] * elementSize, sizes.drop_front(),
                    strides.drop_front(), elementSize, target);
  return target;
}

static Tensor copyOf(const MemrefDescriptor &memory,
                     data::ElementType element) {
  Tensor tensor(element, memory.sizes);
  if (tensor.bytes().empty())
    return tensor;
  if (memory.isContiguous())
    std::memcpy(tensor.bytes().data(), memory.data, tensor.bytes().size());
  else
    copyStrided(memory.data, memory.sizes, memory.strides,
                data::elementSize(element), tensor.bytes().data());
  return tensor;
}

SmallVector<size_t>
dorefa::engine::getResultOffsets(const FunctionSignature &signature) {
  SmallVector<size_t> offsets;
  size_t end = 0;
  for (const ValueSignature &result : signature.results) {
    size_t scalar = data::elementSize(result.element);
    end = alignTo(end, result.isTensor ? sizeof(int64_t) : scalar);
    offsets.push_back(end);
    end += result.isTensor ? MemrefDescriptor::wordCount(result.shape.size()) *
                                 sizeof(int64_t)
                           : scalar;
  }
  offsets.push_back(end);
  return offsets;
}

namespace {
/// Turns the memory that a call returned into results: allocations are taken
/// over, or copied from and freed; memory of arguments is only named.
class ResultCollector {
public:
  ResultCollector(ArrayRef<Tensor *> arguments) : arguments(arguments) {}

  Result collect(const MemrefDescriptor &memory, data::ElementType element) {
    Result result;
    if (std::optional<size_t> argument = findArgument(memory)) {
      const Tensor &owner = *arguments[*argument];
      if (memory.data == owner.bytes().data() && memory.isContiguous() &&
          owner.elementType() == element && owner.shape() == memory.sizes)
        result.sameAsArgument = argument;
      else
        result.tensor = copyOf(memory, element);
      return result;
    }
    bool isConstant = isConstantMemory(memory.allocation);
    if (!isConstant && !shared.contains(memory.allocation) &&
        !is_contained(memory.sizes, 0) && memory.isContiguous() &&
        isAddrAligned(Align(Tensor::alignment), memory.data)) {
      result.tensor =
          Tensor::adopt(element, memory.sizes, memory.allocation, memory.data);
      return result;
    }
    result.tensor = copyOf(memory, element);
    if (!isConstant)
      toFree.insert(memory.allocation);
    return result;
  }

  /// Notes that an allocation is behind a result; one behind several is copied
  /// from and not taken over.
  void announce(const MemrefDescriptor &memory) {
    if (!announced.insert(memory.allocation).second)
      shared.insert(memory.allocation);
  }

  ~ResultCollector() {
    for (uint8_t *allocation : toFree)
      std::free(allocation);
  }

private:
  std::optional<size_t> findArgument(const MemrefDescriptor &memory) const {
    for (auto [i, argument] : enumerate(arguments))
      if (memory.allocation == argument->bytes().data())
        return i;
    return std::nullopt;
  }

  ArrayRef<Tensor *> arguments;
  SmallPtrSet<uint8_t *, 16> announced, shared, toFree;
};
} // namespace

Expected<std::vector<Result>>
CompiledFunction::call(ArrayRef<Tensor *> arguments) const {
  const FunctionSignature &sig = signature();
  if (arguments.size() != sig.arguments.size())
    return createStringError("function '" + sig.name + "' takes " +
                             Twine(sig.arguments.size()) + " arguments, got " +
                             Twine(arguments.size()));
  for (auto [i, argument] : enumerate(arguments))
    if (Error error =
            checkValue(sig.arguments[i], *argument, "argument " + Twine(i)))
      return error;
  return callUnchecked(arguments);
}

Expected<std::vector<Result>>
CompiledFunction::callUnchecked(ArrayRef<Tensor *> arguments) const {
  if (device)
    return callByUpload(arguments);
  const FunctionSignature &sig = signature();
  SmallVector<void *> values;
  std::vector<SmallVector<int64_t, 12>> descriptors(arguments.size());
  for (auto [i, argument] : enumerate(arguments)) {
    if (!sig.arguments[i].isTensor) {
      values.push_back(argument->bytes().data());
      continue;
    }
    descriptors[i].resize(
        MemrefDescriptor::wordCount(argument->shape().size()));
    MemrefDescriptor::write(argument->bytes().data(), argument->shape(),
                            descriptors[i].data());
    values.push_back(descriptors[i].data());
  }
  SmallVector<size_t> offsets = getResultOffsets(sig);
  std::vector<int64_t> returned(divideCeil(offsets.back(), sizeof(int64_t)));
  auto *base = reinterpret_cast<uint8_t *>(returned.data());
  if (!sig.results.empty())
    values.push_back(base);

  adaptor(values.data());

  auto descriptorOf = [&](size_t i) {
    return MemrefDescriptor(reinterpret_cast<int64_t *>(base + offsets[i]),
                            sig.results[i].shape.size(),
                            data::elementSize(sig.results[i].element));
  };
  ResultCollector collector(arguments);
  for (auto [i, result] : enumerate(sig.results))
    if (result.isTensor)
      collector.announce(descriptorOf(i));
  std::vector<Result> results;
  for (auto [i, result] : enumerate(sig.results)) {
    if (result.isTensor) {
      results.push_back(collector.collect(descriptorOf(i), result.element));
      continue;
    }
    Result &scalar = results.emplace_back();
    scalar.tensor = Tensor(result.element, {});
    std::memcpy(scalar.tensor.bytes().data(), base + offsets[i],
                scalar.tensor.bytes().size());
  }
  return results;
}

Expected<std::vector<Tensor>>
CompiledFunction::operator()(ArrayRef<Tensor *> arguments) const {
  Expected<std::vector<Result>> results = call(arguments);
  if (!results)
    return results.takeError();
  std::vector<Tensor> tensors;
  for (Result &result : *results)
    tensors.push_back(result.sameAsArgument
                          ? arguments[*result.sameAsArgument]->clone()
                          : std::move(result.tensor));
  return tensors;
}
