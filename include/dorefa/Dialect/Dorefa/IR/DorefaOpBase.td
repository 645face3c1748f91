//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What every dorefa op shares.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFAOPBASE_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFAOPBASE_TD

include "dorefa/Dialect/Dorefa/IR/DorefaTypes.td"
include "dorefa/Interfaces/DifferentiableOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Dorefa_Op<string mnemonic, list<Trait> traits = []>
    : Op<Dorefa_Dialect, mnemonic, !listconcat([Pure], traits)> {
  let hasVerifier = 1;
}

/// For ops that infer their types: the verifier compares the result types
/// itself, so that each mistake is reported once, by its constraint.
defvar LeaveResultTypesToVerifier = [{
    static ::llvm::LogicalResult refineReturnTypes(
        ::mlir::MLIRContext *, std::optional<::mlir::Location>,
        ::mlir::ValueRange, ::mlir::DictionaryAttr, ::mlir::OpaqueProperties,
        ::mlir::RegionRange, ::llvm::SmallVectorImpl<::mlir::Type> &) {
      return ::mlir::success();
    }
}];

/// An op with a vector-Jacobian product of its own.
def Dorefa_Differentiable : DeclareOpInterfaceMethods<DifferentiableOpInterface>;
def Dorefa_DifferentiableWithMask
    : DeclareOpInterfaceMethods<DifferentiableOpInterface, ["carriesGradient"]>;

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFAOPBASE_TD
