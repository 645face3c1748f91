//===- Scenes.cpp - Scenes composed of small images -----------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Scenes.h"

#include "dorefa/Data/RandomStream.h"

#include <algorithm>
#include <cassert>

using namespace llvm;
using namespace dorefa::data;

namespace {

/// A grey image of its own.
struct Picture {
  int64_t height = 0, width = 0;
  std::vector<uint8_t> pixels;

  Picture(int64_t height, int64_t width)
      : height(height), width(width), pixels(height * width) {}
  uint8_t &at(int64_t y, int64_t x) { return pixels[y * width + x]; }
  uint8_t at(int64_t y, int64_t x) const { return pixels[y * width + x]; }
};

/// Pixels: left and top included, right and bottom not.
struct PixelBox {
  int64_t left, top, right, bottom;

  int64_t area() const { return (right - left) * (bottom - top); }
  int64_t common(const PixelBox &other) const {
    int64_t width = std::min(right, other.right) - std::max(left, other.left);
    int64_t height = std::min(bottom, other.bottom) - std::max(top, other.top);
    return width > 0 && height > 0 ? width * height : 0;
  }
};

/// One scene under construction.
class Scene {
public:
  Scene(const DatasetPart &items, const SceneOptions &options, int64_t number)
      : items(items), options(options),
        random(options.seed, domain ^ options.part, number),
        canvas(options.size, options.size) {}

  void compose(Objects &objects, uint8_t *out);

private:
  /// Keeps these words apart from other uses of the same seed; "SCEN".
  static constexpr uint32_t domain = 0x5343454e;
  /// What of an item is darker than this is margin.
  static constexpr uint8_t margin = 24;

  /// Part of a random item, `extent` of its pixels wide and high from
  /// (top, left) on, scaled to `side` pixels and mirrored by chance.
  Picture draw(int64_t item, int64_t top, int64_t left, int64_t extent,
               int64_t side);
  /// Lays a picture over the canvas; its dark pixels are transparent. What
  /// hangs over the edges is cut.
  void paste(const Picture &picture, int64_t top, int64_t left, int64_t gain);
  void addGradient();
  void addLines();
  void addFragments();
  void addNoise();
  /// Places an item where it covers little of what is there; it may find none.
  void addObject(Objects &objects, std::vector<PixelBox> &placed);

  int64_t itemSide() const { return items.images.shape()[1]; }

  const DatasetPart &items;
  const SceneOptions &options;
  RandomStream random;
  Picture canvas;
};

} // namespace

// Bilinear, in 1/256 of a pixel: the centres of the pixels of both correspond.
Picture Scene::draw(int64_t item, int64_t top, int64_t left, int64_t extent,
                    int64_t side) {
  const int64_t width = itemSide();
  ArrayRef<uint8_t> source =
      items.images.data<uint8_t>().slice(item * width * width, width * width);
  const bool mirrored = random.below(2);
  Picture picture(side, side);
  auto position = [&](int64_t at) {
    int64_t place = ((2 * at + 1) * extent * 128) / side - 128;
    return std::clamp<int64_t>(place, 0, (extent - 1) * 256);
  };
  for (int64_t y = 0; y < side; ++y)
    for (int64_t x = 0; x < side; ++x) {
      const int64_t py = position(y),
                    px = position(mirrored ? side - 1 - x : x);
      const int64_t y0 = py / 256, x0 = px / 256, fy = py % 256, fx = px % 256;
      auto pixel = [&](int64_t dy, int64_t dx) -> int64_t {
        const int64_t yy = std::min(y0 + dy, extent - 1) + top;
        const int64_t xx = std::min(x0 + dx, extent - 1) + left;
        return source[yy * width + xx];
      };
      const int64_t above = pixel(0, 0) * (256 - fx) + pixel(0, 1) * fx;
      const int64_t below = pixel(1, 0) * (256 - fx) + pixel(1, 1) * fx;
      picture.at(y, x) = (above * (256 - fy) + below * fy + 32768) / 65536;
    }
  return picture;
}

void Scene::paste(const Picture &picture, int64_t top, int64_t left,
                  int64_t gain) {
  for (int64_t y = 0; y < picture.height; ++y)
    for (int64_t x = 0; x < picture.width; ++x) {
      const int64_t cy = top + y, cx = left + x;
      if (cy < 0 || cy >= canvas.height || cx < 0 || cx >= canvas.width)
        continue;
      const int64_t value = picture.at(y, x);
      const int64_t opacity = std::min<int64_t>(255, 6 * value);
      const int64_t bright = value * gain / 256;
      uint8_t &below = canvas.at(cy, cx);
      below = (below * (255 - opacity) + bright * opacity + 127) / 255;
    }
}

