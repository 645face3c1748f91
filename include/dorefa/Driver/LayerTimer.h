//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The time of each product of a plan, alone.

#ifndef DOREFA_DRIVER_LAYERTIMER_H
#define DOREFA_DRIVER_LAYERTIMER_H

#include "dorefa/Driver/LayerPlan.h"

namespace dorefa::driver {

/// Compiles each op of a plan as a function of its own, and fills in the time
/// for one image of a batch: of the chosen strategy or, in turns, of every one.
/// Packing of the operands is part of it, which in the whole network a
/// neighbouring op may do. `repeat` calls, and more of short ones.
llvm::Error measureLayers(llvm::MutableArrayRef<LayerPlan> plans,
                          const CompileOptions &options, int64_t batch,
                          int64_t repeat, bool everyStrategy);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LAYERTIMER_H
