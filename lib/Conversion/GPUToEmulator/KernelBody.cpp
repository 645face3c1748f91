//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"
#include "dorefa/Runtime/Emulator.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Special registers
//===----------------------------------------------------------------------===//

static std::optional<int32_t> findRegister(Operation *op) {
  using Thread = DorefaEmulatorThread;
  return llvm::TypeSwitch<Operation *, std::optional<int32_t>>(op)
      .Case([](NVVM::ThreadIdXOp) { return Thread::threadIdX; })
      .Case([](NVVM::ThreadIdYOp) { return Thread::threadIdY; })
      .Case([](NVVM::ThreadIdZOp) { return Thread::threadIdZ; })
      .Case([](NVVM::BlockDimXOp) { return Thread::blockDimX; })
      .Case([](NVVM::BlockDimYOp) { return Thread::blockDimY; })
      .Case([](NVVM::BlockDimZOp) { return Thread::blockDimZ; })
      .Case([](NVVM::BlockIdXOp) { return Thread::blockIdX; })
      .Case([](NVVM::BlockIdYOp) { return Thread::blockIdY; })
      .Case([](NVVM::BlockIdZOp) { return Thread::blockIdZ; })
      .Case([](NVVM::GridDimXOp) { return Thread::gridDimX; })
      .Case([](NVVM::GridDimYOp) { return Thread::gridDimY; })
      .Case([](NVVM::GridDimZOp) { return Thread::gridDimZ; })
      .Case([](NVVM::LaneIdOp) { return Thread::laneId; })
      .Case([](NVVM::WarpIdOp) { return Thread::warpId; })
      .Case([](NVVM::WarpDimOp) { return Thread::warpCount; })
      .Case([](NVVM::DynamicSmemSize) { return Thread::dynamicSharedSize; })
      .Default([](Operation *) { return std::nullopt; });
}

/// The address of a field of the thread's state.
static Value getField(Emulation &emulation, OpBuilder &builder, Location loc,
                      Value thread, size_t offset) {
  return LLVM::GEPOp::create(
      builder, loc, emulation.pointer(), builder.getI8Type(), thread,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)},
      LLVM::GEPNoWrapFlags::inbounds);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

namespace {
class BodyConverter {
public:
  BodyConverter(Emulation &emulation, Value thread, const SharedLayout &layout)
      : emulation(emulation), thread(thread), layout(layout) {}

  LogicalResult convert(Operation *op);

private:
  LogicalResult convertAddress(LLVM::AddressOfOp address);
  LogicalResult convertCall(LLVM::CallOp call);
  void replace(Operation *op, Value value) {
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  }

  Emulation &emulation;
  Value thread;
  const SharedLayout &layout;
};
} // namespace

LogicalResult BodyConverter::convertAddress(LLVM::AddressOfOp address) {
  std::optional<SharedLayout::Variable> variable = layout.find(address);
  if (!variable)
    return success();
  OpBuilder builder(address);
  Location loc = address.getLoc();
  Value begin =
      LLVM::LoadOp::create(builder, loc, emulation.pointer(),
                           getField(emulation, builder, loc, thread,
                                    offsetof(DorefaEmulatorThread, shared)));
  replace(address,
          LLVM::GEPOp::create(
              builder, loc, emulation.pointer(), builder.getI8Type(), begin,
              ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(variable->offset)}));
  return success();
}

LogicalResult BodyConverter::convertCall(LLVM::CallOp call) {
  if (!call.getCallee())
    return call.emitError("the emulator knows no call through a pointer");
  StringRef name = *call.getCallee();
  if (name.starts_with("dorefaEmulator"))
    return success();
  auto module = call->getParentOfType<gpu::GPUModuleOp>();
  auto callee = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  OpBuilder builder(call);
  if (callee && callee.getBody().getNumArguments() > 0) {
    SmallVector<Value> arguments = {thread};
    llvm::append_range(arguments, call.getCalleeOperands());
    auto replacement = LLVM::CallOp::create(
        builder, call.getLoc(), call.getResultTypes(),
        FlatSymbolRefAttr::get(builder.getContext(),
                               (module.getName() + "_" + name).str()),
        arguments);
    call->replaceAllUsesWith(replacement);
    call->erase();
    return success();
  }
  // The names of libdevice are those of the C library with a prefix.
  StringRef plain = name;
  if (!plain.consume_front("__nv_"))
    return call.emitError("the emulator knows no function '") << name << "'";
  Value result =
      emulation.call(builder, call.getLoc(), plain,
                     call.getNumResults() ? call.getResult().getType() : Type(),
                     call.getCalleeOperands());
  if (result)
    call.getResult().replaceAllUsesWith(result);
  call->erase();
  return success();
}

LogicalResult BodyConverter::convert(Operation *op) {
  FailureOr<bool> isWarpOp = convertWarpOp(emulation, op, thread);
  if (failed(isWarpOp) || *isWarpOp)
    return isWarpOp;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  if (std::optional<int32_t> index = findRegister(op)) {
    replace(op, LLVM::LoadOp::create(builder, loc, emulation.i32(),
                                     getField(emulation, builder, loc, thread,
                                              sizeof(uint32_t) * *index)));
    return success();
  }
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](LLVM::AddressOfOp address) { return convertAddress(address); })
      .Case([&](LLVM::CallOp call) { return convertCall(call); })
      .Case([&](LLVM::AddrSpaceCastOp cast) {
        replace(cast, cast.getArg());
        return success();
      })
      .Case([&](NVVM::WarpSizeOp) {
        replace(op, emulation.constant(builder, loc, 32));
        return success();
      })
      .Case<NVVM::MembarOp, NVVM::PrefetchOp>([&](Operation *) {
        op->erase();
        return success();
      })
      .Case([&](LLVM::InlineAsmOp) {
        return op->emitError("the emulator knows no inline assembly");
      })
      .Default([&](Operation *) -> LogicalResult {
        if (isa<LLVM::LLVMDialect>(op->getDialect()))
          return success();
        return op->emitError("the emulator does not know '")
               << op->getName() << "'";
      });
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// All memory of the host is one address space.
static void dropAddressSpaces(LLVM::LLVMFuncOp function) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](LLVM::LLVMPointerType type) -> Type {
    return LLVM::LLVMPointerType::get(type.getContext());
  });
  replacer.addReplacement(
      [&](LLVM::LLVMStructType type) -> std::pair<Type, WalkResult> {
        if (type.isIdentified())
          return {type, WalkResult::skip()};
        SmallVector<Type> body;
        for (Type element : type.getBody())
          body.push_back(replacer.replace(element));
        return {LLVM::LLVMStructType::getLiteral(type.getContext(), body,
                                                 type.isPacked()),
                WalkResult::skip()};
      });
  replacer.recursivelyReplaceElementsIn(function, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}

LogicalResult mlir::dorefa::convertBody(Emulation &emulation,
                                        LLVM::LLVMFuncOp function, Value thread,
                                        const SharedLayout &layout,
                                        bool checkBounds) {
  if (checkBounds)
    addMemoryChecks(emulation, function, thread, layout);
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) {
    if (op != function)
      ops.push_back(op);
  });
  BodyConverter converter(emulation, thread, layout);
  for (Operation *op : ops)
    if (failed(converter.convert(op)))
      return failure();
  dropAddressSpaces(function);
  return success();
}
