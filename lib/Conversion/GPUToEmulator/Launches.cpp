//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Kernels, as the run-time library finds them
//===----------------------------------------------------------------------===//

/// A function (thread, addresses of arguments) that calls the kernel.
static LLVM::LLVMFuncOp addRunFunction(Emulation &emulation,
                                       LLVM::LLVMFuncOp function) {
  OpBuilder builder = OpBuilder::atBlockEnd(emulation.module().getBody());
  Location loc = function.getLoc();
  Type pointer = emulation.pointer();
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()), {pointer, pointer});
  auto run = LLVM::LLVMFuncOp::create(builder, loc,
                                      (function.getName() + "_run").str(), type,
                                      LLVM::Linkage::Internal);
  emulation.symbols().insert(run);
  Block *body = run.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  SmallVector<Value> arguments = {body->getArgument(0)};
  for (auto [i, type] :
       llvm::enumerate(function.getArgumentTypes().drop_front())) {
    Value slot = LLVM::GEPOp::create(
        builder, loc, pointer, pointer, body->getArgument(1),
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    Value address = LLVM::LoadOp::create(builder, loc, pointer, slot);
    arguments.push_back(LLVM::LoadOp::create(builder, loc, type, address));
  }
  LLVM::CallOp::create(builder, loc, function, arguments);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return run;
}

LLVM::GlobalOp dorefa::addKernel(Emulation &emulation,
                                 LLVM::LLVMFuncOp function, StringRef name,
                                 int64_t sharedSize, bool isCollective) {
  Location loc = function.getLoc();
  LLVM::LLVMFuncOp run = addRunFunction(emulation, function);
  LLVM::GlobalOp text = emulation.textGlobal(name);
  OpBuilder builder = OpBuilder::atBlockEnd(emulation.module().getBody());
  // DorefaEmulatorKernel; others than the host's code may look for it.
  auto type = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {emulation.pointer(), emulation.pointer(),
                             emulation.i64(), emulation.i32()});
  auto global = LLVM::GlobalOp::create(
      builder, loc, type, /*isConstant=*/true, LLVM::Linkage::External,
      (function.getName() + "_kernel").str(), Attribute());
  emulation.symbols().insert(global);
  builder.createBlock(&global.getInitializerRegion());
  Value fields[] = {LLVM::AddressOfOp::create(builder, loc, run),
                    LLVM::AddressOfOp::create(builder, loc, text),
                    emulation.constant64(builder, loc, sharedSize),
                    emulation.constant(builder, loc, isCollective)};
  Value value = LLVM::PoisonOp::create(builder, loc, type);
  for (auto [i, field] : llvm::enumerate(fields))
    value = LLVM::InsertValueOp::create(builder, loc, value, field,
                                        static_cast<int64_t>(i));
  LLVM::ReturnOp::create(builder, loc, value);
  return global;
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

LogicalResult dorefa::convertLaunch(Emulation &emulation,
                                    gpu::LaunchFuncOp launch,
                                    LLVM::GlobalOp kernel) {
  if (!launch->getParentOfType<LLVM::LLVMFuncOp>())
    return launch.emitError("expected the host's code in the LLVM dialect; "
                            "gpu-to-llvm makes it");
  if (launch.hasClusterSize())
    return launch.emitError("the emulator knows no clusters of blocks");
  OpBuilder builder(launch);
  Location loc = launch.getLoc();
  Type pointer = emulation.pointer();
  size_t count = launch.getKernelOperands().size();
  Value slots =
      emulation.allocate(builder, loc, pointer, std::max<size_t>(count, 1));
  for (auto [i, operand] : llvm::enumerate(launch.getKernelOperands())) {
    if (!LLVM::isCompatibleType(operand.getType()))
      return launch.emitError("expected operands of the LLVM dialect, found ")
             << operand.getType();
    Value memory = emulation.allocate(builder, loc, operand.getType(), 1);
    LLVM::StoreOp::create(builder, loc, operand, memory);
    Value slot =
        LLVM::GEPOp::create(builder, loc, pointer, pointer, slots,
                            ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    LLVM::StoreOp::create(builder, loc, memory, slot);
  }
  Value null = LLVM::ZeroOp::create(builder, loc, pointer);
  SmallVector<Value> arguments = {
      LLVM::AddressOfOp::create(builder, loc, kernel)};
  for (Value size : {launch.getGridSizeX(), launch.getGridSizeY(),
                     launch.getGridSizeZ(), launch.getBlockSizeX(),
                     launch.getBlockSizeY(), launch.getBlockSizeZ()}) {
    if (size.getType() != emulation.i64())
      size = LLVM::SExtOp::create(builder, loc, emulation.i64(), size);
    arguments.push_back(size);
  }
  Value shared = launch.getDynamicSharedMemorySize();
  arguments.push_back(shared ? shared : emulation.constant(builder, loc, 0));
  arguments.append(
      {null, slots, null, emulation.constant64(builder, loc, count)});
  emulation.call(builder, loc, "mgpuLaunchKernel", {}, arguments);
  launch.erase();
  return success();
}
