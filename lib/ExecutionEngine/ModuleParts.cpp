//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/ModuleParts.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

using llvm::cast;
using llvm::dyn_cast;
using mlir::LLVM::GlobalOp;
using mlir::LLVM::LLVMFuncOp;
using Modules = std::vector<mlir::OwningOpRef<mlir::ModuleOp>>;

namespace {
/// A function that can be compiled apart, and what it refers to.
struct Movable {
  LLVMFuncOp function;
  llvm::SetVector<mlir::Operation *> symbols;
  int64_t size = 0; // ops
  size_t part = 0;
};
} // namespace

static bool isLocal(mlir::LLVM::Linkage linkage) {
  return linkage == mlir::LLVM::Linkage::Internal ||
         linkage == mlir::LLVM::Linkage::Private;
}

static bool isNeverInlined(LLVMFuncOp function) {
  auto passed = function.getPassthroughAttr();
  return function.getNoInline() ||
         (passed &&
          llvm::is_contained(passed, mlir::StringAttr::get(
                                         function.getContext(), "noinline")));
}

/// Nothing if the function has to stay where it is.
static std::optional<Movable> getMovable(LLVMFuncOp function,
                                         const mlir::SymbolTable &table) {
  if (function.isExternal() || !isNeverInlined(function) ||
      !isLocal(function.getLinkage()))
    return std::nullopt;
  Movable result{function, {}, 0, 0};
  function.walk([&](mlir::Operation *) { ++result.size; });
  auto uses = mlir::SymbolTable::getSymbolUses(function.getOperation());
  if (!uses)
    return std::nullopt;
  for (const mlir::SymbolTable::SymbolUse &use : *uses) {
    mlir::Operation *symbol =
        table.lookup(use.getSymbolRef().getRootReference());
    auto callee = llvm::dyn_cast_or_null<LLVMFuncOp>(symbol);
    auto global = llvm::dyn_cast_or_null<GlobalOp>(symbol);
    bool isDeclaration = callee && callee.isExternal();
    bool isConstant =
        global && global.getConstant() && isLocal(global.getLinkage());
    if (!isDeclaration && !isConstant)
      return std::nullopt;
    result.symbols.insert(symbol);
  }
  return result;
}

/// The largest first, each to the part with the least so far.
static void assignParts(std::vector<Movable> &functions, size_t numParts) {
  std::vector<Movable *> bySize;
  for (Movable &function : functions)
    bySize.push_back(&function);
  llvm::stable_sort(bySize, [](const Movable *a, const Movable *b) {
    return a->size > b->size;
  });
  std::vector<int64_t> sizes(numParts, 0);
  for (Movable *function : bySize) {
    function->part = llvm::min_element(sizes) - sizes.begin();
    sizes[function->part] += function->size;
  }
}

Modules dorefa::engine::splitModule(mlir::ModuleOp module, int64_t opsPerPart) {
  mlir::SymbolTable table(module);
  std::vector<Movable> functions;
  int64_t size = 0;
  for (auto function : module.getOps<LLVMFuncOp>())
    if (std::optional<Movable> movable = getMovable(function, table)) {
      size += movable->size;
      functions.push_back(std::move(*movable));
    }
  size_t numParts =
      std::min<size_t>(llvm::divideCeil(size, opsPerPart), functions.size());
  if (numParts == 0)
    return {};
  assignParts(functions, numParts);

  Modules parts;
  std::vector<llvm::SetVector<mlir::Operation *>> symbols(numParts);
  for (size_t i = 0; i < numParts; ++i) {
    parts.emplace_back(mlir::ModuleOp::create(module.getLoc()));
    (*parts.back())->setAttrs(module->getAttrDictionary());
  }
  for (Movable &movable : functions) {
    LLVMFuncOp function = movable.function;
    function.setLinkage(mlir::LLVM::Linkage::External);
    function.setVisibility_(mlir::LLVM::Visibility::Hidden);
    mlir::OpBuilder(function).insert(
        cast<LLVMFuncOp>(function->cloneWithoutRegions()));
    mlir::Block *body = parts[movable.part]->getBody();
    function->moveBefore(body, body->end());
    symbols[movable.part].insert_range(movable.symbols);
  }
  for (size_t i = 0; i < numParts; ++i) {
    mlir::OpBuilder builder =
        mlir::OpBuilder::atBlockBegin(parts[i]->getBody());
    for (mlir::Operation *symbol : symbols[i])
      builder.clone(*symbol);
  }
  return parts;
}
