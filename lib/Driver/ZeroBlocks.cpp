//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Each product becomes a function of its own, which is lowered as it is in the
// model; then the lists that it reads are results, too. So what is counted is
// what is skipped, whatever form the product takes.

#include "dorefa/Driver/ZeroBlocks.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Driver/Lowering.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/RandomArguments.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using mlir::Operation;
using mlir::dorefa::QuantizeWeightOp;

/// The forward product that takes the codes.
static Operation *findProduct(QuantizeWeightOp op) {
  for (Operation *user : op.getCodes().getUsers())
    if (isa<mlir::dorefa::Conv2DOp, mlir::dorefa::LinearOp>(user) &&
        user->getOperand(1) == op.getCodes())
      return user;
  return nullptr;
}

/// A function of the weights, and of whatever else the product takes, to its
/// sums.
static void addFunction(mlir::ModuleOp module, QuantizeWeightOp quantizer,
                        Operation *product, StringRef name) {
  SmallVector<mlir::Value> others;
  for (mlir::Value operand : product->getOperands())
    if (operand.getDefiningOp() != quantizer)
      others.push_back(operand);
  SmallVector<mlir::Type> types{quantizer.getInput().getType()};
  llvm::append_range(types, mlir::ValueRange(others).getTypes());
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockEnd(module.getBody());
  auto function = mlir::func::FuncOp::create(
      builder, product->getLoc(), name,
      builder.getFunctionType(types, product->getResultTypes()));
  mlir::Block *body = function.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  mlir::IRMapping mapping;
  mapping.map(quantizer.getInput(), body->getArgument(0));
  mapping.map(others, body->getArguments().drop_front());
  builder.clone(*quantizer, mapping);
  Operation *copy = builder.clone(*product, mapping);
  mlir::func::ReturnOp::create(builder, product->getLoc(), copy->getResults());
}

/// Adds the lists to the results. How many blocks they are of.
static int64_t returnLists(mlir::func::FuncOp function) {
  int64_t blocks = 0;
  SmallVector<mlir::Value> lists;
  function.walk([&](mlir::bitserial::ListBlocksOp op) {
    lists.push_back(op->getResult(0));
    ArrayRef<int64_t> shape = op.getInitType().getShape();
    blocks +=
        mlir::ShapedType::getNumElements(shape.drop_back()) * (shape[3] - 1);
  });
  Operation *end = function.getBody().front().getTerminator();
  end->insertOperands(end->getNumOperands(), lists);
  function.setType(mlir::FunctionType::get(function.getContext(),
                                           function.getArgumentTypes(),
                                           end->getOperandTypes()));
  return blocks;
}

/// The blocks that the lists do not have.
static Expected<int64_t> countSkipped(const engine::CompiledFunction &function,
                                      const data::Tensor &weights,
                                      int64_t blocks) {
  std::vector<data::Tensor> arguments = makeRandomArguments(
      function.signature(), /*batch=*/1, /*classes=*/2, /*seed=*/1);
  arguments[0] = weights.clone();
  SmallVector<data::Tensor *> pointers;
  for (data::Tensor &argument : arguments)
    pointers.push_back(&argument);
  Expected<std::vector<data::Tensor>> results = function(pointers);
  if (!results)
    return results.takeError();
  for (const data::Tensor &list : drop_begin(*results)) {
    ArrayRef<int32_t> entries = list.data<int32_t>();
    for (size_t i = 0; i < entries.size(); i += list.shape().back())
      blocks -= entries[i];
  }
  return blocks;
}

Expected<std::vector<std::optional<BlockCount>>>
dorefa::driver::countBlocks(ArrayRef<QuantizeWeightOp> quantizers,
                            ArrayRef<data::Tensor *> weights,
                            const CompileOptions &options) {
  std::vector<std::optional<BlockCount>> counts(quantizers.size());
  if (quantizers.empty() || options.target.kind != TargetKind::host)
    return counts;
  CompileOptions unfrozen = options;
  unfrozen.freeze = false;
  QuantizeWeightOp any = quantizers.front();
  mlir::OwningOpRef<mlir::ModuleOp> module(
      mlir::ModuleOp::create(any.getLoc()));
  auto nameOf = [](size_t index) { return "product" + std::to_string(index); };
  for (auto [i, quantizer] : enumerate(quantizers))
    if (Operation *product = findProduct(quantizer))
      addFunction(*module, quantizer, product, nameOf(i));
  if (Error error = lowerToTensors(*module, unfrozen))
    return std::move(error);
  for (auto [i, count] : enumerate(counts)) {
    auto function = module->lookupSymbol<mlir::func::FuncOp>(nameOf(i));
    if (!function)
      continue;
    if (int64_t blocks = returnLists(function))
      count = {blocks, 0};
    else
      function.erase();
  }
  auto engine = compileProgram(*module, unfrozen, errs());
  if (!engine)
    return engine.takeError();
  for (auto [i, count] : enumerate(counts)) {
    if (!count)
      continue;
    auto function = (*engine)->lookup(nameOf(i));
    if (!function)
      return function.takeError();
    Expected<int64_t> skipped =
        countSkipped(*function, *weights[i], count->blocks);
    if (!skipped)
      return skipped.takeError();
    count->skipped = *skipped;
  }
  return counts;
}
