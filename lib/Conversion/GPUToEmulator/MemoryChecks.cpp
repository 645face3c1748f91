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
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

static constexpr unsigned sharedSpace = 3, localSpace = 5;

/// What was put into a struct at `position`, if it can be seen.
static Value findInserted(Value container, ArrayRef<int64_t> position) {
  while (auto insert = container.getDefiningOp<LLVM::InsertValueOp>()) {
    if (insert.getPosition() == position)
      return insert.getValue();
    container = insert.getContainer();
  }
  return {};
}

/// The pointer that an address was computed from.
static Value findBase(Value address) {
  while (Operation *op = address.getDefiningOp()) {
    Value next;
    if (auto element = dyn_cast<LLVM::GEPOp>(op))
      next = element.getBase();
    else if (auto cast = dyn_cast<LLVM::AddrSpaceCastOp>(op))
      next = cast.getArg();
    else if (auto extract = dyn_cast<LLVM::ExtractValueOp>(op))
      next = findInserted(extract.getContainer(), extract.getPosition());
    if (!next)
      break;
    address = next;
  }
  return address;
}

static bool isIn(Value pointer, unsigned space) {
  return cast<LLVM::LLVMPointerType>(pointer.getType()).getAddressSpace() ==
         space;
}

namespace {
struct Access {
  Value address;
  Type type;
  bool isWrite;
};

class Checker {
public:
  Checker(Emulation &emulation, LLVM::LLVMFuncOp function, Value thread,
          const SharedLayout &layout)
      : emulation(emulation), thread(thread), layout(layout),
        sizes(DataLayout::closest(function)) {}

  void check(Operation *op, const Access &access) {
    OpBuilder builder(op);
    Location loc = op->getLoc();
    Value size = emulation.constant64(
        builder, loc, sizes.getTypeSize(access.type).getFixedValue());
    checkSized(op, access.address, size, access.isWrite);
  }

  /// `isWrite` is 2 for a copy that happens later.
  void checkSized(Operation *op, Value address, Value size, int isWrite) {
    Value base = findBase(address);
    if (base.getDefiningOp<LLVM::AllocaOp>() || isIn(base, localSpace))
      return;
    OpBuilder builder(op);
    Location loc = op->getLoc();
    Value write = emulation.constant(builder, loc, isWrite);
    Value site = emulation.site(builder, op);
    auto variable = base.getDefiningOp<LLVM::AddressOfOp>();
    if (!isIn(base, sharedSpace)) {
      // Constants of the module are outside of what the host allocated.
      if (!variable)
        emulation.call(builder, loc, "dorefaEmulatorCheck", {},
                       {thread, base, address, size, write, site});
      return;
    }
    int64_t length = -1;
    Value begin = base;
    if (std::optional<SharedLayout::Variable> found =
            variable ? layout.find(variable) : std::nullopt)
      length = found->size;
    else
      begin = LLVM::LoadOp::create(
          builder, loc, emulation.pointer(),
          LLVM::GEPOp::create(
              builder, loc, emulation.pointer(), builder.getI8Type(), thread,
              ArrayRef<LLVM::GEPArg>{offsetof(DorefaEmulatorThread, shared)}));
    emulation.call(builder, loc, "dorefaEmulatorCheckShared", {},
                   {thread, begin, emulation.constant64(builder, loc, length),
                    address, size, write, site});
  }

private:
  Emulation &emulation;
  Value thread;
  const SharedLayout &layout;
  DataLayout sizes;
};
} // namespace

void mlir::dorefa::addMemoryChecks(Emulation &emulation,
                                   LLVM::LLVMFuncOp function, Value thread,
                                   const SharedLayout &layout) {
  Checker checker(emulation, function, thread, layout);
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops)
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](LLVM::LoadOp load) {
          checker.check(op, {load.getAddr(), load.getType(), false});
        })
        .Case([&](LLVM::StoreOp store) {
          checker.check(op,
                        {store.getAddr(), store.getValue().getType(), true});
        })
        .Case([&](LLVM::AtomicRMWOp update) {
          checker.check(op, {update.getPtr(), update.getType(), true});
        })
        .Case([&](LLVM::AtomicCmpXchgOp exchange) {
          checker.check(op,
                        {exchange.getPtr(), exchange.getVal().getType(), true});
        })
        .Case([&](LLVM::MemcpyOp copy) {
          checker.checkSized(op, copy.getDst(), copy.getLen(), true);
          checker.checkSized(op, copy.getSrc(), copy.getLen(), false);
        })
        .Case([&](NVVM::CpAsyncOp copy) {
          OpBuilder builder(op);
          Value size =
              emulation.constant64(builder, op->getLoc(), copy.getSize());
          checker.checkSized(op, copy.getDst(), size, 2);
          // Bytes that are filled with zeros are not read.
          if (copy.getCpSize())
            size = LLVM::ZExtOp::create(builder, op->getLoc(), emulation.i64(),
                                        copy.getCpSize());
          checker.checkSized(op, copy.getSrc(), size, false);
        })
        .Case([&](LLVM::MemsetOp fill) {
          checker.checkSized(op, fill.getDst(), fill.getLen(), true);
        });
}
