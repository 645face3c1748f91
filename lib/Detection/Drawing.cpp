//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/Drawing.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::detection;

using Colour = std::array<uint8_t, 3>;

static constexpr Colour white = {255, 255, 255};

/// Colours that differ from each other, from black and from white.
static Colour colourOf(int32_t label) {
  static constexpr Colour colours[] = {
      {240, 80, 60},   {70, 140, 255}, {60, 200, 90},   {250, 180, 40},
      {190, 100, 250}, {40, 210, 220}, {250, 110, 190}, {170, 210, 50},
      {140, 150, 255}, {230, 140, 100}};
  return colours[label % std::size(colours)];
}

/// The digits in 3x5 pixels, a row of three bits after another.
static constexpr uint16_t digits[] = {
    0b111101101101111, 0b010110010010111, 0b111001111100111, 0b111001111001111,
    0b101101111001001, 0b111100111001111, 0b111100111101111, 0b111001001001001,
    0b111101111101111, 0b111101111001111};

namespace {

class Sheet {
public:
  Sheet(int64_t height, int64_t width)
      : height(height), width(width),
        pixels(data::ElementType::U8, {height, width, 3}) {}

  void set(int64_t y, int64_t x, Colour colour) {
    if (y >= 0 && y < height && x >= 0 && x < width)
      llvm::copy(colour, pixels.data<uint8_t>().begin() + (y * width + x) * 3);
  }

  void fill(int64_t top, int64_t left, int64_t bottom, int64_t right,
            Colour colour) {
    for (int64_t y = top; y < bottom; ++y)
      for (int64_t x = left; x < right; ++x)
        set(y, x, colour);
  }

  /// A frame of `thickness` pixels, inside of the box.
  void frame(int64_t top, int64_t left, int64_t bottom, int64_t right,
             int64_t thickness, Colour colour) {
    fill(top, left, std::min(top + thickness, bottom), right, colour);
    fill(std::max(bottom - thickness, top), left, bottom, right, colour);
    fill(top, left, bottom, std::min(left + thickness, right), colour);
    fill(top, std::max(right - thickness, left), bottom, right, colour);
  }

  /// Digits and spaces, in black on `background`.
  void write(int64_t top, int64_t left, StringRef text, Colour background) {
    const int64_t advance = 4;
    fill(top, left, top + 7, left + 1 + advance * text.size(), background);
    for (char character : text) {
      if (character >= '0' && character <= '9')
        for (int bit = 0; bit < 15; ++bit)
          if (digits[character - '0'] >> (14 - bit) & 1)
            set(top + 1 + bit / 3, left + 1 + bit % 3, {0, 0, 0});
      left += advance;
    }
  }

  data::Tensor take() { return std::move(pixels); }

private:
  int64_t height, width;
  data::Tensor pixels;
};

/// One image's place on the sheet.
struct Place {
  int64_t top, left, height, width;

  /// A box in pixels of the sheet: top, left, bottom, right.
  std::array<int64_t, 4> of(const Box &box) const {
    return {
        top + std::lround(box[1] * height), left + std::lround(box[0] * width),
        top + std::lround(box[3] * height), left + std::lround(box[2] * width)};
  }
};

} // namespace

static void drawImage(Sheet &sheet, const Place &place,
                      const data::DatasetPart &part, int64_t image,
                      int64_t scale) {
  ArrayRef<int64_t> shape = part.images.shape();
  const int64_t width = shape[2], channels = shape[3];
  std::vector<float> pixels(shape[1] * width * channels);
  data::fillBatch(part, image, pixels.data());
  for (int64_t y = 0; y < place.height; ++y)
    for (int64_t x = 0; x < place.width; ++x) {
      const float *pixel = &pixels[(y / scale * width + x / scale) * channels];
      Colour colour;
      for (int c = 0; c < 3; ++c)
        colour[c] =
            std::clamp(pixel[channels < 3 ? 0 : c], 0.0f, 1.0f) * 255 + 0.5f;
      sheet.set(place.top + y, place.left + x, colour);
    }
}

data::Tensor dorefa::detection::drawDetections(const data::DatasetPart &part,
                                               ArrayRef<ImageResult> results,
                                               const DrawingOptions &options) {
  constexpr int64_t gap = 4;
  const int64_t count =
      std::min<int64_t>({options.count, part.size(), int64_t(results.size())});
  const int64_t columns = std::clamp<int64_t>(count, 1, options.columns);
  const int64_t rows = std::max<int64_t>(divideCeil(count, columns), 1);
  const int64_t height = part.images.shape()[1] * options.scale;
  const int64_t width = part.images.shape()[2] * options.scale;
  Sheet sheet(rows * (height + gap) - gap, columns * (width + gap) - gap);
  for (int64_t i = 0; i < count; ++i) {
    Place place = {i / columns * (height + gap), i % columns * (width + gap),
                   height, width};
    drawImage(sheet, place, part, i, options.scale);
    for (const GroundTruth &object : results[i].objects) {
      auto [top, left, bottom, right] = place.of(object.box);
      sheet.frame(top, left, bottom, right, 1, white);
    }
    for (const Detection &detection : results[i].detections) {
      if (detection.score < options.leastScore)
        continue;
      auto [top, left, bottom, right] = place.of(detection.box);
      const Colour colour = colourOf(detection.label);
      sheet.frame(top, left, bottom, right, 2, colour);
      // A score of 1 has two digits, too.
      const long hundredths = std::min(std::lround(detection.score * 100), 99L);
      sheet.write(top, left,
                  std::to_string(detection.label) + " " +
                      std::to_string(hundredths),
                  colour);
    }
  }
  return sheet.take();
}
