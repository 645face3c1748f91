//===- Shuffle.h - The order of an epoch ------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_SHUFFLE_H
#define DOREFA_DATA_SHUFFLE_H

#include <cstdint>
#include <vector>

namespace dorefa::data {

/// The order in which epoch `epoch` visits `count` images: a permutation of
/// 0..count-1, the same for the same arguments on each machine, so that a
/// resumed training continues as if it had not stopped. Every permutation is
/// equally likely (Fisher-Yates with unbiased draws).
std::vector<int64_t> epochPermutation(int64_t count, uint64_t seed,
                                      uint64_t epoch);

} // namespace dorefa::data

#endif // DOREFA_DATA_SHUFFLE_H