void Scene::addGradient() {
  const int64_t corners[] = {random.between(0, 90), random.between(0, 90),
                             random.between(0, 90), random.between(0, 90)};
  const int64_t last = std::max<int64_t>(options.size - 1, 1);
  for (int64_t y = 0; y < canvas.height; ++y)
    for (int64_t x = 0; x < canvas.width; ++x) {
      const int64_t above = corners[0] * (last - x) + corners[1] * x;
      const int64_t below = corners[2] * (last - x) + corners[3] * x;
      canvas.at(y, x) = (above * (last - y) + below * y) / (last * last);
    }
}

void Scene::addLines() {
  const int64_t count = random.between(0, 4);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t size = options.size, steps = 2 * size;
    const int64_t y0 = random.below(size), x0 = random.below(size),
                  y1 = random.below(size), x1 = random.below(size),
                  value = random.between(40, 220);
    for (int64_t s = 0; s <= steps; ++s)
      canvas.at((y0 * (steps - s) + y1 * s) / steps,
                (x0 * (steps - s) + x1 * s) / steps) = value;
  }
}

// Parts of items too small to tell what they are of.
void Scene::addFragments() {
  const int64_t count = random.between(2, 6);
  const int64_t extent = std::max<int64_t>(itemSide() / 4, 1);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t item = random.below(items.size());
    const int64_t top = random.between(0, itemSide() - extent);
    const int64_t left = random.between(0, itemSide() - extent);
    Picture picture =
        draw(item, top, left, extent, random.between(extent, 2 * extent));
    const int64_t y = random.below(options.size),
                  x = random.below(options.size);
    paste(picture, y - picture.height / 2, x - picture.width / 2,
          random.between(96, 256));
  }
}

void Scene::addNoise() {
  const int64_t strength = random.between(0, 12);
  for (uint8_t &pixel : canvas.pixels) {
    int64_t value = pixel + random.between(-strength, strength);
    pixel = std::clamp<int64_t>(value, 0, 255);
  }
}

void Scene::addObject(Objects &objects, std::vector<PixelBox> &placed) {
  const int64_t item = random.below(items.size());
  const int64_t side = random.between(options.leastSide, options.mostSide);
  Picture picture = draw(item, 0, 0, itemSide(), side);
  PixelBox bright = {side, side, 0, 0};
  for (int64_t y = 0; y < side; ++y)
    for (int64_t x = 0; x < side; ++x)
      if (picture.at(y, x) >= margin)
        bright = {std::min(bright.left, x), std::min(bright.top, y),
                  std::max(bright.right, x + 1),
                  std::max(bright.bottom, y + 1)};
  if (bright.right <= bright.left)
    return;
  const int64_t width = bright.right - bright.left;
  const int64_t height = bright.bottom - bright.top;
  if (width > options.size || height > options.size)
    return;
  constexpr int attempts = 20;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    PixelBox box;
    box.left = random.between(0, options.size - width);
    box.top = random.between(0, options.size - height);
    box.right = box.left + width;
    box.bottom = box.top + height;
    // At most an eighth of either is behind the other.
    bool covers =
        std::any_of(placed.begin(), placed.end(), [&](const PixelBox &other) {
          return 8 * box.common(other) > std::min(box.area(), other.area());
        });
    if (covers)
      continue;
    paste(picture, box.top - bright.top, box.left - bright.left,
          random.between(160, 256));
    placed.push_back(box);
    const float size = options.size;
    objects.addObject(
        items.labels[item],
        {box.left / size, box.top / size, box.right / size, box.bottom / size});
    return;
  }
}

void Scene::compose(Objects &objects, uint8_t *out) {
  objects.addImage();
  addGradient();
  addFragments();
  addLines();
  std::vector<PixelBox> placed;
  const int64_t count = random.between(1, options.objects);
  for (int64_t i = 0; i < count; ++i)
    addObject(objects, placed);
  addNoise();
  std::copy(canvas.pixels.begin(), canvas.pixels.end(), out);
}

DatasetPart dorefa::data::composeScenes(const DatasetPart &items,
                                        const SceneOptions &options) {
  assert(items.size() > 0 && "no items to compose of");
  const int64_t size = options.size;
  DatasetPart part;
  part.images = Tensor(ElementType::U8, {options.count, size, size, 1});
  part.objects.emplace();
  part.objects->perImage = options.objects;
  uint8_t *out = part.images.data<uint8_t>().data();
  for (int64_t i = 0; i < options.count; ++i)
    Scene(items, options, i).compose(*part.objects, out + i * size * size);
  return part;
}
