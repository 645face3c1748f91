//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The kernels that benchmarks/gpu/pack_kernels.py wrote, on the GPU.

#ifndef DOREFA_TOOLS_GPUCHECK_KERNELS_H
#define DOREFA_TOOLS_GPUCHECK_KERNELS_H

#include <cstdint>
#include <string>
#include <vector>

/// Ends the process with status 1.
[[noreturn]] void stop(const std::string &message);

/// A line of kernels.txt.
struct Kernel {
  /// "check", "time", or "pair": timed for a table of all pairs of bits.
  std::string kind, name, strategy, entry;
  int64_t lhsBits, rhsBits, rows, depth, columns;
  int64_t words[3]; // of both sides and the sums
  int64_t grid[3], block[3], sharedBytes;

  /// Those of warpgroups are compiled for sm_90a, which no other GPU runs.
  bool runsHere() const;
  double operations() const { return 2.0 * rows * depth * columns; }
  int64_t totalWords() const { return words[0] + words[1] + words[2]; }
};

std::vector<Kernel> readKernels(const std::string &path);

/// The number of sums that differ from the stored ones; `stem` is the name of
/// the kernel's files, without what they end with.
int64_t check(const Kernel &kernel, const std::string &stem);

/// Seconds of one launch: the median of rounds that each take some while.
double time(const Kernel &kernel, const std::string &stem);

#endif // DOREFA_TOOLS_GPUCHECK_KERNELS_H
