//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Calling compiled functions with tensors of the host.

#ifndef DOREFA_EXECUTIONENGINE_COMPILEDFUNCTION_H
#define DOREFA_EXECUTIONENGINE_COMPILEDFUNCTION_H

#include "dorefa/Data/Tensor.h"
#include "dorefa/ExecutionEngine/Device.h"
#include "dorefa/ExecutionEngine/FunctionSignature.h"

namespace dorefa::engine {

/// A result of a call: a tensor of its own, or the news that it lies in the
/// memory of an argument, which then holds the new value.
struct Result {
  std::optional<size_t> sameAsArgument;
  data::Tensor tensor;
};

/// An argument of a call on a device: a tensor there, or a scalar.
struct DeviceArgument {
  const DeviceTensor *tensor = nullptr;
  const data::Tensor *scalar = nullptr;
};

/// A result of such a call.
struct DeviceResult {
  std::optional<size_t> sameAsArgument;
  DeviceTensor tensor;
  data::Tensor scalar;
};

/// A compiled function. It is a handle: the engine it comes from owns the code
/// and must outlive it.
class CompiledFunction {
public:
  using Adaptor = void (*)(void **values);

  CompiledFunction() = default;
  CompiledFunction(const FunctionSignature &signature, Adaptor adaptor,
                   Device *device = nullptr)
      : signaturePointer(&signature), adaptor(adaptor), device(device) {}

  const FunctionSignature &signature() const { return *signaturePointer; }

  /// Calls the function. Scalars are tensors of rank 0. The function may write
  /// into its arguments where the pipeline updates them in place. Errors: the
  /// number of arguments, their types and shapes, the range of codes.
  llvm::Expected<std::vector<Result>>
  call(llvm::ArrayRef<data::Tensor *> arguments) const;

  /// Where the function's tensors are; null for the host's memory. `call` then
  /// copies arguments there and results back.
  Device *getDevice() const { return device; }

  /// The same for tensors that are there already; `call` or `checkValue`
  /// accepted such arguments before. The error is the device's.
  llvm::Expected<std::vector<DeviceResult>>
  callOnDevice(llvm::ArrayRef<DeviceArgument> arguments) const;

  /// `call` without the checks, for arguments that it accepted before. The error
  /// is the device's.
  llvm::Expected<std::vector<Result>>
  callUnchecked(llvm::ArrayRef<data::Tensor *> arguments) const;

  /// The same as `call`; results in the memory of an argument are copied out of
  /// it.
  llvm::Expected<std::vector<data::Tensor>>
  operator()(llvm::ArrayRef<data::Tensor *> arguments) const;

private:
  llvm::Expected<std::vector<Result>>
  callByUpload(llvm::ArrayRef<data::Tensor *> arguments) const;

  const FunctionSignature *signaturePointer = nullptr;
  Adaptor adaptor = nullptr;
  Device *device = nullptr;
};

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_COMPILEDFUNCTION_H
