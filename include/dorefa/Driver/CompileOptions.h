//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The options that decide what is compiled, for every command.

#ifndef DOREFA_DRIVER_COMPILEOPTIONS_H
#define DOREFA_DRIVER_COMPILEOPTIONS_H

#include "dorefa/Dialect/Bitserial/Transforms/TunedChoices.h"
#include "dorefa/Driver/OptionParser.h"
#include "dorefa/Driver/TargetChoice.h"
#include "dorefa/Runtime/Emulator.h"

namespace dorefa::driver {

/// Bits of weights, activations and gradients; 32 leaves them in float.
struct Bits {
  int weights = 32, activations = 32, gradients = 32;

  /// "W,A,G", each 1 to 8 or 32.
  static llvm::Expected<Bits> parse(llvm::StringRef text);
};

struct CompileOptions {
  TargetChoice target;
  /// "auto", or the one kernel strategy to use: popcount, lookup, integer,
  /// shift, float.
  std::string strategy = "auto";
  /// "auto", or the one kind of kernels for products on GPUs: loop, tensor,
  /// warpgroup.
  std::string kernels = "auto";
  /// Whether GPU code carries machine code beside its PTX: "auto" where ptxas
  /// is, "always", "never".
  std::string cubin = "auto";
  /// What `dorefa-run tune` measured on this machine, which "auto" follows;
  /// `readModule` reads it unless --no-tuned is given.
  std::vector<mlir::bitserial::TunedChoice> tuned;
  bool noTuned = false;
  std::optional<Bits> bits;
  /// The kind of the weights that `bits` sets: bipolar, pow2, pow2-threshold,
  /// or nothing for that of the file.
  std::string weights;
  /// Threads for parallel loops; 0 leaves the choice to OpenMP.
  int64_t threads = 0;
  /// The order in which the emulator of a GPU runs threads.
  emulator::ThreadOrder threadOrder = emulator::ThreadOrder::forward;
  /// Split inference functions F in F_prepare, of what depends on parameters
  /// alone, and F.
  bool freeze = false;
  bool noCache = false, clearCache = false;

  /// Adds --target, --strategy, --kernels, --cubin, --no-tuned, --bits,
  /// --weights, --threads, --thread-order, --no-cache and --clear-cache.
  void addTo(OptionParser &parser);
  /// Adds --freeze, for the commands that compile what the user calls.
  void addFreezeTo(OptionParser &parser);
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_COMPILEOPTIONS_H
