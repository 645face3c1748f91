//===- Philox.h - Counter-based random numbers ------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_PHILOX_H
#define DOREFA_DATA_PHILOX_H

#include <array>
#include <cstdint>

namespace dorefa::data {

/// Philox4x32-10: four random words, a function of a counter and a key alone
/// (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key);

} // namespace dorefa::data

#endif // DOREFA_DATA_PHILOX_H
