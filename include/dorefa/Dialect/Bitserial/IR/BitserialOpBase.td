//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What every bitserial op shares.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALOPBASE_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALOPBASE_TD

include "dorefa/Dialect/Bitserial/IR/BitserialEnums.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

class Bitserial_ShapedOf<list<Type> types>
    : AnyTypeOf<[RankedTensorOf<types>, MemRefOf<types>], "", "::mlir::ShapedType">;
def Bitserial_Codes : Bitserial_ShapedOf<[I8]>;
def Bitserial_Words : Bitserial_ShapedOf<[I32]>;
def Bitserial_Sums : Bitserial_ShapedOf<[I32]>;
def Bitserial_Floats : Bitserial_ShapedOf<[F32]>;

/// An op with inputs and one init. `getTileMap` says which part of every
/// operand a tile of the loops uses; the tiling methods follow from it.
class Bitserial_Op<string mnemonic, list<Trait> traits = []>
    : Op<Bitserial_Dialect, mnemonic, !listconcat([
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<ConditionallySpeculatable>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
          ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<TilingInterface,
          ["getLoopIteratorTypes", "getIterationDomain",
           "getTiledImplementation", "getResultTilePosition",
           "generateResultTileValue", "getIterationDomainTileFromResultTile",
           "getIterationDomainTileFromOperandTiles",
           "getTiledImplementationFromOperandTiles"]>], traits)> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;

  code baseDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), getNumOperands() - 1, 1);
    }
    ::mlir::ShapedType getInitType() { return getInit().getType(); }
    /// Which part of every operand a tile of the loops uses.
    ::mlir::bitserial::TileMap getTileMap();
  }];
  let extraClassDeclaration = baseDeclaration;

  let extraClassDefinition = [{
    ::mlir::Speculation::Speculatability $cppClass::getSpeculatability() {
      return detail::getSpeculatability(getOperation());
    }
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      detail::getEffects(getOperation(), accumulates(), effects);
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return detail::reifyInitShape(getOperation(), builder, shapes);
    }
    ::llvm::SmallVector<::mlir::utils::IteratorType>
    $cppClass::getLoopIteratorTypes() {
      return getTileMap().iterators;
    }
    ::llvm::SmallVector<::mlir::Range>
    $cppClass::getIterationDomain(::mlir::OpBuilder &builder) {
      return detail::getIterationDomain(getOperation(), getTileMap(), builder);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &builder,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::tile(getOperation(), getTileMap(), builder, offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &builder, unsigned,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      return detail::getOperandTile(getOperation(), getTileMap(), builder,
                                    getNumOperands() - 1, offsets, sizes,
                                    resultOffsets, resultSizes);
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromResultTile(
        ::mlir::OpBuilder &builder, unsigned,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopSizes) {
      return detail::getLoopTile(getOperation(), getTileMap(), builder,
                                 getNumOperands() - 1, offsets, sizes,
                                 loopOffsets, loopSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &builder, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      ::llvm::SmallVector<::mlir::OpFoldResult> loopOffsets, loopSizes;
      if (failed(getIterationDomainTileFromResultTile(
              builder, number, offsets, sizes, loopOffsets, loopSizes)))
        return failure();
      return getTiledImplementation(builder, loopOffsets, loopSizes);
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> numbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopSizes) {
      if (numbers.size() != 1)
        return failure();
      return detail::getLoopTile(getOperation(), getTileMap(), builder,
                                 numbers[0], offsets[0], sizes[0], loopOffsets,
                                 loopSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult>
    $cppClass::getTiledImplementationFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> numbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes) {
      ::llvm::SmallVector<::mlir::OpFoldResult> loopOffsets, loopSizes;
      if (failed(getIterationDomainTileFromOperandTiles(
              builder, numbers, offsets, sizes, loopOffsets, loopSizes)))
        return failure();
      return getTiledImplementation(builder, loopOffsets, loopSizes);
    }
  }];
}

/// An op that overwrites its init.
class Bitserial_OverwritingOp<string mnemonic, list<Trait> traits = []>
    : Bitserial_Op<mnemonic, traits> {
  let extraClassDeclaration = baseDeclaration # [{
    static bool accumulates() { return false; }
  }];
}

/// An op that adds to its init.
class Bitserial_AccumulatingOp<string mnemonic, list<Trait> traits = []>
    : Bitserial_Op<mnemonic, traits> {
  let extraClassDeclaration = baseDeclaration # [{
    static bool accumulates() { return true; }
  }];
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALOPBASE_TD
