//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The code type and the type constraints built on it.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFATYPES_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFATYPES_TD

include "dorefa/Dialect/Dorefa/IR/DorefaDialect.td"
include "dorefa/Dialect/Dorefa/IR/DorefaEnums.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/CommonTypeConstraints.td"

def Dorefa_CodeType : TypeDef<Dorefa_Dialect, "Code"> {
  let mnemonic = "code";
  let summary = "dorefa code";
  let description = [{
    The integer that a k-bit quantizer produces: a code c, 0 <= c <= n with
    n = 2^k - 1, and the value it stands for up to a run-time scale that is a
    separate f32 value:

    - `unipolar`: c / n, from 0 to 1 (activations);
    - `bipolar`: (2c - n) / n, from -1 to 1, never 0 (weights, gradients);
    - `pow2`: zero or a signed power of two from 2^(1-m) to 1, m = 2^(k-2):
      code 0 is 0, code 2t + 1 is 2^(-t), code 2t + 2 is -2^(-t), t < m
      (LBW-Net weights).

    `k` is 1 to 8 (2 to 6 for pow2), or `?` for bits that the model leaves
    open; `--dorefa-set-bits` fills them in.

    ```mlir
    tensor<?x14x14x32x!dorefa.code<2, unipolar>>
    tensor<64x3x3x32x!dorefa.code<?, bipolar>>
    ```
  }];
  let parameters = (ins "unsigned":$bits, "::mlir::dorefa::CodeKind":$kind);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The value of `bits` that stands for `?`.
    static constexpr unsigned kOpen = 0;
    bool isOpen() const { return getBits() == kOpen; }
    /// n = 2^k - 1, the largest code.
    int64_t getMaxCode() const { return (int64_t(1) << getBits()) - 1; }
    /// The number m = 2^(k-2) of magnitudes of a pow2 code.
    int64_t getPow2Levels() const { return int64_t(1) << (getBits() - 2); }
    /// Products add pow2 codes in parts, each of the weights with up to
    /// `kPartLevels` magnitudes that follow each other: small integers from
    /// minus to plus `getLargestOfPart()`, and one factor.
    static constexpr int64_t kPartLevels = 4;
    int64_t getPow2Parts(int64_t partLevels = kPartLevels) const {
      return (getPow2Levels() + partLevels - 1) / partLevels;
    }
    int64_t getLargestOfPart() const {
      return int64_t(1) << (std::min(getPow2Levels(), kPartLevels) - 1);
    }
    /// Codes of products: of how many bits, and how many for each weight.
    int64_t getProductBits() const {
      return getKind() == CodeKind::pow2
                 ? std::min(getPow2Levels(), kPartLevels) + 1
                 : getBits();
    }
    int64_t getProductParts() const {
      return getKind() == CodeKind::pow2 ? getPow2Parts() : 1;
    }
  }];
}

def Dorefa_CodesAttr : AttrDef<Dorefa_Dialect, "Codes"> {
  let mnemonic = "codes";
  let summary = "codes as a constant, on the way between folds";
  let description = [{
    What `dorefa.code_constant` folds to. It is no elements attribute: a fold
    that takes its type from the value (a reshape, an extraction) would make a
    constant of bytes out of it.
  }];
  let parameters = (ins "::mlir::DenseIntElementsAttr":$payload);
  let assemblyFormat = "`<` $payload `>`";
}

class Dorefa_CodeOfKind<string kind, string cppKind>
    : Type<And<[CPred<"::llvm::isa<::mlir::dorefa::CodeType>($_self)">,
                CPred<"::llvm::cast<::mlir::dorefa::CodeType>($_self)"
                      ".getKind() == ::mlir::dorefa::CodeKind::" # cppKind>]>,
           kind # " code">;
def Dorefa_UnipolarCode : Dorefa_CodeOfKind<"unipolar", "unipolar">;
def Dorefa_BipolarCode : Dorefa_CodeOfKind<"bipolar", "bipolar">;
def Dorefa_Pow2Code : Dorefa_CodeOfKind<"pow2", "pow2">;

/// A tensor of codes of any kind.
def Dorefa_CodeTensor : RankedTensorOf<[Dorefa_CodeType]>;
def Dorefa_F32Tensor : RankedTensorOf<[F32]>;
def Dorefa_ScalarF32Tensor : 0DTensorOf<[F32]>;
def Dorefa_F32Vector : 1DTensorOf<[F32]>;
def Dorefa_UnipolarOrF32Tensor : RankedTensorOf<[Dorefa_UnipolarCode, F32]>;
def Dorefa_WeightTensor : RankedTensorOf<[Dorefa_BipolarCode, Dorefa_Pow2Code, F32]>;
def Dorefa_GradientTensor : RankedTensorOf<[Dorefa_BipolarCode, F32]>;
def Dorefa_ValueTensor : RankedTensorOf<[Dorefa_CodeType, F32]>;
/// A scale for the whole tensor, or one for each index of the leading axis.
def Dorefa_ScaleTensor : AnyTypeOf<[Dorefa_ScalarF32Tensor, Dorefa_F32Vector]>;

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFATYPES_TD
