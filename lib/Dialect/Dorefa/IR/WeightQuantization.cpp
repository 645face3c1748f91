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
// Powers of two (LBW-Net)
//===----------------------------------------------------------------------===//

/// 2^127 is the largest power of two of f32.
static constexpr int kLargestExponent = 127;

/// The largest e with 2^e <= a / b, without a rounded quotient.
static int floorLog2OfRatio(double a, double b) {
  int e = std::ilogb(a) - std::ilogb(b);
  return std::ldexp(b, e) <= a ? e : e - 1;
}

namespace {
struct Pow2Weights {
  SmallVector<double> magnitudes;
  int m; // levels: level j is 2^(j-m), level 0 is 0
  double sum = 0, largest = 0;

  Pow2Weights(ArrayRef<float> weights, int64_t levels) : m(levels) {
    for (float w : weights) {
      magnitudes.push_back(std::fabs(static_cast<double>(w)));
      sum += magnitudes.back();
      largest = std::max(largest, magnitudes.back());
    }
  }

  /// Level m from `top`, one less for each halving; 0 below `bottom`.
  int getLevel(double magnitude, double top, double bottom) const {
    if (magnitude < bottom)
      return 0;
    int t = std::max(-floorLog2OfRatio(magnitude, top), 0);
    return m - std::min(t, m - 1);
  }
  SmallVector<int> getLevels(double top, double bottom) const {
    return llvm::map_to_vector(magnitudes, [&](double magnitude) {
      return getLevel(magnitude, top, bottom);
    });
  }

  /// How much the squared error grows from the exponent s - 1 to s, both with
  /// nearest levels: weights count above the largest level of s - 1 and around
  /// the smallest. Both sums are exact.
  double getStep(int s) const {
    double middle = std::ldexp(0.75, s), smallest = std::ldexp(1.0, s - m);
    double above = 0, around = 0;
    for (double magnitude : magnitudes) {
      above += std::max(magnitude - middle, 0.0);
      around += std::max(smallest - 2 * std::fabs(magnitude - smallest), 0.0);
    }
    return smallest * (around - std::ldexp(above, m));
  }

  /// The exponent of least error; among equals the largest.
  int scan() const {
    int first = floorLog2OfRatio(4 * sum, 3.0 * magnitudes.size()) - 1;
    int last = std::min(floorLog2OfRatio(4 * largest, 3), kLargestExponent);
    int best = std::min(first, last);
    double worse = 0;
    for (int s = best + 1; s <= last; ++s) {
      worse += getStep(s);
      if (worse > 0)
        continue;
      best = s;
      worse = 0;
    }
    return best;
  }

  /// floor(log2(4 <Q,|W|> / (3 <Q,Q>))).
  int fit(ArrayRef<int> levels) const {
    double dot = 0, square = 0;
    for (auto [magnitude, level] : llvm::zip_equal(magnitudes, levels)) {
      double q = level ? std::ldexp(1.0, level - m) : 0.0;
      dot += q * magnitude;
      square += q * q;
    }
    return std::min(floorLog2OfRatio(4 * dot, 3 * square), kLargestExponent);
  }
};
} // namespace

static void quantizePow2(ArrayRef<float> weights, CodeType code,
                         Pow2Scheme scheme, QuantizedWeights &result) {
  Pow2Weights quantizer(weights, code.getPow2Levels());
  const int m = quantizer.m;
  int s = 0;
  SmallVector<int> levels(weights.size(), 0);
  if (quantizer.largest > 0 && scheme == Pow2Scheme::threshold && m > 1) {
    levels = quantizer.getLevels(0.75 * quantizer.largest,
                                 std::ldexp(quantizer.largest, -m));
    s = quantizer.fit(levels);
  } else if (quantizer.largest > 0) {
    s = quantizer.scan();
    levels = quantizer.getLevels(std::ldexp(0.75, s), std::ldexp(1.0, s - m));
  }
  for (auto [w, level] : llvm::zip_equal(weights, levels))
    result.codes.push_back(level ? 2 * (m - level) + (w < 0 ? 2 : 1) : 0);
  result.scales.push_back(std::ldexp(1.0f, s));
}

/// One exponent for each of `scaleCount` channels.
static QuantizedWeights quantizePow2(ArrayRef<float> weights, CodeType code,
                                     Pow2Scheme scheme, int64_t scaleCount) {
  QuantizedWeights result;
  size_t each = weights.size() / scaleCount;
  for (int64_t channel = 0; channel < scaleCount; ++channel)
    quantizePow2(weights.slice(channel * each, each), code, scheme, result);
  return result;
}

//===----------------------------------------------------------------------===//
// By the kind of the code
//===----------------------------------------------------------------------===//

QuantizedWeights dorefa::quantizeWeights(ArrayRef<float> weights, CodeType code,
                                         int64_t scaleCount,
                                         Pow2Scheme scheme) {
  if (code.getKind() == CodeKind::pow2)
    return quantizePow2(weights, code, scheme, scaleCount);
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
