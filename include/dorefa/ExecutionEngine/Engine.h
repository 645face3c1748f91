//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Compiled code in this process.

#ifndef DOREFA_EXECUTIONENGINE_ENGINE_H
#define DOREFA_EXECUTIONENGINE_ENGINE_H

#include "dorefa/ExecutionEngine/CompiledFunction.h"

#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace dorefa::engine {

/// Object files, linked into this process. What the code calls is looked up
/// here: the C library and its mathematics, the OpenMP run-time library, and
/// the functions of the device, if there is one.
class Engine {
public:
  static llvm::Expected<std::unique_ptr<Engine>>
  create(std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects,
         std::vector<FunctionSignature> signatures, Device *device = nullptr);
  ~Engine();

  llvm::ArrayRef<FunctionSignature> signatures() const { return functions; }

  /// The function `name`. The error lists those there are, or says why this
  /// one cannot be called.
  llvm::Expected<CompiledFunction> lookup(llvm::StringRef name) const;

  /// Bytes of the workspace that functions keep from call to call
  /// (--dorefa-plan-buffers), enough for all calls so far; 0 if there is none.
  /// Not while a function runs.
  int64_t workspaceBytes() const;

  /// Frees the workspace; the next call makes one. Not while a function runs.
  void freeWorkspace();

private:
  Engine(std::unique_ptr<llvm::orc::LLJIT> jit,
         std::vector<FunctionSignature> signatures, Device *device);

  std::unique_ptr<llvm::orc::LLJIT> jit;
  std::vector<FunctionSignature> functions;
  Device *device;
};

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_ENGINE_H
