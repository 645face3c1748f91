//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workspace.h"
#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_PLANBUFFERS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

static constexpr int64_t alignment = workspaceAlignment;

namespace {
struct Buffer {
  memref::AllocOp alloc;
  memref::DeallocOp dealloc;
  int64_t bytes; // for each unit of the dynamic size
  unsigned begin, end;
  int64_t offset = 0;

  bool isAliveWith(const Buffer &other) const {
    return begin < other.end && other.begin < end;
  }
};

/// Buffers by their dynamic size; those of constant size are under no value.
using Buffers = llvm::MapVector<Value, SmallVector<Buffer>>;
} // namespace

/// Sizes that are known where the function begins.
static bool isKnownAtEntry(Value size, Block &entry) {
  auto isArgument = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == &entry;
  };
  auto dim = size.getDefiningOp<memref::DimOp>();
  return isArgument(size) ||
         (dim && isArgument(dim.getSource()) && dim.getConstantIndex());
}

/// Nothing for elements that do not lie byte by byte.
static std::optional<int64_t> getElementBytes(Type type) {
  if (type.isIndex())
    return sizeof(int64_t);
  if (type.isIntOrFloat())
    return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8u);
  return std::nullopt;
}

static memref::DeallocOp findDealloc(memref::AllocOp alloc) {
  memref::DeallocOp found;
  for (Operation *user : alloc->getUsers())
    if (auto dealloc = dyn_cast<memref::DeallocOp>(user)) {
      if (found || dealloc->getBlock() != alloc->getBlock())
        return nullptr;
      found = dealloc;
    }
  return found;
}

static std::optional<Buffer> getBuffer(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  std::optional<int64_t> element = getElementBytes(type.getElementType());
  memref::DeallocOp dealloc = findDealloc(alloc);
  if (!element || !dealloc || !type.getLayout().isIdentity() ||
      type.getMemorySpace() || alloc.getDynamicSizes().size() > 1 ||
      alloc.getAlignment().value_or(alignment) > alignment)
    return std::nullopt;
  for (Value size : alloc.getDynamicSizes())
    if (!isKnownAtEntry(size, *alloc->getBlock()))
      return std::nullopt;
  int64_t bytes = *element;
  for (int64_t size : type.getShape())
    if (!ShapedType::isDynamic(size) && llvm::MulOverflow(bytes, size, bytes))
      return std::nullopt;
  return Buffer{alloc, dealloc, bytes, 0, 0};
}

static Buffers collectBuffers(Block &body) {
  DenseMap<Operation *, unsigned> positions;
  for (auto [i, op] : llvm::enumerate(body))
    positions[&op] = i;
  Buffers buffers;
  for (auto alloc : body.getOps<memref::AllocOp>()) {
    std::optional<Buffer> buffer = getBuffer(alloc);
    if (!buffer)
      continue;
    buffer->begin = positions[alloc];
    buffer->end = positions[buffer->dealloc];
    OperandRange sizes = alloc.getDynamicSizes();
    buffers[sizes.empty() ? Value() : sizes.front()].push_back(*buffer);
  }
  return buffers;
}

/// Places `buffer` beside those of `placed` that are alive with it: in the
/// smallest gap that holds it, or behind them.
static void place(Buffer &buffer, ArrayRef<Buffer *> placed) {
  SmallVector<Buffer *> others;
  for (Buffer *other : placed)
    if (buffer.isAliveWith(*other))
      others.push_back(other);
  llvm::sort(others,
             [](Buffer *a, Buffer *b) { return a->offset < b->offset; });
  int64_t end = 0, best = -1, smallest = 0;
  for (Buffer *other : others) {
    int64_t gap = other->offset - end;
    if (gap >= buffer.bytes && (best < 0 || gap < smallest)) {
      best = end;
      smallest = gap;
    }
    end = std::max<int64_t>(
        end, llvm::alignTo(other->offset + other->bytes, alignment));
  }
  buffer.offset = best < 0 ? end : best;
}

/// Gives all buffers their offsets; returns the bytes that they take.
static int64_t plan(MutableArrayRef<Buffer> buffers) {
  SmallVector<Buffer *> order;
  for (Buffer &buffer : buffers)
    order.push_back(&buffer);
  llvm::sort(order, [](Buffer *a, Buffer *b) {
    return std::tuple(a->bytes, a->end - a->begin, a->begin) >
           std::tuple(b->bytes, b->end - b->begin, b->begin);
  });
  int64_t bytes = 0;
  for (auto [i, buffer] : llvm::enumerate(order)) {
    place(*buffer, ArrayRef(order).take_front(i));
    bytes = std::max<int64_t>(
        bytes, llvm::alignTo(buffer->offset + buffer->bytes, alignment));
  }
  return bytes;
}

namespace {
struct PlanBuffers : mlir::dorefa::impl::PlanBuffersBase<PlanBuffers> {
  void runOnOperation() override {
    bool any = false;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.getBody().hasOneBlock())
        any |= planFunction(function);
    if (any)
      addWorkspaceFunctions(getOperation());
  }

private:
  /// Whether the function has a workspace now.
  bool planFunction(func::FuncOp function) {
    Block &body = function.getBody().front();
    Buffers buffers = collectBuffers(body);
    if (buffers.empty())
      return false;
    Sizes sizes(body, function.getLoc());
    SmallVector<std::pair<Buffer *, Value>> offsets;
    for (auto &[size, group] : buffers) {
      int64_t bytes = plan(group);
      Value unit = size ? sizes.rebuild(size) : sizes.getIndex(1);
      for (Buffer &buffer : group)
        offsets.push_back({&buffer, sizes.append(unit, buffer.offset)});
      sizes.end = sizes.append(unit, bytes);
    }
    Value workspace = createWorkspace(sizes.builder, function, sizes.end);
    for (auto [buffer, offset] : offsets)
      replace(*buffer, workspace, offset);
    return true;
  }

  /// Sums of sizes, at the beginning of a function.
  struct Sizes {
    Sizes(Block &body, Location loc)
        : builder(OpBuilder::atBlockBegin(&body)), loc(loc), end(getIndex(0)) {}

    Value getIndex(int64_t value) {
      return arith::ConstantIndexOp::create(builder, loc, value);
    }
    /// `bytes` a unit behind the end.
    Value append(Value unit, int64_t bytes) {
      Value product =
          arith::MulIOp::create(builder, loc, unit, getIndex(bytes));
      return arith::AddIOp::create(builder, loc, end, product);
    }
    Value rebuild(Value size) {
      auto dim = size.getDefiningOp<memref::DimOp>();
      if (!dim)
        return size;
      return memref::DimOp::create(builder, loc, dim.getSource(),
                                   *dim.getConstantIndex());
    }

    OpBuilder builder;
    Location loc;
    Value end;
  };

  static void replace(Buffer &buffer, Value workspace, Value offset) {
    memref::AllocOp alloc = buffer.alloc;
    OpBuilder builder(alloc);
    auto view =
        memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(),
                               workspace, offset, alloc.getDynamicSizes());
    buffer.dealloc.erase();
    alloc.replaceAllUsesWith(view.getResult());
    alloc.erase();
  }
};
} // namespace
