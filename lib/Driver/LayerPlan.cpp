//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/LayerPlan.h"

#include "dorefa/Conversion/DorefaToBitserial/FilterGradientShape.h"
#include "dorefa/Dialect/Bitserial/Transforms/GPUCostModel.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Driver/ProductCost.h"
#include "dorefa/Pipelines/GPUPipelines.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace llvm;
using namespace dorefa::driver;
using mlir::Operation;
using mlir::ShapedType;

StringRef LayerPlan::productName() const {
  switch (kind) {
  case ProductKind::forward:
    return "forward";
  case ProductKind::backwardInput:
    return "backward-input";
  case ProductKind::backwardFilter:
    return "backward-filter";
  }
  llvm_unreachable("not a kind of product");
}

std::string LayerPlan::bits() const {
  char left = kind == ProductKind::backwardFilter ? 'A' : 'W';
  char right = kind == ProductKind::forward ? 'A' : 'G';
  return (Twine(left) + Twine(leftBits) + " x " + Twine(right) +
          Twine(rightBits))
      .str();
}

//===----------------------------------------------------------------------===//
// Shapes, dynamic sizes being those of one image
//===----------------------------------------------------------------------===//

static int64_t countElements(mlir::Value value) {
  int64_t count = 1;
  for (int64_t size : cast<ShapedType>(value.getType()).getShape())
    count *= ShapedType::isDynamic(size) ? 1 : size;
  return count;
}

/// The same without the first axis, the batch.
static int64_t countPerImage(mlir::Value value) {
  auto type = cast<ShapedType>(value.getType());
  return countElements(value) /
         (type.isDynamicDim(0) ? 1 : std::max<int64_t>(type.getDimSize(0), 1));
}

static int bitsOf(mlir::Value value) {
  if (auto code = mlir::dorefa::getCodeType(value.getType()))
    return code.isOpen() ? 32 : code.getBits();
  return 32;
}

static bool isPow2(mlir::Value value) {
  auto code = mlir::dorefa::getCodeType(value.getType());
  return code && code.getKind() == mlir::dorefa::CodeKind::pow2;
}

