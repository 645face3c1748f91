//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PreparedValues.h"

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_SPLITPREPARATION
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// Divides the ops of a function.
class Preparation {
public:
  explicit Preparation(func::FuncOp function)
      : function(function), prepared(getPreparedValues(function)) {
    for (Operation &op : body())
      if (!isPrepared(&op))
        for (Value value : getReadValues(&op))
          if (prepared.contains(value))
            passed.insert(value);
  }

  /// Nothing depends on the parameters.
  bool isEmpty() const { return passed.empty(); }

  /// The function that computes what is passed, before `function`.
  void createPreparation(StringRef name) {
    SmallVector<unsigned> arguments;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (isParameter(function, i))
        arguments.push_back(i);
    SmallVector<Type> types;
    for (unsigned i : arguments)
      types.push_back(function.getArgument(i).getType());
    OpBuilder builder(function);
    auto created = func::FuncOp::create(
        builder, function.getLoc(), name,
        builder.getFunctionType(types,
                                TypeRange(ValueRange(passed.getArrayRef()))));
    Block *block = created.addEntryBlock();
    IRMapping mapping;
    for (auto [position, i] : llvm::enumerate(arguments)) {
      created.setArgAttrs(position, function.getArgAttrDict(i));
      mapping.map(function.getArgument(i), block->getArgument(position));
    }
    for (unsigned i = 0; i < passed.size(); ++i)
      created.setResultAttr(i, preparedName, getMark(builder, i));

    DenseSet<Operation *> live;
    SmallVector<Value> worklist(passed.getArrayRef());
    while (!worklist.empty()) {
      Operation *op = worklist.pop_back_val().getDefiningOp();
      if (op && live.insert(op).second)
        llvm::append_range(worklist, getReadValues(op));
    }
    builder.setInsertionPointToEnd(block);
    for (Operation &op : body())
      if (live.contains(&op))
        builder.clone(op, mapping);
    SmallVector<Value> results;
    for (Value value : passed)
      results.push_back(mapping.lookup(value));
    func::ReturnOp::create(builder, function.getLoc(), results);
  }

  /// Takes the prepared values as arguments in place of the parameters.
  void takePrepared() {
    OpBuilder builder(function);
    for (unsigned i = 0; i < passed.size(); ++i) {
      Value value = passed[i];
      unsigned position = function.getNumArguments();
      (void)function.insertArgument(
          position, value.getType(),
          builder.getDictionaryAttr(
              builder.getNamedAttr(preparedName, getMark(builder, i))),
          value.getLoc());
      Value argument = function.getArgument(position);
      value.replaceUsesWithIf(argument, [&](OpOperand &use) {
        Operation *top = body().findAncestorOpInBlock(*use.getOwner());
        return !isPrepared(top);
      });
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body())))
      if (isPrepared(&op))
        op.erase();
    llvm::BitVector parameters(function.getNumArguments());
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (isParameter(function, i))
        parameters.set(i);
    (void)function.eraseArguments(parameters);
  }

private:
  static constexpr StringLiteral preparedName = "dorefa.prepared";

  Block &body() { return function.getBody().front(); }

  StringAttr getMark(OpBuilder &builder, unsigned index) {
    return builder.getStringAttr(function.getName() + "." + Twine(index));
  }

  /// Computed from parameters alone. What is computed from nothing is neither
  /// this nor data: both functions make their own.
  bool isPrepared(Operation *op) {
    return op->getNumResults() != 0 && prepared.contains(op->getResult(0));
  }

  func::FuncOp function;
  DenseSet<Value> prepared;
  llvm::SetVector<Value> passed;
};

struct SplitPreparation : dorefa::impl::SplitPreparationBase<SplitPreparation> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (isInference(function) &&
          SymbolTable::symbolKnownUseEmpty(function, getOperation()))
        functions.push_back(function);
    for (func::FuncOp function : functions) {
      std::string name = (function.getName() + "_prepare").str();
      if (Operation *taken = symbols.lookup(name)) {
        InFlightDiagnostic error = function.emitError() << "cannot be split: '@"
                                                        << name << "' exists";
        error.attachNote(taken->getLoc()) << "here";
        return signalPassFailure();
      }
      Preparation preparation(function);
      if (preparation.isEmpty())
        continue;
      preparation.createPreparation(name);
      preparation.takePrepared();
    }
  }
};
} // namespace
