//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Memory that compiled code for a GPU works on, and tensors in it.

#ifndef DOREFA_EXECUTIONENGINE_DEVICE_H
#define DOREFA_EXECUTIONENGINE_DEVICE_H

#include "dorefa/Data/Tensor.h"

#include "llvm/Support/Error.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace dorefa::engine {

/// A GPU, or what stands for one, as the functions that host code of the gpu
/// dialect calls (mgpuMemAlloc and so on).
class Device {
public:
  using Symbols = std::vector<std::pair<const char *, void *>>;
  /// Returns what went wrong since it was called last, if anything did.
  using ErrorSource = std::function<std::optional<std::string>()>;

  /// `symbols` has mgpuMemAlloc, mgpuMemFree, mgpuMemcpy and
  /// mgpuStreamSynchronize, and all else that compiled code may call.
  Device(Symbols symbols, ErrorSource errorSource);

  /// The emulator in this process.
  static Device &emulator();
  /// The NVIDIA GPU that the driver's shim chose. Errors end the process.
  static Device &cuda();

  const Symbols &symbols() const { return names; }

  void *allocate(size_t size) { return memAlloc(size, nullptr, false); }
  void release(void *memory) { memFree(memory, nullptr); }
  /// Either side may be of the host; returns when it is done.
  void copy(void *target, const void *source, size_t size);
  /// Returns when all that was launched is done.
  void wait() { synchronize(nullptr); }
  llvm::Error takeError();

private:
  void *find(llvm::StringRef name) const;

  Symbols names;
  ErrorSource errorSource;
  void *(*memAlloc)(uint64_t, void *, bool);
  void (*memFree)(void *, void *);
  void (*memCopy)(void *, void *, size_t, void *);
  void (*synchronize)(void *);
};

/// A dense, contiguous tensor in the memory of a device, which it owns.
class DeviceTensor {
public:
  DeviceTensor() = default;
  /// Uninitialised memory.
  DeviceTensor(Device &device, data::ElementType element,
               llvm::ArrayRef<int64_t> shape);
  /// Takes over `allocation`, in which the elements begin at `elements`.
  DeviceTensor(Device &device, data::ElementType element,
               llvm::ArrayRef<int64_t> shape, void *allocation, void *elements)
      : device(&device), element(element), dims(shape), allocation(allocation),
        elements(elements) {}
  DeviceTensor(DeviceTensor &&other) { swap(other); }
  DeviceTensor &operator=(DeviceTensor &&other) {
    swap(other);
    return *this;
  }
  ~DeviceTensor();

  static DeviceTensor upload(Device &device, const data::Tensor &tensor);
  data::Tensor download() const;
  DeviceTensor clone() const;

  llvm::ArrayRef<int64_t> shape() const { return dims; }
  data::ElementType elementType() const { return element; }
  void *data() const { return elements; }
  size_t byteCount() const;

private:
  void swap(DeviceTensor &other);

  Device *device = nullptr;
  data::ElementType element = data::ElementType::F32;
  llvm::SmallVector<int64_t, 4> dims;
  void *allocation = nullptr, *elements = nullptr;
};

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_DEVICE_H
