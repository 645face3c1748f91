//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/Engine.h"

#include "dorefa/ExecutionEngine/CallAdaptor.h"
#include "dorefa/ExecutionEngine/PerfMap.h"
#include "dorefa/ExecutionEngine/RuntimeSymbols.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace dorefa::engine;

/// Lets the code find what it calls: first the run-time functions of this
/// library, which may have been loaded where the process does not see its
/// symbols (as a Python extension), then all that the process exports.
static Error addRuntimeSymbols(orc::LLJIT &jit, const Device *device) {
  Device::Symbols all = getRuntimeSymbols();
  if (device)
    append_range(all, device->symbols());
  orc::SymbolMap symbols;
  for (auto [name, address] : all)
    symbols[jit.mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(address),
                                          JITSymbolFlags::Exported |
                                              JITSymbolFlags::Callable};
  orc::JITDylib &library = jit.getMainJITDylib();
  if (Error error = library.define(orc::absoluteSymbols(std::move(symbols))))
    return error;
  char prefix = jit.getDataLayout().getGlobalPrefix();
  for (const std::string &path : getRuntimeLibraries()) {
    auto generator = orc::DynamicLibrarySearchGenerator::Load(
        path.c_str(), prefix, [](const orc::SymbolStringPtr &name) {
          return isRuntimeLibrarySymbol(*name);
        });
    if (!generator)
      return generator.takeError();
    library.addGenerator(std::move(*generator));
  }
  return Error::success();
}

Expected<std::unique_ptr<Engine>>
Engine::create(std::vector<std::unique_ptr<MemoryBuffer>> objects,
               std::vector<FunctionSignature> signatures, Device *device) {
  InitializeNativeTarget();
  // The code has no static constructors, so it needs no platform support.
  auto jit =
      orc::LLJITBuilder().setPlatformSetUp(orc::setUpInactivePlatform).create();
  if (!jit)
    return jit.takeError();
  if (Error error = addRuntimeSymbols(**jit, device))
    return error;
  addPerfMap(**jit);
  for (std::unique_ptr<MemoryBuffer> &object : objects)
    if (Error error = (*jit)->addObjectFile(std::move(object)))
      return error;
  return std::unique_ptr<Engine>(
      new Engine(std::move(*jit), std::move(signatures), device));
}

Engine::Engine(std::unique_ptr<orc::LLJIT> jit,
               std::vector<FunctionSignature> signatures, Device *device)
    : jit(std::move(jit)), functions(std::move(signatures)), device(device) {}

int64_t Engine::workspaceBytes() const {
  auto address = jit->lookup("dorefa_workspace_bytes");
  if (address)
    return address->toPtr<int64_t (*)()>()();
  consumeError(address.takeError());
  return 0;
}

Engine::~Engine() { freeWorkspace(); }

void Engine::freeWorkspace() {
  if (auto address = jit->lookup("dorefa_free_workspace"))
    address->toPtr<void (*)()>()();
  else
    consumeError(address.takeError());
}

Expected<CompiledFunction> Engine::lookup(StringRef name) const {
  SmallVector<StringRef> names;
  for (const FunctionSignature &signature : functions) {
    names.push_back(signature.name);
    if (signature.name != name)
      continue;
    if (!signature.obstacle.empty())
      return createStringError("function '" + name +
                               "' cannot be called: its " + signature.obstacle +
                               "; expected scalars and ranked tensors of i1, "
                               "i8, i16, i32, i64, index, f32, f64 or codes");
    auto address = jit->lookup(getAdaptorName(name));
    if (!address)
      return address.takeError();
    return CompiledFunction(
        signature, address->toPtr<CompiledFunction::Adaptor>(), device);
  }
  return createStringError(
      "no public function '" + name + "' in the module; " +
      (names.empty() ? "there is none" : "there are " + join(names, ", ")));
}
