//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/LaunchPlan.h"

#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/Lowering.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/TextTable.h"
#include "dorefa/Pipelines/GPUPipelines.h"
#include "dorefa/Pipelines/PTXAssembler.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace dorefa::driver;

std::vector<std::string>
dorefa::driver::getPlannedChips(const CompileOptions &options) {
  if (options.target.chips.empty())
    return {mlir::dorefa::kDefaultChip.str()};
  return options.target.chips;
}

/// Whether the first axis of a memref is that of an argument.
static bool isFirstAxisOfArgument(mlir::Value memref,
                                  mlir::func::FuncOp function) {
  while (auto view = memref.getDefiningOp<mlir::memref::CollapseShapeOp>()) {
    if (view.getReassociationIndices().front().size() != 1)
      return false;
    memref = view.getSrc();
  }
  auto argument = dyn_cast<mlir::BlockArgument>(memref);
  return argument && argument.getOwner() == &function.front();
}

/// Puts the number of images in place of the sizes of the function's arguments
/// that are it.
static void replaceSizes(mlir::func::FuncOp function, int64_t batch) {
  SmallVector<mlir::memref::DimOp> sizes;
  function.walk([&](mlir::memref::DimOp size) {
    if (size.getConstantIndex() == 0 &&
        isFirstAxisOfArgument(size.getSource(), function))
      sizes.push_back(size);
  });
  for (mlir::memref::DimOp size : sizes) {
    mlir::OpBuilder builder(size);
    size.replaceAllUsesWith(
        mlir::arith::ConstantIndexOp::create(builder, size.getLoc(), batch)
            .getResult());
    size.erase();
  }
}

static Error fold(mlir::ModuleOp module) {
  mlir::PassManager passes(module->getName());
  passes.addPass(mlir::createCanonicalizerPass());
  if (failed(passes.run(module)))
    return inputError("the launches cannot be counted");
  return Error::success();
}

/// Makes the host's code that of calls with a batch of this size: what depends
/// on the size is decided, and loops are written out. The kernels are outlined
/// already, so they stay those of any batch.
static Error fixBatch(mlir::ModuleOp module, StringRef entry, int64_t batch) {
  auto function = module.lookupSymbol<mlir::func::FuncOp>(entry);
  replaceSizes(function, batch);
  if (Error error = fold(module))
    return error;
  SmallVector<mlir::scf::ForOp> loops;
  // Inner ones first.
  function.walk([&](mlir::scf::ForOp loop) { loops.push_back(loop); });
  for (mlir::scf::ForOp loop : loops)
    if (loop.getStaticTripCount())
      (void)mlir::loopUnrollFull(loop);
  return loops.empty() ? Error::success() : fold(module);
}

static std::string findSource(mlir::Location location) {
  std::string source;
  location->walk([&](mlir::Location inner) {
    auto place = dyn_cast<mlir::FileLineColLoc>(inner);
    if (!place)
      return mlir::WalkResult::advance();
    source = (sys::path::filename(place.getFilename().getValue()) + ":" +
              Twine(place.getLine()))
                 .str();
    return mlir::WalkResult::interrupt();
  });
  return source;
}

