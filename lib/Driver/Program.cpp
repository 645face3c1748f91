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
#include "dorefa/ExecutionEngine/ModuleParts.h"
#include "dorefa/ExecutionEngine/ModuleSignatures.h"
#include "dorefa/ExecutionEngine/ObjectCache.h"
#include "dorefa/ExecutionEngine/RuntimeSymbols.h"
#include "dorefa/Pipelines/NVIDIAChips.h"
#include "dorefa/Pipelines/PTXAssembler.h"
#include "dorefa/Runtime/Cuda.h"

#include "llvm/Support/ThreadPool.h"

#include <mutex>

using namespace llvm;
using namespace dorefa::driver;
using namespace dorefa::engine;

/// Lowers the module, and returns the signatures of what can be called.
static Expected<std::vector<FunctionSignature>>
lowerProgram(mlir::ModuleOp module, const CompileOptions &options) {
  // Before anything is lowered for an assembler that is not there.
  if (options.target.kind == TargetKind::cuda && options.cubin == "always")
    if (Error error = checkAssembler("--cubin=always"))
      return error;
  std::vector<FunctionSignature> signatures = getSignatures(module);
  if (Error error = lowerToTensors(module, options))
    return error;
  if (options.freeze)
    signatures = getFrozenSignatures(signatures, getSignatures(module));
  prepareInterfaces(module, signatures);
  if (Error error = lowerToLLVM(module, options))
    return error;
  return signatures;
}

Expected<std::unique_ptr<Module>>
dorefa::driver::translateProgram(mlir::ModuleOp module,
                                 const CompileOptions &options,
                                 LLVMContext &context, TargetMachine &machine) {
  Expected<std::vector<FunctionSignature>> signatures =
      lowerProgram(module, options);
  if (!signatures)
    return signatures.takeError();
  Expected<std::unique_ptr<Module>> translated =
      translateToLLVM(module, context, machine);
  if (!translated)
    return translated.takeError();
  if (Error error = addCallAdaptors(**translated, *signatures))
    return error;
  addSignatureText(**translated, *signatures);
  return translated;
}

/// Compiles a module of the LLVM dialect, in which `signatures` are what can be
/// called from outside.
static Expected<std::unique_ptr<MemoryBuffer>>
compilePart(mlir::ModuleOp module, const TargetChoice &target,
            std::optional<ArrayRef<FunctionSignature>> signatures) {
  Expected<std::unique_ptr<TargetMachine>> machine =
      target.cpu.createTargetMachine();
  if (!machine)
    return machine.takeError();
  LLVMContext context;
  Expected<std::unique_ptr<Module>> translated =
      translateToLLVM(module, context, **machine);
  if (!translated)
    return translated.takeError();
  if (signatures) {
    if (Error error = addCallAdaptors(**translated, *signatures))
      return error;
    keepOnlyAdaptors(**translated, *signatures);
  }
  // Emulated kernels run once or twice, and most of their time in the emulator:
  // optimizing them takes longer than it saves.
  if (target.kind == TargetKind::emulator)
    (*machine)->setOptLevel(CodeGenOptLevel::None);
  else
    optimize(**translated, **machine);
  return emit(**translated, **machine, OutputKind::object);
}

/// Compiles the module in parts, on all processors.
static Expected<CachedObject> compileObjects(mlir::ModuleOp module,
                                             const CompileOptions &options) {
  Expected<std::vector<FunctionSignature>> signatures =
      lowerProgram(module, options);
  if (!signatures)
    return signatures.takeError();
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> parts = splitModule(module);
  std::vector<std::unique_ptr<MemoryBuffer>> objects(1 + parts.size());
  Error errors = Error::success();
  std::mutex errorsMutex;
  {
    DefaultThreadPool pool;
    auto compile = [&](mlir::ModuleOp part, size_t index,
                       std::optional<ArrayRef<FunctionSignature>> callable) {
      auto object = compilePart(part, options.target, callable);
      if (object) {
        objects[index] = std::move(*object);
        return;
      }
      std::lock_guard lock(errorsMutex);
      errors = joinErrors(std::move(errors), object.takeError());
    };
    pool.async([&] { compile(module, 0, *signatures); });
    for (size_t i = 0; i < parts.size(); ++i)
      pool.async([&, i] { compile(*parts[i], i + 1, std::nullopt); });
    pool.wait();
  }
  if (errors)
    return errors;
  return CachedObject{std::move(*signatures), std::move(objects)};
}

static CacheKey makeKey(mlir::ModuleOp module, const CompileOptions &options) {
  CacheKey key;
  std::string text;
  raw_string_ostream(text) << *module;
  key.add("module", text);
  key.add("pipeline", describePipeline(options));
  if (options.target.kind == TargetKind::cuda && options.cubin != "never")
    if (auto assembler = mlir::dorefa::PTXAssembler::find())
      key.add("assembler", assembler->describeVersion());
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

/// Says so where there is no GPU to run on, and has kernels compiled for the
/// one that is there unless the user wants others.
static Error checkCuda(CompileOptions &options) {
  std::string why = dorefa::cuda::whyUnavailable();
  if (!why.empty())
    return unavailableError("target 'cuda' is not available: " + why);
  if (!options.target.chips.empty())
    return Error::success();
  int capability = dorefa::cuda::getComputeCapability();
  const mlir::dorefa::NVIDIAChip *chip = mlir::dorefa::findChipFor(capability);
  if (!chip)
    return unavailableError(
        "target 'cuda' is not available: " + dorefa::cuda::getDeviceName() +
        " has compute capability " + Twine(capability / 10) + "." +
        Twine(capability % 10) + ", kernels need 8.0");
  options.target.chips.push_back(chip->name.str());
  return Error::success();
}

/// Where the code's tensors are; null for the host's memory.
static Device *getDevice(const CompileOptions &options) {
  if (options.target.kind == TargetKind::cuda)
    return &Device::cuda();
  if (options.target.kind != TargetKind::emulator)
    return nullptr;
  dorefa::emulator::Options emulation;
  emulation.order = options.threadOrder;
  emulation.threads = getThreadCount();
  dorefa::emulator::setOptions(emulation);
  return &Device::emulator();
}

Expected<std::unique_ptr<Engine>>
dorefa::driver::compileProgram(mlir::ModuleOp module,
                               const CompileOptions &chosen, raw_ostream &notes,
                               bool *fromCache) {
  CompileOptions options = chosen;
  if (options.target.kind == TargetKind::cuda)
    if (Error error = checkCuda(options))
      return error;
  if (fromCache)
    *fromCache = false;
  if (options.threads)
    setThreadCount(options.threads);
  if (Error error = options.target.cpu.checkRunsHere())
    return unavailableError(toString(std::move(error)));
  Expected<std::optional<ObjectCache>> cache = openCache(options);
  if (!cache)
    return cache.takeError();
  Device *device = getDevice(options);
  std::optional<CacheKey> key;
  if (*cache) {
    key = makeKey(module, options);
    if (std::optional<CachedObject> entry = (*cache)->lookup(*key)) {
      if (fromCache)
        *fromCache = true;
      return Engine::create(std::move(entry->objects),
                            std::move(entry->signatures), device);
    }
  }

  Expected<CachedObject> compiled = compileObjects(module, options);
  if (!compiled)
    return compiled.takeError();
  if (*cache)
    if (Error error = (*cache)->store(*key, *compiled))
      notes << "note: compiled code is not kept: " << toString(std::move(error))
            << '\n';
  return Engine::create(std::move(compiled->objects),
                        std::move(compiled->signatures), device);
}
