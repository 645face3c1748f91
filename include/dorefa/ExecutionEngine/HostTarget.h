//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The processor that code is generated for.

#ifndef DOREFA_EXECUTIONENGINE_HOSTTARGET_H
#define DOREFA_EXECUTIONENGINE_HOSTTARGET_H

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>
#include <string>

namespace dorefa::engine {

/// A CPU with its features spelled out. The name alone would turn on features
/// that the system masks out (AVX-512 in a virtual machine), and die of SIGILL.
struct HostTarget {
  std::string triple;
  std::string cpu;
  /// "+avx2,-avx512f,...", sorted by name.
  std::string features;

  /// This machine.
  static HostTarget detect();

  /// `spec` is [TRIPLE:]CPU[,+feature|-feature]...: "haswell",
  /// "x86-64-v3,-fma", "aarch64-linux-gnu:neoverse-v2". The triple is that of
  /// this machine if it is left out. The error lists what is known if the CPU
  /// or a feature is not.
  static llvm::Expected<HostTarget> parse(llvm::StringRef spec);

  /// The error names the features that this machine lacks.
  llvm::Error checkRunsHere() const;

  /// The width of a vector register: 512 with AVX-512, 256 with AVX2, else 128.
  unsigned vectorBits() const;

  /// Which of `candidates` (LLVM's names, without a sign) the CPU has.
  std::vector<std::string>
  selectFeatures(llvm::ArrayRef<llvm::StringRef> candidates) const;

  /// A target machine that generates position-independent code and forms fused
  /// multiply-adds from llvm.fmuladd alone, never from a product and a sum.
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
  createTargetMachine() const;
};

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_HOSTTARGET_H
