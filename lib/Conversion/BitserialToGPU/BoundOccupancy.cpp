//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/BitserialToGPU/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_BOUNDOCCUPANCY
#include "dorefa/Conversion/BitserialToGPU/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// Of a multiprocessor, from sm_80 on, and the most that a thread can have.
constexpr int64_t allRegisters = 65536, mostRegisters = 256;
/// Of kernels that count bits for many pairs of planes, and how many pairs that
/// are: with 72, which ptxas prefers, they spill.
constexpr int64_t loopRegisters = 96, manyPairs = 40;

/// Registers that a thread may have; nothing if ptxas is to choose.
static std::optional<int64_t> getRegisters(gpu::GPUFuncOp kernel) {
  bool onTensorCores = false;
  int64_t counts = 0;
  kernel.walk([&](Operation *op) {
    onTensorCores |= isa<NVVM::MmaOp, nvgpu::MmaSyncOp>(op);
    counts += isa<math::CtPopOp>(op);
  });
  if (onTensorCores)
    return mostRegisters;
  if (counts >= manyPairs)
    return loopRegisters;
  return std::nullopt;
}

namespace {
struct BoundOccupancy : dorefa::impl::BoundOccupancyBase<BoundOccupancy> {
  using BoundOccupancyBase::BoundOccupancyBase;

  void runOnOperation() override {
    getOperation().walk([&](gpu::GPUFuncOp kernel) {
      auto block = kernel.getKnownBlockSize();
      std::optional<int64_t> registers = getRegisters(kernel);
      if (!block || !registers)
        return;
      int64_t threads = 1;
      for (int32_t size : *block)
        threads *= size;
      int64_t blocks = std::max<int64_t>(
          1, allRegisters / (*registers * std::max<int64_t>(threads, 32)));
      kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                      Builder(kernel).getI32IntegerAttr(blocks));
    });
  }
};
} // namespace
