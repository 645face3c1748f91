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
/// obviously right and never fast; `emulator` runs a GPU's kernels on it;
/// `cuda` runs them on an NVIDIA GPU.
enum class TargetKind { host, reference, emulator, cuda };

struct TargetChoice {
  TargetKind kind = TargetKind::host;
  /// Of a GPU, that of the host's code.
  engine::HostTarget cpu = engine::HostTarget::detect();
  /// The chips that kernels are compiled for, by LLVM's names; empty for the
  /// command's choice.
  std::vector<std::string> chips;

  bool isGPU() const {
    return kind == TargetKind::emulator || kind == TargetKind::cuda;
  }

  /// "host", "reference", "gpu-emulator[:CHIP,...]", "cuda[:CHIP,...]", or
  /// [TRIPLE:]CPU[,+feature|-feature]... with the host's pipeline. Whether this
  /// machine has a GPU is asked when something is to run there.
  static llvm::Expected<TargetChoice> parse(llvm::StringRef spec);

  /// As `parse` understands it.
  llvm::StringRef name() const { return spec; }

private:
  llvm::Error parseChips(llvm::StringRef list);

  std::string spec = "host";
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TARGETCHOICE_H
