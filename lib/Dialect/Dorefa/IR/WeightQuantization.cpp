//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightQuantization.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::dorefa;

/// 1 bit: the sign, and mean |w| of each channel, summed in f64.
static QuantizedWeights quantizeSigns(ArrayRef<float> weights,
                                      int64_t scaleCount) {
  QuantizedWeights result;
  for (float w : weights)
    result.codes.push_back(w >= 0);
  size_t each = weights.size() / scaleCount;
  for (int64_t channel = 0; channel < scaleCount; ++channel) {
    double sum = 0;
    for (float w : weights.slice(channel * each, each))
      sum += std::fabs(static_cast<double>(w));
    result.scales.push_back(static_cast<float>(sum / each));
  }
  return result;
}

/// k > 1 bits (DoReFa-Net, section 2.3): all steps but tanh in f32.
static QuantizedWeights quantizeTanh(ArrayRef<float> weights, CodeType code) {
  SmallVector<float> bounded = llvm::map_to_vector(weights, [](float w) {
    return static_cast<float>(std::tanh(static_cast<double>(w)));
  });
  float largest = 0;
  for (float t : bounded)
    largest = std::max(largest, std::fabs(t));
  const float n = code.getMaxCode();
  QuantizedWeights result;
  for (float t : bounded) {
    float r = largest == 0 ? 0.5f : t / (2.0f * largest) + 0.5f;
    // The default rounding mode is to nearest, half to even.
    result.codes.push_back(static_cast<uint8_t>(std::nearbyint(n * r)));
  }
  result.scales = {1.0f};
  return result;
}

//===----------------------------------------------------------------------===//
// Powers of two (LBW-Net), by an exact scan over the scale's exponent
//===----------------------------------------------------------------------===//

/// The largest e with 2^e <= a / b, without a rounded quotient.
static int floorLog2OfRatio(double a, double b) {
  int e = std::ilogb(a) - std::ilogb(b);
  return std::ldexp(b, e) <= a ? e : e - 1;
}

/// The level 0 .. m nearest to |w| / 2^s, halves upward; level j is 2^(j-m).
static int getNearestLevel(double magnitude, int s, int m) {
  double scaled = std::ldexp(magnitude, -s);
  int level = scaled >= std::ldexp(1.0, -m);
  for (int j = 2; j <= m; ++j)
    level += scaled >= 3 * std::ldexp(1.0, j - m - 2);
  return level;
}

/// ||2^s Q - w||^2 - ||w||^2 for the nearest levels Q.
static double getCost(ArrayRef<float> weights, int s, int m) {
  SmallVector<double> sums(m + 1, 0.0);
  SmallVector<int64_t> counts(m + 1, 0);
  for (float w : weights) {
    double magnitude = std::fabs(static_cast<double>(w));
    int level = getNearestLevel(magnitude, s, m);
    sums[level] += magnitude;
    ++counts[level];
  }
  double cost = 0;
  for (int level = 1; level <= m; ++level) {
    double value = std::ldexp(1.0, s + level - m);
    cost += value * (counts[level] * value - 2 * sums[level]);
  }
  return cost;
}

static QuantizedWeights quantizePow2(ArrayRef<float> weights, CodeType code) {
  const int m = code.getPow2Levels();
  double sum = 0, largest = 0;
  int64_t count = 0;
  for (float w : weights) {
    double magnitude = std::fabs(static_cast<double>(w));
    sum += magnitude;
    largest = std::max(largest, magnitude);
    count += magnitude > 0;
  }
  int best = 0;
  if (count) {
    double bestCost = 0;
    int first = floorLog2OfRatio(4 * sum, 3.0 * count);
    int last = floorLog2OfRatio(4 * largest, 3);
    for (int s = first; s <= last; ++s) {
      double cost = getCost(weights, s, m);
      if (s > first && cost > bestCost)
        continue;
      best = s;
      bestCost = cost;
    }
  }
  QuantizedWeights result;
  for (float w : weights) {
    int level = getNearestLevel(std::fabs(static_cast<double>(w)), best, m);
    int t = m - level;
    result.codes.push_back(level ? 2 * t + (w < 0 ? 2 : 1) : 0);
  }
  result.scales = {std::ldexp(1.0f, best)};
  return result;
}

//===----------------------------------------------------------------------===//
// By the kind of the code
//===----------------------------------------------------------------------===//

QuantizedWeights dorefa::quantizeWeights(ArrayRef<float> weights, CodeType code,
                                         int64_t scaleCount) {
  if (code.getKind() == CodeKind::pow2)
    return quantizePow2(weights, code);
  return code.getBits() == 1 ? quantizeSigns(weights, scaleCount)
                             : quantizeTanh(weights, code);
}

float dorefa::getCodeValue(CodeType code, uint8_t c) {
  const int64_t n = code.getMaxCode();
  switch (code.getKind()) {
  case CodeKind::unipolar:
    return static_cast<float>(c) / static_cast<float>(n);
  case CodeKind::bipolar:
    return static_cast<float>(2 * c - n) / static_cast<float>(n);
  case CodeKind::pow2:
    break;
  }
  if (c == 0)
    return 0;
  float magnitude = std::ldexp(1.0f, -((c - 1) / 2));
  return c % 2 ? magnitude : -magnitude;
}
