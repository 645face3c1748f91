//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The one calling convention by which host code calls compiled functions.

#ifndef DOREFA_EXECUTIONENGINE_CALLADAPTOR_H
#define DOREFA_EXECUTIONENGINE_CALLADAPTOR_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"

#include "llvm/IR/Module.h"

namespace dorefa::engine {

/// The symbol of the adaptor of function `name`.
std::string getAdaptorName(llvm::StringRef name);

/// Adds to a translated module, for each function of `signatures` without an
/// obstacle,
///     void dorefa_call_F(void **values)
/// which calls the C interface `_mlir_ciface_F`. `values` holds a pointer for
/// each argument, to its memref descriptor or to the scalar, and, if there are
/// results, one more to a struct that receives them in their order.
llvm::Error addCallAdaptors(llvm::Module &module,
                            llvm::ArrayRef<FunctionSignature> signatures);

/// Makes everything but the adaptors, and weak functions, internal, so that what they do not reach
/// is not compiled.
void keepOnlyAdaptors(llvm::Module &module,
                      llvm::ArrayRef<FunctionSignature> signatures);

/// Adds the constant `dorefa_signatures`: what `toText` says of them, and a
/// zero.
void addSignatureText(llvm::Module &module,
                      llvm::ArrayRef<FunctionSignature> signatures);

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_CALLADAPTOR_H
