//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/CompileOptions.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

Expected<Bits> Bits::parse(StringRef text) {
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  int values[3];
  bool valid = parts.size() == 3;
  for (size_t i = 0; valid && i < 3; ++i)
    valid = !parts[i].getAsInteger(10, values[i]) &&
            ((values[i] >= 1 && values[i] <= 8) || values[i] == 32);
  if (!valid)
    return createStringError(
        "expected the bits of weights, activations and gradients, W,A,G, each "
        "1 to 8 or 32");
  return Bits{values[0], values[1], values[2]};
}

void CompileOptions::addTo(OptionParser &parser) {
  parser.group("options of the compilation");
  parser.custom("target", "TARGET",
                "host (default), reference, cuda[:CHIP,...], "
                "gpu-emulator[:CHIP,...], or a CPU",
                [this](StringRef text) -> Error {
                  Expected<TargetChoice> parsed = TargetChoice::parse(text);
                  if (!parsed)
                    return parsed.takeError();
                  target = std::move(*parsed);
                  return Error::success();
                });
  parser.choice("strategy", "the kernels of low-bit products (default auto)",
                strategy,
                {"auto", "popcount", "lookup", "integer", "shift", "float"});
  parser.choice("kernels",
                "of low-bit products on GPUs (default auto); warpgroup is of "
                "sm_90a",
                kernels, {"auto", "loop", "tensor", "warpgroup"});
  parser.choice("cubin",
                "machine code of GPUs beside their PTX, for cuda: where ptxas "
                "is (auto, default), always or never",
                cubin, {"auto", "always", "never"});
  parser.flag("no-tuned",
              "choose by the cost model alone, not by what 'tune' measured",
              noTuned);
  parser.custom("bits", "W,A,G",
                "bits of weights, activations and gradients that the file "
                "leaves open",
                [this](StringRef text) -> Error {
                  Expected<Bits> parsed = Bits::parse(text);
                  if (!parsed)
                    return parsed.takeError();
                  bits = *parsed;
                  return Error::success();
                });
  parser.choice("weights",
                "the kind of the weights that --bits sets (default: the "
                "file's)",
                weights, {"bipolar", "pow2", "pow2-threshold"});
  parser.integer("threads", "N",
                 "threads to run on (default: OMP_NUM_THREADS, or all "
                 "processors)",
                 threads, 1, 4096);
  parser.custom("thread-order", "ORDER",
                "the order of threads in gpu-emulator: forward (default), "
                "reversed or shuffled; kernels give the same for each",
                [this](StringRef text) -> Error {
                  using emulator::ThreadOrder;
                  auto order = StringSwitch<std::optional<ThreadOrder>>(text)
                                   .Case("forward", ThreadOrder::forward)
                                   .Case("reversed", ThreadOrder::reversed)
                                   .Case("shuffled", ThreadOrder::shuffled)
                                   .Default(std::nullopt);
                  if (!order)
                    return createStringError(
                        "expected forward, reversed or shuffled");
                  threadOrder = *order;
                  return Error::success();
                });
  parser.flag("no-cache", "neither look for compiled code nor keep it",
              noCache);
  parser.flag("clear-cache", "remove all compiled code first", clearCache);
}

void CompileOptions::addFreezeTo(OptionParser &parser) {
  parser.flag("freeze",
              "split functions F of inputs and parameters in F_prepare, which "
              "computes what depends on parameters alone, and F, which takes "
              "that in place of them",
              freeze);
}
