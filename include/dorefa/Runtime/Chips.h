//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Which of several kinds of code a GPU runs best, for all that stands for one.

#ifndef DOREFA_RUNTIME_CHIPS_H
#define DOREFA_RUNTIME_CHIPS_H

#include <cstdint>
#include <string>

extern "C" {

/// A kind of GPU, as --dorefa-ask-chip writes it.
struct DorefaChip {
  int32_t capability; // 90 for 9.0
  int32_t isExact;    // 1: its code runs on exactly this capability (sm_90a)
};

/// The number, in a list, of the chip whose code is the best that the GPU of
/// this process runs.
int32_t dorefaChooseChip(const DorefaChip *chips, int64_t count);
}

namespace dorefa {

/// "9.0a"
inline std::string describe(const DorefaChip &chip) {
  return std::to_string(chip.capability / 10) + "." +
         std::to_string(chip.capability % 10) + (chip.isExact ? "a" : "");
}

/// PTX runs on what is as new or newer, and code for exactly one GPU on that
/// alone.
inline bool fits(const DorefaChip &chip, int capability) {
  return chip.isExact ? chip.capability == capability
                      : chip.capability <= capability;
}

/// Of two kinds that fit, what is for exactly this GPU is better, then what is
/// for a newer one.
inline bool isBetter(const DorefaChip &chip, const DorefaChip &other) {
  return chip.isExact != other.isExact ? chip.isExact
                                       : chip.capability > other.capability;
}

/// The number of the best of `chips`; -1 if none fits.
inline int64_t findBest(const DorefaChip *chips, int64_t count,
                        int capability) {
  int64_t best = -1;
  for (int64_t i = 0; i < count; ++i)
    if (fits(chips[i], capability) &&
        (best < 0 || isBetter(chips[i], chips[best])))
      best = i;
  return best;
}

/// "compute capability 7.5, the kernels are for 8.0 9.0a"
inline std::string describeMismatch(const DorefaChip *chips, int64_t count,
                                    int capability) {
  std::string text = "compute capability " + describe({capability, 0}) +
                     ", the kernels are for";
  for (int64_t i = 0; i < count; ++i)
    text += " " + describe(chips[i]);
  return text;
}

} // namespace dorefa

#endif // DOREFA_RUNTIME_CHIPS_H
