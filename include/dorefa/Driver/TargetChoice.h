//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Where compiled code runs, as --target names it.

#ifndef DOREFA_DRIVER_TARGETCHOICE_H
#define DOREFA_DRIVER_TARGETCHOICE_H

#include "dorefa/ExecutionEngine/HostTarget.h"

namespace dorefa::driver {

/// `reference` runs on this machine too, through the lowering that is
/// obviously right and never fast; `emulator` runs a GPU's kernels on it.
enum class TargetKind { host, reference, emulator };

struct TargetChoice {
  TargetKind kind = TargetKind::host;
  engine::HostTarget cpu = engine::HostTarget::detect();

  /// "host", "reference", "gpu-emulator", or
  /// [TRIPLE:]CPU[,+feature|-feature]... with the host's pipeline. Targets that
  /// this build or this machine lacks are `Status::unavailable`.
  static llvm::Expected<TargetChoice> parse(llvm::StringRef spec);

  /// As `parse` understands it.
  llvm::StringRef name() const { return spec; }

private:
  std::string spec = "host";
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TARGETCHOICE_H
