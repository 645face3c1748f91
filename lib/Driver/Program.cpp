//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Program.h"

#include "dorefa/Driver/Lowering.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/ExecutionEngine/CallAdaptor.h"
#include "dorefa/ExecutionEngine/Compiler.h"
#include "dorefa/ExecutionEngine/ModuleSignatures.h"
#include "dorefa/ExecutionEngine/ObjectCache.h"
#include "dorefa/ExecutionEngine/RuntimeSymbols.h"

using namespace llvm;
using namespace dorefa::driver;
using namespace dorefa::engine;

Expected<std::unique_ptr<Module>>
dorefa::driver::translateProgram(mlir::ModuleOp module,
                                 const CompileOptions &options,
                                 ArrayRef<FunctionSignature> signatures,
                                 LLVMContext &context, TargetMachine &machine) {
  prepareInterfaces(module, signatures);
  if (Error error = lower(module, options))
    return error;
  Expected<std::unique_ptr<Module>> translated =
      translateToLLVM(module, context, machine);
  if (!translated)
    return translated.takeError();
  if (Error error = addCallAdaptors(**translated, signatures))
    return error;
  return translated;
}

static Expected<std::unique_ptr<MemoryBuffer>>
compileObject(mlir::ModuleOp module, const CompileOptions &options,
              ArrayRef<FunctionSignature> signatures) {
  Expected<std::unique_ptr<TargetMachine>> machine =
      options.target.cpu.createTargetMachine();
  if (!machine)
    return machine.takeError();
  LLVMContext context;
  Expected<std::unique_ptr<Module>> translated =
      translateProgram(module, options, signatures, context, **machine);
  if (!translated)
    return translated.takeError();
  keepOnlyAdaptors(**translated, signatures);
  optimize(**translated, **machine);
  return emit(**translated, **machine, OutputKind::object);
}

static CacheKey makeKey(mlir::ModuleOp module, const CompileOptions &options) {
  CacheKey key;
  std::string text;
  raw_string_ostream(text) << *module;
  key.add("module", text);
  key.add("pipeline", describePipeline(options));
  key.add("triple", options.target.cpu.triple);
  key.add("cpu", options.target.cpu.cpu);
  key.add("features", options.target.cpu.features);
  return key;
}

/// The cache of this user, cleared if the options ask for it; nothing if they
/// ask for none.
static Expected<std::optional<ObjectCache>>
openCache(const CompileOptions &options) {
  std::optional<std::string> directory = ObjectCache::defaultDirectory();
  if (!directory)
    return std::nullopt;
  ObjectCache cache(*directory);
  if (options.clearCache)
    if (Error error = cache.clear())
      return error;
  if (options.noCache)
    return std::nullopt;
  return cache;
}

Expected<std::unique_ptr<Engine>> dorefa::driver::compileProgram(
    mlir::ModuleOp module, const CompileOptions &options, raw_ostream &notes) {
  if (options.threads)
    setThreadCount(options.threads);
  if (Error error = options.target.cpu.checkRunsHere())
    return unavailableError(toString(std::move(error)));
  Expected<std::optional<ObjectCache>> cache = openCache(options);
  if (!cache)
    return cache.takeError();
  std::optional<CacheKey> key;
  if (*cache) {
    key = makeKey(module, options);
    if (std::optional<CachedObject> entry = (*cache)->lookup(*key))
      return Engine::create(std::move(entry->object),
                            std::move(entry->signatures));
  }

  std::vector<FunctionSignature> signatures = getSignatures(module);
  Expected<std::unique_ptr<MemoryBuffer>> object =
      compileObject(module, options, signatures);
  if (!object)
    return object.takeError();
  if (*cache)
    if (Error error = (*cache)->store(*key, signatures, **object))
      notes << "note: compiled code is not kept: " << toString(std::move(error))
            << '\n';
  return Engine::create(std::move(*object), std::move(signatures));
}
