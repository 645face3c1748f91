// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the C++ peers share: steps timed alone, and one line of JSON.

#ifndef DOREFA_BENCHMARKS_PEERS_TIMING_H
#define DOREFA_BENCHMARKS_PEERS_TIMING_H

#include "dorefa/Driver/CycleCounter.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace peers {

/// The comma-separated numbers of "--NAME=1,2,3" in the arguments.
inline std::vector<long> numbersOf(int argc, char **argv, std::string name) {
  std::vector<long> numbers;
  name = "--" + name + "=";
  for (int i = 1; i < argc; ++i)
    if (std::string text = argv[i]; text.rfind(name, 0) == 0)
      for (const char *rest = argv[i] + name.size(); *rest;) {
        char *end;
        numbers.push_back(std::strtol(rest, &end, 10));
        rest = *end == ',' ? end + 1 : end;
        if (end == rest && *end)
          break;
      }
  return numbers;
}

inline long numberOf(int argc, char **argv, const char *name, long otherwise) {
  std::vector<long> numbers = numbersOf(argc, argv, name);
  return numbers.empty() ? otherwise : numbers[0];
}

/// Runs `step` a few times, then times each of `count` calls, and prints
/// {"engine", "seconds", "cycles"}; cycles are null where nothing counts them.
template <typename Step>
void timeSteps(const std::string &engine, long count, Step step) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < 3; ++i)
    step();
  dorefa::driver::CycleCounter counter;
  std::string seconds, cycles;
  for (long i = 0; i < count; ++i) {
    counter.start();
    Clock::time_point begin = Clock::now();
    step();
    double time = std::chrono::duration<double>(Clock::now() - begin).count();
    auto counted = counter.stop();
    char text[32];
    std::snprintf(text, sizeof(text), "%s%.9g", i ? ", " : "", time);
    seconds += text;
    cycles += (i ? ", " : "") + (counted ? std::to_string(*counted) : "null");
  }
  std::printf("{\"engine\": \"%s\", \"seconds\": [%s], \"cycles\": [%s]}\n",
              engine.c_str(), seconds.c_str(), cycles.c_str());
}

} // namespace peers

#endif // DOREFA_BENCHMARKS_PEERS_TIMING_H