static std::optional<int64_t> getConstant(mlir::Value value) {
  APInt constant;
  if (matchPattern(value, mlir::m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

/// Shared memory that a kernel declares.
static int64_t countShared(mlir::gpu::GPUModuleOp kernels,
                           mlir::LLVM::LLVMFuncOp kernel) {
  SmallPtrSet<mlir::Operation *, 4> seen;
  int64_t bytes = 0;
  mlir::DataLayout layout(kernels);
  kernel.walk([&](mlir::LLVM::AddressOfOp address) {
    auto global =
        kernels.lookupSymbol<mlir::LLVM::GlobalOp>(address.getGlobalName());
    if (global && global.getAddrSpace() == 3 && seen.insert(global).second)
      bytes += layout.getTypeSize(global.getType());
  });
  return bytes;
}

static std::vector<LaunchPlan> listLaunches(mlir::LLVM::LLVMFuncOp function) {
  auto module = function->getParentOfType<mlir::ModuleOp>();
  std::vector<LaunchPlan> plans;
  StringMap<size_t> positions;
  function.walk([&](mlir::gpu::LaunchFuncOp launch) {
    LaunchPlan plan;
    plan.kernel = launch.getKernelName().getValue();
    plan.grid = {getConstant(launch.getGridSizeX()),
                 getConstant(launch.getGridSizeY()),
                 getConstant(launch.getGridSizeZ())};
    plan.block = {getConstant(launch.getBlockSizeX()),
                  getConstant(launch.getBlockSizeY()),
                  getConstant(launch.getBlockSizeZ())};
    std::string key = plan.kernel;
    for (const auto &sizes : {plan.grid, plan.block})
      for (std::optional<int64_t> size : sizes)
        key += " " + std::to_string(size.value_or(-1));
    auto [known, isNew] = positions.try_emplace(key, plans.size());
    if (!isNew) {
      ++plans[known->second].launches;
      return;
    }
    plan.launches = 1;
    plan.source = findSource(launch.getLoc());
    auto kernels = module.lookupSymbol<mlir::gpu::GPUModuleOp>(
        launch.getKernelModuleName());
    plan.sharedBytes = countShared(
        kernels, kernels.lookupSymbol<mlir::LLVM::LLVMFuncOp>(plan.kernel));
    if (mlir::Value shared = launch.getDynamicSharedMemorySize())
      plan.sharedBytes += getConstant(shared).value_or(0);
    plans.push_back(std::move(plan));
  });
  return plans;
}

Expected<std::vector<LaunchPlan>>
dorefa::driver::planLaunches(mlir::ModuleOp module, StringRef entry,
                             int64_t batch, StringRef chip,
                             const CompileOptions &chosen) {
  CompileOptions options = chosen;
  options.target.chips = {chip.str()};
  if (Error error = keepFunctions(module, {entry}))
    return error;
  if (Error error =
          lowerToKernels(module, options, [&](mlir::ModuleOp launches) {
            return fixBatch(launches, entry, batch);
          }))
    return error;
  std::vector<LaunchPlan> plans =
      listLaunches(module.lookupSymbol<mlir::LLVM::LLVMFuncOp>(entry));
  if (plans.empty())
    return plans;
  Expected<std::string> ptx = writePTX(module);
  if (!ptx)
    return ptx.takeError();
  StringMap<mlir::dorefa::KernelResources> resources;
  if (auto assembler = mlir::dorefa::PTXAssembler::find()) {
    auto assembled = assembler->assemble(*ptx, chip);
    if (!assembled)
      return assembled.takeError();
    resources = std::move(assembled->kernels);
  }
  for (LaunchPlan &plan : plans) {
    plan.chip = chip;
    if (auto found = resources.find(plan.kernel); found != resources.end()) {
      plan.registers = found->second.registers;
      plan.spilledBytes = found->second.spilledBytes;
    }
  }
  return plans;
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

using Sizes = std::array<std::optional<int64_t>, 3>;

/// "64x2", without ones at the end.
static std::string toText(const Sizes &sizes) {
  size_t rank = 3;
  while (rank > 1 && sizes[rank - 1] == 1)
    --rank;
  std::string text;
  for (std::optional<int64_t> size : ArrayRef(sizes).take_front(rank))
    text += (text.empty() ? "" : "x") + (size ? std::to_string(*size) : "?");
  return text;
}

static std::string toText(std::optional<int64_t> number) {
  return number ? std::to_string(*number) : "-";
}

void dorefa::driver::printLaunches(ArrayRef<LaunchPlan> plans,
                                   raw_ostream &stream) {
  std::vector<TableRow> rows{{"kernel", "source", "launches", "grid", "block",
                              "shared bytes", "registers", "spilled bytes"}};
  int64_t launches = 0, shared = 0;
  std::optional<int64_t> registers, spilled;
  StringSet<> kernels;
  for (const LaunchPlan &plan : plans) {
    rows.push_back({plan.kernel, plan.source, std::to_string(plan.launches),
                    toText(plan.grid), toText(plan.block),
                    std::to_string(plan.sharedBytes), toText(plan.registers),
                    toText(plan.spilledBytes)});
    launches += plan.launches;
    kernels.insert(plan.kernel);
    shared = std::max(shared, plan.sharedBytes);
    registers = std::max(registers, plan.registers);
    spilled = std::max(spilled, plan.spilledBytes);
  }
  printTable(rows, /*firstNumber=*/2, stream);
  stream << launches << " launches of " << kernels.size()
         << " kernels; at most " << shared << " bytes shared, "
         << toText(registers) << " registers, " << toText(spilled)
         << " bytes spilled\n";
}

static json::Value toJSON(const Sizes &sizes) {
  json::Array array;
  for (std::optional<int64_t> size : sizes)
    array.push_back(size ? json::Value(*size) : json::Value(nullptr));
  return array;
}

static json::Value toJSON(const LaunchPlan &plan) {
  json::Object object{{"chip", plan.chip},
                      {"kernel", plan.kernel},
                      {"source", plan.source},
                      {"launches", plan.launches},
                      {"grid", toJSON(plan.grid)},
                      {"block", toJSON(plan.block)},
                      {"bytes_shared", plan.sharedBytes}};
  if (plan.registers)
    object["registers"] = *plan.registers;
  if (plan.spilledBytes)
    object["bytes_spilled"] = *plan.spilledBytes;
  return object;
}

json::Array dorefa::driver::describeLaunches(ArrayRef<LaunchPlan> plans) {
  json::Array array;
  for (const LaunchPlan &plan : plans)
    array.push_back(toJSON(plan));
  return array;
}
