//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What no transform op reaches: a pack that follows the op that makes its codes
// into a loop.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/TilingInterfaceImpl.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {
class BitserialTilingTest : public ::testing::Test {
protected:
  BitserialTilingTest() {
    DialectRegistry registry;
    registry.insert<arith::ArithDialect, bitserial::BitserialDialect,
                    func::FuncDialect, linalg::LinalgDialect, scf::SCFDialect,
                    tensor::TensorDialect>();
    linalg::registerTilingInterfaceExternalModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// Tiles the generic op that doubles 8 x 40 codes by `sizes` and fuses the
  /// pack along `axis` behind it; returns the pack in the loop, if any.
  bitserial::PackOp fuse(int64_t axis, ArrayRef<int64_t> sizes) {
    std::string words = axis == 0 ? "tensor<1x3x40xi32>" : "tensor<8x2x3xi32>";
    std::string source = R"mlir(
      #id = affine_map<(d0, d1) -> (d0, d1)>
      func.func @f(%in: tensor<8x40xi8>, %codes: tensor<8x40xi8>, %init: WORDS) -> WORDS {
        %0 = linalg.generic {indexing_maps = [#id, #id],
                             iterator_types = ["parallel", "parallel"]}
            ins(%in : tensor<8x40xi8>) outs(%codes : tensor<8x40xi8>) {
        ^bb0(%x: i8, %y: i8):
          %z = arith.addi %x, %x : i8
          linalg.yield %z : i8
        } -> tensor<8x40xi8>
        %1 = bitserial.pack ins(%0 : tensor<8x40xi8>) outs(%init : WORDS)
            {axis = AXIS, bits = 3} -> WORDS
        return %1 : WORDS
      })mlir";
    for (auto [name, value] :
         {std::pair<std::string, std::string>{"WORDS", words},
          {"AXIS", std::to_string(axis)}})
      for (size_t at; (at = source.find(name)) != std::string::npos;)
        source.replace(at, name.size(), value);
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module);
    linalg::GenericOp generic;
    module->walk([&](linalg::GenericOp op) { generic = op; });

    IRRewriter rewriter(&context);
    rewriter.setInsertionPoint(generic);
    scf::SCFTilingOptions options;
    SmallVector<OpFoldResult> tile =
        getAsIndexOpFoldResult(&context, llvm::to_vector(sizes));
    options.setTileSizes(tile);
    auto tiled = scf::tileUsingSCF(
        rewriter, cast<TilingInterface>(generic.getOperation()), options);
    EXPECT_TRUE(succeeded(tiled));
    rewriter.replaceOp(generic, tiled->replacements);
    Operation *slice = nullptr;
    module->walk([&](tensor::InsertSliceOp op) {
      if (op.getSource().getDefiningOp<linalg::GenericOp>())
        slice = op;
    });
    EXPECT_TRUE(slice);
    auto fused =
        scf::tileAndFuseConsumerOfSlices(rewriter, slice, tiled->loops);
    if (failed(fused))
      return nullptr;
    bitserial::PackOp found;
    module->walk([&](bitserial::PackOp op) {
      if (op->getParentOfType<scf::ForOp>())
        found = op;
    });
    EXPECT_TRUE(found);
    EXPECT_TRUE(succeeded(module->verify()));
    return found;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(BitserialTilingTest, PackFollowsItsCodes) {
  bitserial::PackOp pack = fuse(/*axis=*/1, {2, 0});
  ASSERT_TRUE(pack);
  EXPECT_EQ(ArrayRef<int64_t>({2, 40}), pack.getCodes().getType().getShape());
  EXPECT_EQ(ArrayRef<int64_t>({2, 2, 3}), pack.getInitType().getShape());
}

TEST_F(BitserialTilingTest, PackFollowsLanesOfItsCodes) {
  bitserial::PackOp pack = fuse(/*axis=*/0, {0, 10});
  ASSERT_TRUE(pack);
  EXPECT_EQ(ArrayRef<int64_t>({8, 10}), pack.getCodes().getType().getShape());
  EXPECT_EQ(ArrayRef<int64_t>({1, 3, 10}), pack.getInitType().getShape());
}

TEST_F(BitserialTilingTest, PartsOfWordsStayApart) {
  // The diagnostic that fusion gives up is not of interest.
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
  EXPECT_FALSE(fuse(/*axis=*/1, {0, 20}));
}
} // namespace
