//===- RandomStream.h - Random numbers in a row -----------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_RANDOMSTREAM_H
#define DOREFA_DATA_RANDOMSTREAM_H

#include "dorefa/Data/Philox.h"

namespace dorefa::data {

/// Random numbers that follow from a seed, a domain, which keeps the uses of
/// one seed apart, and the number of the stream.
class RandomStream {
public:
  RandomStream(uint64_t seed, uint32_t domain, uint64_t stream)
      : key{static_cast<uint32_t>(seed),
            static_cast<uint32_t>(seed >> 32) ^ domain},
        counter{0, 0, static_cast<uint32_t>(stream),
                static_cast<uint32_t>(stream >> 32)} {}

  /// Uniform in 0..bound-1; `bound` is at least 1.
  uint64_t below(uint64_t bound);

  /// Uniform in first..last, both included.
  int64_t between(int64_t first, int64_t last) {
    return first + static_cast<int64_t>(below(last - first + 1));
  }

private:
  uint64_t next();

  std::array<uint32_t, 2> key;
  std::array<uint32_t, 4> counter;
  std::array<uint32_t, 4> words = {};
  unsigned used = 4;
};

} // namespace dorefa::data

#endif // DOREFA_DATA_RANDOMSTREAM_H
