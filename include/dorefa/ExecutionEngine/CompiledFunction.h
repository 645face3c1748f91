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
#include "dorefa/ExecutionEngine/FunctionSignature.h"

namespace dorefa::engine {

/// A result of a call: a tensor of its own, or the news that it lies in the
/// memory of an argument, which then holds the new value.
struct Result {
  std::optional<size_t> sameAsArgument;
  data::Tensor tensor;
};

/// A compiled function. It is a handle: the engine it comes from owns the code
/// and must outlive it.
class CompiledFunction {
public:
  using Adaptor = void (*)(void **values);

  CompiledFunction() = default;
  CompiledFunction(const FunctionSignature &signature, Adaptor adaptor)
      : signaturePointer(&signature), adaptor(adaptor) {}

  const FunctionSignature &signature() const { return *signaturePointer; }

  /// Calls the function. Scalars are tensors of rank 0. The function may write
  /// into its arguments where the pipeline updates them in place. Errors: the
  /// number of arguments, their types and shapes, the range of codes.
  llvm::Expected<std::vector<Result>>
  call(llvm::ArrayRef<data::Tensor *> arguments) const;

  /// The same without the checks, for arguments that `call` accepted before.
  std::vector<Result>
  callUnchecked(llvm::ArrayRef<data::Tensor *> arguments) const;

  /// The same as `call`; results in the memory of an argument are copied out of
  /// it.
  llvm::Expected<std::vector<data::Tensor>>
  operator()(llvm::ArrayRef<data::Tensor *> arguments) const;

private:
  const FunctionSignature *signaturePointer = nullptr;
  Adaptor adaptor = nullptr;
};

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_COMPILEDFUNCTION_H
