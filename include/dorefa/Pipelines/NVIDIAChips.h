//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The NVIDIA GPUs that kernels are compiled for, and what LLVM wants to know of
// each. What it is not asked for here would end the process there.

#ifndef DOREFA_PIPELINES_NVIDIACHIPS_H
#define DOREFA_PIPELINES_NVIDIACHIPS_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir::dorefa {

/// A chip by LLVM's name.
struct NVIDIAChip {
  llvm::StringRef name;
  /// The oldest version of PTX that names it, 80 for 8.0.
  unsigned ptx;

  /// Compute capability, 90 for 9.0.
  unsigned capability() const;
  /// Code for sm_90a runs on capability 9.0 alone; without the letter, on that
  /// and on all later ones.
  bool isExact() const { return name.ends_with("a"); }
  /// The version of PTX to write where nobody asks for one, "+ptx80".
  std::string defaultFeatures() const;
};

/// The chip of this name; null if there are no kernels for it.
const NVIDIAChip *findChip(llvm::StringRef name);

/// The chip to compile for where the kernels run on a GPU of this capability:
/// the one that can do most of what the GPU can. Null if it is too old.
const NVIDIAChip *findChipFor(unsigned capability);

/// Why there is no code for a chip with these features (a version of PTX,
/// "+ptx80", or nothing); empty if there is.
std::string whyNoCode(llvm::StringRef chip, llvm::StringRef features);

} // namespace mlir::dorefa

#endif // DOREFA_PIPELINES_NVIDIACHIPS_H
