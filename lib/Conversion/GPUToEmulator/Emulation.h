//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the parts of the conversion share.

#ifndef DOREFA_LIB_CONVERSION_GPUTOEMULATOR_EMULATION_H
#define DOREFA_LIB_CONVERSION_GPUTOEMULATOR_EMULATION_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::dorefa {

/// Builds what kernels and launches need in the module of the host.
class Emulation {
public:
  explicit Emulation(ModuleOp module);

  ModuleOp module() const { return host; }
  SymbolTable &symbols() { return symbolTable; }
  Type pointer() const { return pointerType; }
  Type i32() const { return int32; }
  Type i64() const { return int64; }

  Value constant(OpBuilder &builder, Location loc, int32_t value);
  Value constant64(OpBuilder &builder, Location loc, int64_t value);

  /// A call of the run-time function `name`, which is declared at need.
  Value call(OpBuilder &builder, Location loc, StringRef name, Type result,
             ValueRange arguments);

  /// The address of the text of an op's place. Where threads wait for one
  /// another, `isUnique` keeps places with equal texts apart.
  Value site(OpBuilder &builder, Operation *op, bool isUnique = false);
  /// The address of a constant text that ends with 0.
  Value text(OpBuilder &builder, Location loc, StringRef content);
  /// The same as a global of the module.
  LLVM::GlobalOp textGlobal(StringRef content);

  /// Room for `count` values, at the function's entry.
  Value allocate(OpBuilder &builder, Location loc, Type element, int64_t count);

private:
  ModuleOp host;
  SymbolTable symbolTable;
  Type pointerType, int32, int64;
  llvm::StringMap<LLVM::GlobalOp> sites;
};

/// Shared variables of a kernel: where each begins.
class SharedLayout {
public:
  /// Places the variables that `kernel` uses.
  SharedLayout(LLVM::LLVMFuncOp kernel);

  int64_t size() const { return end; }
  struct Variable {
    int64_t offset;
    /// In bytes; -1 for what the launch decides.
    int64_t size;
  };
  /// Nothing for an address that is not of shared memory.
  std::optional<Variable> find(LLVM::AddressOfOp address) const;

private:
  llvm::StringMap<Variable> variables;
  int64_t end = 0;
};

/// Puts a check before each access to memory in `function`.
void addMemoryChecks(Emulation &emulation, LLVM::LLVMFuncOp function,
                     Value thread, const SharedLayout &layout);

/// Replaces `op` if it is one of those that lanes of a warp do together or a
/// copy into shared memory. Failure is reported at the op.
FailureOr<bool> convertWarpOp(Emulation &emulation, Operation *op,
                              Value thread);

/// True for ops at which threads wait for one another.
bool isCollective(Operation *op);

/// Turns the body of a kernel, or of a function that kernels call, into one
/// that runs on the host; `thread` is its new first argument.
LogicalResult convertBody(Emulation &emulation, LLVM::LLVMFuncOp function,
                          Value thread, const SharedLayout &layout,
                          bool checkBounds);

/// Turns a launch into a call of the run-time library; `kernel` is the global
/// that describes the kernel.
LogicalResult convertLaunch(Emulation &emulation, gpu::LaunchFuncOp launch,
                            LLVM::GlobalOp kernel);

/// The global that describes a kernel to the run-time library.
LLVM::GlobalOp addKernel(Emulation &emulation, LLVM::LLVMFuncOp function,
                         StringRef name, int64_t sharedSize, bool isCollective);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_GPUTOEMULATOR_EMULATION_H
