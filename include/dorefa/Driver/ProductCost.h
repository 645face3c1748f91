//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The cost model behind the predictions of a plan.

#ifndef DOREFA_DRIVER_PRODUCTCOST_H
#define DOREFA_DRIVER_PRODUCTCOST_H

#include "dorefa/Dialect/Bitserial/Transforms/CostModel.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace dorefa::driver {

/// Seconds for `macs` multiply-adds on one thread of `machine`, with operands
/// in cache and packed: the least that tuned kernels of the strategy take.
double predictSeconds(llvm::StringRef strategy, int64_t macs,
                      const mlir::bitserial::ProductShape &shape,
                      const mlir::bitserial::Machine &machine);

/// The clock of this machine's first processor in Hz, as the system tells it;
/// 3 GHz where it does not.
double getClockRate();

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_PRODUCTCOST_H
