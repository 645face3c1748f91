//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/NVIDIAChips.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace mlir::dorefa;

// Those with mma.sync of bits, of what LLVM 22 knows; in the order of their
// capabilities, the exact ones last of each.
static constexpr NVIDIAChip knownChips[] = {
    {"sm_80", 70},  {"sm_86", 71},   {"sm_87", 74},  {"sm_89", 78},
    {"sm_90", 78},  {"sm_90a", 80},  {"sm_100", 86}, {"sm_100a", 86},
    {"sm_120", 87}, {"sm_120a", 87},
};

/// The newest version of PTX that LLVM 22 writes.
static constexpr unsigned newestPTX = 90;
/// That of CUDA 12.0: what is older does not know sm_90a.
static constexpr unsigned usualPTX = 80;

unsigned NVIDIAChip::capability() const {
  unsigned number = 0;
  StringRef digits = name;
  (void)(digits.consume_front("sm_") && digits.consumeInteger(10, number));
  return number;
}

std::string NVIDIAChip::defaultFeatures() const {
  return "+ptx" + std::to_string(std::max(ptx, usualPTX));
}

const NVIDIAChip *mlir::dorefa::findChip(StringRef name) {
  const NVIDIAChip *chip = find_if(
      knownChips, [&](const NVIDIAChip &known) { return known.name == name; });
  return chip == std::end(knownChips) ? nullptr : chip;
}

const NVIDIAChip *mlir::dorefa::findChipFor(unsigned capability) {
  const NVIDIAChip *best = nullptr;
  for (const NVIDIAChip &chip : knownChips)
    if (chip.isExact() ? chip.capability() == capability
                       : chip.capability() <= capability)
      best = &chip;
  return best;
}

std::string mlir::dorefa::whyNoCode(StringRef name, StringRef features) {
  const NVIDIAChip *chip = findChip(name);
  if (!chip) {
    std::string text = "no kernels for chip '" + name.str() + "'; expected";
    for (const NVIDIAChip &known : knownChips)
      text += " " + known.name.str();
    return text;
  }
  if (features.empty())
    return "";
  unsigned ptx = 0;
  StringRef version = features;
  if (!version.consume_front("+ptx") || version.getAsInteger(10, ptx))
    return "unknown features '" + features.str() +
           "' of a GPU; expected +ptxNN";
  if (ptx < chip->ptx || ptx > newestPTX)
    return "features '" + features.str() + "' do not fit chip '" + name.str() +
           "'; expected +ptx" + std::to_string(chip->ptx) + " to +ptx" +
           std::to_string(newestPTX);
  return "";
}
