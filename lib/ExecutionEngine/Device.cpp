//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/Device.h"

#include "dorefa/Runtime/Cuda.h"
#include "dorefa/Runtime/Emulator.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::engine;

Device::Device(Symbols symbols, ErrorSource errorSource)
    : names(std::move(symbols)), errorSource(std::move(errorSource)) {
  memAlloc = reinterpret_cast<decltype(memAlloc)>(find("mgpuMemAlloc"));
  memFree = reinterpret_cast<decltype(memFree)>(find("mgpuMemFree"));
  memCopy = reinterpret_cast<decltype(memCopy)>(find("mgpuMemcpy"));
  synchronize =
      reinterpret_cast<decltype(synchronize)>(find("mgpuStreamSynchronize"));
}

void *Device::find(StringRef name) const {
  for (auto [known, address] : names)
    if (name == known)
      return address;
  llvm_unreachable("a device without this function");
}

Device &Device::emulator() {
  static Device device(emulator::getSymbols(), emulator::takeError);
  return device;
}

Device &Device::cuda() {
  static Device device(cuda::getSymbols(), [] { return std::nullopt; });
  return device;
}

void Device::copy(void *target, const void *source, size_t size) {
  memCopy(target, const_cast<void *>(source), size, nullptr);
  synchronize(nullptr);
}

Error Device::takeError() {
  if (std::optional<std::string> message = errorSource())
    return createStringError(*message);
  return Error::success();
}

DeviceTensor::DeviceTensor(Device &device, data::ElementType element,
                           ArrayRef<int64_t> shape)
    : device(&device), element(element), dims(shape) {
  allocation = elements = device.allocate(byteCount());
}

DeviceTensor::~DeviceTensor() {
  if (allocation)
    device->release(allocation);
}

void DeviceTensor::swap(DeviceTensor &other) {
  std::swap(device, other.device);
  std::swap(element, other.element);
  std::swap(dims, other.dims);
  std::swap(allocation, other.allocation);
  std::swap(elements, other.elements);
}

size_t DeviceTensor::byteCount() const {
  return *data::Tensor::byteCount(element, dims);
}

DeviceTensor DeviceTensor::upload(Device &device, const data::Tensor &tensor) {
  DeviceTensor copy(device, tensor.elementType(), tensor.shape());
  device.copy(copy.elements, tensor.bytes().data(), tensor.bytes().size());
  return copy;
}

data::Tensor DeviceTensor::download() const {
  data::Tensor copy(element, dims);
  device->copy(copy.bytes().data(), elements, copy.bytes().size());
  return copy;
}

DeviceTensor DeviceTensor::clone() const {
  DeviceTensor copy(*device, element, dims);
  device->copy(copy.elements, elements, byteCount());
  return copy;
}
