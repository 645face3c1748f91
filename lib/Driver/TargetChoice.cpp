//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/TargetChoice.h"

#include "dorefa/Driver/Status.h"

using namespace llvm;
using namespace dorefa::driver;
using dorefa::engine::HostTarget;

Expected<TargetChoice> TargetChoice::parse(StringRef spec, StringRef triple) {
  TargetChoice target;
  if (spec == "cuda" || spec == "gpu-emulator")
    return unavailableError("target '" + spec +
                            "' is not available in this build");
  if (spec == "host" || spec == "reference") {
    target.kind = spec == "host" ? TargetKind::host : TargetKind::reference;
    if (triple.empty() || Triple(triple) == Triple(target.cpu.triple))
      return target;
    // This machine's CPU means nothing to another architecture.
    target.cpu = {triple.str(), "generic", ""};
    Expected<HostTarget> generic = HostTarget::parse("generic", triple);
    if (!generic)
      return generic.takeError();
    return target;
  }
  Expected<HostTarget> cpu = HostTarget::parse(spec, triple);
  if (!cpu)
    return usageError("option '--target': " + toString(cpu.takeError()) +
                      "; other targets are host, reference, cuda, "
                      "gpu-emulator");
  target.cpu = std::move(*cpu);
  return target;
}
