//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Blocks of zeros among the weights of products, which kernels skip.

#ifndef DOREFA_DRIVER_ZEROBLOCKS_H
#define DOREFA_DRIVER_ZEROBLOCKS_H

#include "dorefa/Data/Tensor.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Driver/CompileOptions.h"

namespace dorefa::driver {

struct BlockCount {
  int64_t blocks = 0, skipped = 0;
};

/// Of each quantizer whose codes a forward product takes, with these weights,
/// the blocks of the product's panels as the compiled code lists them; nothing
/// where there are no lists.
llvm::Expected<std::vector<std::optional<BlockCount>>>
countBlocks(llvm::ArrayRef<mlir::dorefa::QuantizeWeightOp> quantizers,
            llvm::ArrayRef<data::Tensor *> weights,
            const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_ZEROBLOCKS_H
