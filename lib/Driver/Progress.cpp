//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Progress.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace dorefa::driver;

/// "1:02:03", or "2:03" below an hour.
static std::string formatTime(double seconds) {
  if (!(seconds < 1e9))
    return "?";
  auto whole = static_cast<long long>(seconds + 0.5);
  std::string text;
  raw_string_ostream stream(text);
  if (whole >= 3600)
    stream << whole / 3600 << format(":%02lld", whole / 60 % 60);
  else
    stream << whole / 60;
  stream << format(":%02lld", whole % 60);
  return text;
}

void Progress::step(int64_t epoch, int64_t done, int64_t total, double loss,
                    double imagesPerSecond, double remaining) {
  if (!isTerminal)
    return;
  auto now = std::chrono::steady_clock::now();
  if (lineIsOpen && now - lastShown < std::chrono::milliseconds(100))
    return;
  lastShown = now;
  lineIsOpen = true;
  // The last code erases what is left of a longer line.
  out << format("\repoch %lld/%lld  step %lld/%lld  loss %.4f  %.0f images/s  ",
                (long long)epoch, (long long)epochs, (long long)done,
                (long long)total, loss, imagesPerSecond)
      << formatTime(remaining) << " left\x1b[K";
  out.flush();
}

void Progress::epoch(const Metrics &metrics) {
  if (lineIsOpen)
    out << "\r\x1b[K";
  lineIsOpen = false;
  out << format("epoch %lld/%lld: step %lld, train loss %.4f",
                (long long)metrics.epoch, (long long)epochs,
                (long long)metrics.step, metrics.trainLoss);
  if (metrics.testLoss)
    out << format(", test loss %.4f", *metrics.testLoss);
  if (metrics.testAccuracy)
    out << format(", test accuracy %.4f", *metrics.testAccuracy);
  if (metrics.testMap50)
    out << format(", test map50 %.4f", *metrics.testMap50);
  if (metrics.testMap)
    out << format(", test map %.4f", *metrics.testMap);
  out << format(", %.1f s, %.0f images/s\n", metrics.seconds,
                metrics.imagesPerSecond);
  out.flush();
}

void Progress::finish() {
  if (lineIsOpen)
    out << "\n";
  lineIsOpen = false;
  out.flush();
}
