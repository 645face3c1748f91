//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The patterns for a detector's ops.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_DETECTION_H
#define DOREFA_CONVERSION_DOREFATOLINALG_DETECTION_H

#include "mlir/Transforms/DialectConversion.h"

namespace mlir::dorefa {

/// Anchors, their matching, and the loss with its gradient.
void populateDetectionPatterns(const TypeConverter &converter,
                               RewritePatternSet &patterns);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_DETECTION_H