/// Of the codes that products take in the place of `value`: how many for each
/// element.
static int64_t countParts(mlir::Value value, StringRef strategy,
                          const mlir::bitserial::Machine &machine) {
  auto code = mlir::dorefa::getCodeType(value.getType());
  if (strategy == "float" || strategy == "shift" || !code || code.isOpen())
    return 1;
  if (!isPow2(value))
    return code.getProductParts();
  int64_t powers = 0;
  if (auto known = mlir::bitserial::symbolizeStrategy(strategy))
    powers = machine.countSignedPowers(*known, code.getPow2Levels());
  return powers != 0 ? code.getPow2Parts(powers) : code.getProductParts();
}
/// And their bits.
static int64_t productBitsOf(mlir::Value value) {
  auto code = mlir::dorefa::getCodeType(value.getType());
  return code && !code.isOpen() ? code.getProductBits() : 32;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

namespace {
/// The factors of a product, in the order of `LayerPlan::leftBits`.
struct Product {
  mlir::Value left, right;
  int64_t macs = 0;
  /// The axis that is packed into words: channels of a group that are summed,
  /// or positions of one sample.
  int64_t depth = 0;
  /// How often a code of the image is multiplied, and the terms of a sum.
  int64_t uses = ShapedType::kDynamic, terms = ShapedType::kDynamic;
  ShapedType sums; // of an image's positions
};
} // namespace

/// The taps of one filter: of F x KH x KW x C or O x K, the product without F
/// or O.
static int64_t countTaps(mlir::Value filter) {
  return countElements(filter) /
         std::max<int64_t>(cast<ShapedType>(filter.getType()).getDimSize(0), 1);
}

template <typename OpTy>
static int64_t countGroups(OpTy op) {
  using namespace mlir::dorefa;
  if constexpr (std::is_same_v<OpTy, LinearOp> ||
                std::is_same_v<OpTy, LinearGradInputOp>)
    return 1;
  else
    return op.getWindow().groups;
}

/// As the lowering counts them: the input gradient's window has stride 1, and a
/// window of the whole image is one tap.
template <typename OpTy>
static int64_t countUses(OpTy op) {
  using namespace mlir::dorefa;
  auto filter = cast<ShapedType>(op.getFilter().getType());
  if constexpr (std::is_same_v<OpTy, LinearGradInputOp> ||
                std::is_same_v<OpTy, Conv2DGradInputOp>)
    return countTaps(op.getFilter());
  int64_t filters = filter.getDimSize(0) / countGroups(op);
  if constexpr (std::is_same_v<OpTy, Conv2DOp>) {
    auto image = cast<ShapedType>(op.getInput().getType());
    if (image.getShape().drop_front() != filter.getShape().drop_front())
      return op.getWindow().countUses(filters, filter.getDimSize(1),
                                      filter.getDimSize(2));
  }
  return filters;
}

static std::optional<Product> getCodeProduct(Operation *op) {
  using namespace mlir::dorefa;
  return TypeSwitch<Operation *, std::optional<Product>>(op)
      .Case<Conv2DOp, LinearOp>([](auto op) {
        auto filter = cast<ShapedType>(op.getFilter().getType());
        return Product{op.getFilter(),
                       op.getInput(),
                       countPerImage(op.getResult()) *
                           countTaps(op.getFilter()),
                       filter.getShape().back(),
                       countUses(op),
                       countTaps(op.getFilter()),
                       cast<ShapedType>(op.getResult().getType())};
      })
      .Case<Conv2DGradInputOp, LinearGradInputOp>([](auto op) {
        auto filter = cast<ShapedType>(op.getFilter().getType());
        return Product{op.getFilter(),
                       op.getCotangent(),
                       countPerImage(op.getCotangent()) *
                           countTaps(op.getFilter()),
                       filter.getDimSize(0) / countGroups(op),
                       countUses(op),
                       filter.getNumElements() / filter.getShape().back() /
                           countGroups(op),
                       cast<ShapedType>(op.getResult().getType())};
      })
      .Case<Conv2DGradFilterOp, LinearGradFilterOp>([](auto op) {
        int64_t outputs =
            cast<ShapedType>(op.getResult().getType()).getDimSize(0);
        int64_t perImage = countPerImage(op.getCotangent());
        return Product{op.getInput(), op.getCotangent(),
                       perImage * countTaps(op.getResult()),
                       perImage / std::max<int64_t>(outputs, 1)};
      })
      .Default([](Operation *) { return std::nullopt; });
}

/// The two inputs whose products a linalg op sums up: its body is
/// out + left * right.
static std::optional<Product> getFloatProduct(Operation *op) {
  auto linalg = dyn_cast<mlir::linalg::LinalgOp>(op);
  if (!linalg || linalg.getNumReductionLoops() == 0 ||
      linalg.getNumDpsInits() != 1 || !linalg.hasPureTensorSemantics())
    return std::nullopt;
  mlir::Block *body = linalg.getBlock();
  auto sum =
      body->getTerminator()->getOperand(0).getDefiningOp<mlir::arith::AddFOp>();
  if (!sum)
    return std::nullopt;
  auto product = sum.getLhs().getDefiningOp<mlir::arith::MulFOp>();
  if (!product)
    product = sum.getRhs().getDefiningOp<mlir::arith::MulFOp>();
  if (!product)
    return std::nullopt;
  auto inputOf = [&](mlir::Value factor) -> mlir::Value {
    auto argument = dyn_cast<mlir::BlockArgument>(factor);
    if (!argument || argument.getOwner() != body ||
        argument.getArgNumber() >= linalg.getNumDpsInputs())
      return {};
    return linalg.getDpsInputOperand(argument.getArgNumber())->get();
  };
  mlir::Value left = inputOf(product.getLhs()),
              right = inputOf(product.getRhs());
  if (!left || !right || left == right)
    return std::nullopt;
  int64_t macs = 1;
  for (int64_t range : linalg.getStaticLoopRanges())
    macs *= ShapedType::isDynamic(range) ? 1 : range;
  return Product{left, right, macs};
}

using mlir::bitserial::Machine;
using mlir::bitserial::ProductShape;

static Machine getMachine(const CompileOptions &options) {
  const dorefa::engine::HostTarget &cpu = options.target.cpu;
  return Machine::get(
      cpu.vectorBits(),
      cpu.selectFeatures(mlir::bitserial::getMachineFeatures()));
}

/// The shape by which the lowering asks for a strategy: the image comes first,
/// then the filter; of a filter's gradient the input, then the cotangent.
static ProductShape getShape(Operation &op, const Product &product,
                             const Machine &machine) {
  if (auto gradient = dyn_cast<mlir::dorefa::Conv2DGradFilterOp>(op))
    return mlir::dorefa::FilterGradientShape(gradient).getProduct(machine);
  int64_t left = productBitsOf(product.left),
          right = productBitsOf(product.right);
  bool ofFilterGradient = isa<mlir::dorefa::LinearGradFilterOp>(op);
  if (!ofFilterGradient)
    std::swap(left, right);
  ProductShape shape{left, right, product.depth, product.uses, product.terms};
  shape.ofFilterGradient = ofFilterGradient;
  return product.sums ? shape.setPositions(product.sums) : shape;
}

/// Fills in the choice that the host's pipeline makes, and by what.
static void choose(LayerPlan &plan, const Product &product,
                   const CompileOptions &options, const Machine &machine) {
  // Strategy shift chooses as auto where there is no pow2 operand.
  bool chosen = options.strategy == "auto" ||
                (options.strategy == "shift" && !isPow2(product.left));
  if (options.target.kind == TargetKind::reference) {
    plan.strategy = "reference";
    plan.chosenBy = "only";
  } else if (!plan.shape) {
    plan.strategy = "float";
    plan.chosenBy = "only";
  } else if (!chosen) {
    plan.strategy = options.strategy;
    plan.chosenBy = "forced";
  } else if (options.target.isGPU()) {
    plan.strategy =
        mlir::bitserial::stringifyStrategy(
            mlir::bitserial::chooseStrategy(
                *plan.shape,
                mlir::bitserial::GPUMachine::get(
                    mlir::dorefa::getLeastChip(options.target.chips))))
            .str();
    plan.chosenBy = "model";
  } else {
    plan.strategy = mlir::bitserial::stringifyStrategy(
                        mlir::bitserial::chooseStrategy(*plan.shape, machine,
                                                        options.tuned))
                        .str();
    plan.chosenBy = mlir::bitserial::findTuned(options.tuned, *plan.shape)
                        ? "tuned"
                        : "model";
  }
}

/// Fills in what each strategy that the product has is predicted to take.
/// Several products of codes take the place of one whose weights are powers of
/// two.
static void predict(LayerPlan &plan, const Product &product,
                    const Machine &machine) {
  // Of floats the cost model wants no more than the strategy.
  ProductShape shape = plan.shape.value_or(ProductShape{32, 32, 1});
  SmallVector<StringRef> names{plan.strategy};
  if (plan.shape && plan.strategy != "reference")
    names = {"popcount", "lookup", "integer", "float"};
  if (plan.shape && plan.strategy != "reference" && isPow2(product.left))
    names.push_back("shift");
  for (StringRef name : names) {
    double seconds = predictSeconds(
        name, plan.macs * countParts(product.left, name, machine), shape,
        machine);
    if (std::isfinite(seconds))
      plan.strategies.push_back({name.str(), seconds, std::nullopt});
    if (name == plan.strategy)
      plan.predictedSeconds = seconds;
  }
}

const StrategyCost *LayerPlan::findStrategy(StringRef name) const {
  auto found = find_if(strategies,
                       [&](const auto &cost) { return cost.strategy == name; });
  return found == strategies.end() ? nullptr : &*found;
}

const StrategyCost *LayerPlan::getFastest() const {
  const StrategyCost *fastest = nullptr;
  for (const StrategyCost &cost : strategies)
    if (cost.measuredSeconds &&
        (!fastest || *cost.measuredSeconds < *fastest->measuredSeconds))
      fastest = &cost;
  return fastest;
}

std::vector<LayerPlan>
dorefa::driver::planLayers(mlir::func::FuncOp function,
                           const CompileOptions &options) {
  std::vector<LayerPlan> plans;
  LayerNames names(function);
  Machine machine = getMachine(options);
  for (Operation &op : function.getBody().front()) {
    std::optional<Product> product = getCodeProduct(&op);
    if (!product)
      product = getFloatProduct(&op);
    if (!product)
      continue;
    LayerNames::Role role = names.roleOf(&op, product->left, product->right);
    LayerPlan &plan = plans.emplace_back();
    plan.name =
        role.layer.empty() ? op.getName().getStringRef().str() : role.layer;
    plan.kind = role.kind;
    plan.op = &op;
    plan.leftBits = bitsOf(product->left);
    plan.rightBits = bitsOf(product->right);
    if (plan.leftBits != 32 && plan.rightBits != 32)
      plan.shape = getShape(op, *product, machine);
    plan.macs = product->macs;
    for (mlir::Value factor : {product->left, product->right}) {
      int64_t count = countElements(factor);
      plan.packedBytes += divideCeil(count * bitsOf(factor), 8);
      plan.floatBytes += count * sizeof(float);
    }
    choose(plan, *product, options, machine);
    predict(plan, *product, machine);
  }
  return plans;
}
