//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SetVector.h"

#include <unordered_map>

namespace mlir::dorefa {
#define GEN_PASS_DEF_OUTLINEPARALLELLOOPS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

// What the conversion of functions to the LLVM dialect keeps. It drops no_inline,
// but not what is passed through.
static constexpr StringLiteral linkageName = "llvm.linkage";
static constexpr StringLiteral passedName = "passthrough";

/// Constants and what names a constant's memory are made anew where they are
/// used.
static bool isRebuilt(Value value) {
  Operation *op = value.getDefiningOp();
  return op && (op->hasTrait<OpTrait::ConstantLike>() ||
                isa<memref::GetGlobalOp>(op));
}

/// Moves `loop` into a function of its own, named `name` if that is free, which
/// stands at `position`, and calls it.
static func::CallOp outline(omp::ParallelOp loop, StringRef name,
                            SymbolTable &symbols, Block::iterator position) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(loop.getRegion(), captured);
  captured.insert(loop->operand_begin(), loop->operand_end());
  SmallVector<Value> arguments, rebuilt;
  for (Value value : captured)
    (isRebuilt(value) ? rebuilt : arguments).push_back(value);

  OpBuilder builder(loop->getContext());
  Location loc = loop.getLoc();
  auto function = func::FuncOp::create(
      loc, name, builder.getFunctionType(TypeRange(ValueRange(arguments)), {}));
  function.setPrivate();
  // Inlined again, the loop would cost what it did before.
  function->setAttr(passedName, builder.getStrArrayAttr({"noinline"}));
  function->setAttr(linkageName,
                    LLVM::LinkageAttr::get(loop->getContext(),
                                           LLVM::linkage::Linkage::Internal));
  symbols.insert(function, position);
  Block *body = function.addEntryBlock();
  builder.setInsertionPoint(loop);
  auto call = func::CallOp::create(builder, loc, function, arguments);

  builder.setInsertionPointToEnd(body);
  func::ReturnOp terminator = func::ReturnOp::create(builder, loc);
  loop->moveBefore(terminator);
  builder.setInsertionPoint(loop);
  auto inside = [&](OpOperand &use) {
    return loop->isAncestor(use.getOwner());
  };
  for (Value value : rebuilt) {
    Value copy = builder.clone(*value.getDefiningOp())
                     ->getResult(cast<OpResult>(value).getResultNumber());
    value.replaceUsesWithIf(copy, inside);
  }
  for (auto [value, argument] :
       llvm::zip_equal(arguments, body->getArguments()))
    value.replaceUsesWithIf(argument, inside);
  return call;
}

namespace {
/// Functions that were made of loops, found again by what they do.
class KnownFunctions {
public:
  /// The known function that does the same as `function`, which otherwise
  /// becomes known itself.
  func::FuncOp findOrAdd(func::FuncOp function) {
    SmallVector<func::FuncOp> &alike = byHash[hash(function)];
    for (func::FuncOp other : alike)
      if (function.getFunctionType() == other.getFunctionType() &&
          OperationEquivalence::isRegionEquivalentTo(
              &function.getBody(), &other.getBody(),
              OperationEquivalence::IgnoreLocations))
        return other;
    alike.push_back(function);
    return function;
  }

private:
  /// Of the ops alone: what they are applied to is left to the comparison.
  static llvm::hash_code hash(func::FuncOp function) {
    llvm::hash_code result = hash_value(function.getFunctionType());
    function.getBody().walk([&](Operation *op) {
      result = llvm::hash_combine(result,
                                  OperationEquivalence::computeHash(
                                      op, OperationEquivalence::ignoreHashValue,
                                      OperationEquivalence::ignoreHashValue,
                                      OperationEquivalence::IgnoreLocations));
    });
    return result;
  }

  std::unordered_map<size_t, SmallVector<func::FuncOp>> byHash;
};

struct OutlineParallelLoops
    : dorefa::impl::OutlineParallelLoopsBase<OutlineParallelLoops> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    KnownFunctions known;
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      SmallVector<omp::ParallelOp> loops;
      function.walk<WalkOrder::PreOrder>([&](omp::ParallelOp loop) {
        loops.push_back(loop);
        return WalkResult::skip();
      });
      for (auto [i, loop] : llvm::enumerate(loops)) {
        std::string name = (function.getName() + "_parallel_" + Twine(i)).str();
        func::CallOp call =
            outline(loop, name, symbols, std::next(function->getIterator()));
        ++numOutlined;
        auto made = symbols.lookup<func::FuncOp>(call.getCallee());
        func::FuncOp same = known.findOrAdd(made);
        if (same == made)
          continue;
        call.setCallee(same.getName());
        symbols.erase(made);
        ++numMerged;
      }
    }
  }
};
} // namespace
