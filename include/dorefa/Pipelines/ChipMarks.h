//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// For which of the chips that a module is compiled for its kernels are.

#ifndef DOREFA_PIPELINES_CHIPMARKS_H
#define DOREFA_PIPELINES_CHIPMARKS_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::dorefa {

inline constexpr llvm::StringLiteral kChipsAttrName = "bitserial.chips";

/// The chips that alone launch these kernels; null for all.
inline ArrayAttr getChips(gpu::GPUModuleOp kernels) {
  return kernels->getAttrOfType<ArrayAttr>(kChipsAttrName);
}

inline void setChips(gpu::GPUModuleOp kernels, ArrayRef<Attribute> chips) {
  // Equal sets are equal attributes.
  SmallVector<Attribute> sorted(chips);
  llvm::sort(sorted, [](Attribute x, Attribute y) {
    return cast<StringAttr>(x).getValue() < cast<StringAttr>(y).getValue();
  });
  kernels->setAttr(kChipsAttrName,
                   ArrayAttr::get(kernels.getContext(), sorted));
}

} // namespace mlir::dorefa

#endif // DOREFA_PIPELINES_CHIPMARKS_H
