//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/TargetChoice.h"

#include "dorefa/Driver/Status.h"
#include "dorefa/Runtime/Cuda.h"

using namespace llvm;
using namespace dorefa::driver;
using dorefa::engine::HostTarget;

Expected<TargetChoice> TargetChoice::parse(StringRef spec) {
  if (spec == "cuda") {
    std::string why = dorefa::cuda::whyUnavailable();
    return unavailableError(
        "target 'cuda' is not available: " +
        (why.empty() ? "programs are not compiled for it yet, only products, "
                       "which scripts/gpu-check runs"
                     : why));
  }
  TargetChoice target;
  target.spec = spec.str();
  if (spec == "reference")
    target.kind = TargetKind::reference;
  if (spec == "gpu-emulator")
    target.kind = TargetKind::emulator;
  if (spec == "host" || target.kind != TargetKind::host)
    return target;
  Expected<HostTarget> cpu = HostTarget::parse(spec);
  if (!cpu)
    return usageError("option '--target': " + toString(cpu.takeError()) +
                      "; other targets are host, reference, cuda, "
                      "gpu-emulator");
  target.cpu = std::move(*cpu);
  return target;
}
