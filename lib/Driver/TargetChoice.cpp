//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/TargetChoice.h"

#include "dorefa/Driver/Status.h"
#include "dorefa/Pipelines/NVIDIAChips.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace dorefa::driver;
using dorefa::engine::HostTarget;

Error TargetChoice::parseChips(StringRef list) {
  for (StringRef chip : split(list, ',')) {
    std::string why = mlir::dorefa::whyNoCode(chip, "");
    if (!why.empty())
      return usageError("option '--target': " + why);
    chips.push_back(chip.str());
  }
  return Error::success();
}

Expected<TargetChoice> TargetChoice::parse(StringRef spec) {
  TargetChoice target;
  target.spec = spec.str();
  if (spec == "reference")
    target.kind = TargetKind::reference;
  if (auto [name, chips] = spec.split(':');
      name == "cuda" || name == "gpu-emulator") {
    target.kind = name == "cuda" ? TargetKind::cuda : TargetKind::emulator;
    if (name != spec)
      if (Error error = target.parseChips(chips))
        return error;
  }
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
