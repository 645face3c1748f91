//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What launches of kernels do to memory, for upstream's passes.

#ifndef DOREFA_CONVERSION_LINALGTOGPU_LAUNCHEFFECTS_H
#define DOREFA_CONVERSION_LINALGTOGPU_LAUNCHEFFECTS_H

namespace mlir {
class DialectRegistry;
}

namespace mlir::dorefa {

/// Lets functions on tensors launch kernels of their own: buffer deallocation
/// refuses ops of which it does not know that they free nothing.
void registerLaunchEffects(DialectRegistry &registry);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_LINALGTOGPU_LAUNCHEFFECTS_H
