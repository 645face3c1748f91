//===- ImageFile.cpp - Pictures in PNG and JPEG files ---------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/ImageFile.h"

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Data/File.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <png.h>
#include <turbojpeg.h>
#include <vector>

using namespace llvm;
using namespace dorefa::data;

/// What an image may have at most along an axis; more is no photograph.
static constexpr int64_t longestSide = 1 << 15;

static Error checkSides(StringRef path, int64_t height, int64_t width) {
  if (height < 1 || width < 1 || height > longestSide || width > longestSide)
    return fileError(path, "expected sides of 1 to " + Twine(longestSide) +
                               " pixels, found " + Twine(width) + "x" +
                               Twine(height));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// PNG
//===----------------------------------------------------------------------===//

static Expected<Tensor> readPng(ArrayRef<uint8_t> bytes, StringRef path,
                                int64_t channels) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  auto fail = [&]() -> Error {
    std::string message = image.message;
    png_image_free(&image);
    return fileError(path, "not a PNG image that can be read: " + message);
  };
  if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()))
    return fail();
  if (Error error = checkSides(path, image.height, image.width)) {
    png_image_free(&image);
    return error;
  }
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  Tensor pixels(ElementType::U8, {image.height, image.width, channels});
  const png_color black = {0, 0, 0};
  if (!png_image_finish_read(&image, &black, pixels.bytes().data(),
                             /*row_stride=*/0, /*colormap=*/nullptr))
    return fail();
  return pixels;
}

Error dorefa::data::writePng(StringRef path, const Tensor &pixels) {
  ArrayRef<int64_t> shape = pixels.shape();
  assert(shape.size() == 3 && (shape[2] == 1 || shape[2] == 3) &&
         pixels.elementType() == ElementType::U8 && "no picture");
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.height = shape[0];
  image.width = shape[1];
  image.format = shape[2] == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  // The first call asks for the bytes that the second needs at most.
  png_alloc_size_t size = 0;
  std::vector<uint8_t> file;
  auto encode = [&](void *out) {
    return png_image_write_to_memory(&image, out, &size, /*convert_to_8bit=*/0,
                                     pixels.bytes().data(), /*row_stride=*/0,
                                     /*colormap=*/nullptr) != 0;
  };
  bool isDone = encode(nullptr);
  if (isDone) {
    file.resize(size);
    isDone = encode(file.data());
  }
  if (!isDone)
    return fileError(path, "cannot be written as PNG: " + Twine(image.message));
  return writeFileAtomically(path, [&](raw_ostream &stream) {
    stream.write(reinterpret_cast<const char *>(file.data()), size);
    return Error::success();
  });
}

//===----------------------------------------------------------------------===//
// JPEG
//===----------------------------------------------------------------------===//

static Expected<Tensor> readJpeg(ArrayRef<uint8_t> bytes, StringRef path,
                                 int64_t channels) {
  std::unique_ptr<void, int (*)(void *)> decoder(tjInitDecompress(), tjDestroy);
  auto fail = [&]() {
    return fileError(path, "not a JPEG image that can be read: " +
                               Twine(tjGetErrorStr2(decoder.get())));
  };
  if (!decoder)
    return fail();
  int width, height, subsampling, colours;
  if (tjDecompressHeader3(decoder.get(), bytes.data(), bytes.size(), &width,
                          &height, &subsampling, &colours) != 0)
    return fail();
  if (Error error = checkSides(path, height, width))
    return error;
  Tensor pixels(ElementType::U8, {height, width, channels});
  // TJFLAG_STOPONWARNING: a file that was cut is an error, not a grey area.
  if (tjDecompress2(decoder.get(), bytes.data(), bytes.size(),
                    pixels.bytes().data(), width, /*pitch=*/0, height,
                    channels == 1 ? TJPF_GRAY : TJPF_RGB,
                    TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT) != 0)
    return fail();
  return pixels;
}

Expected<Tensor> dorefa::data::readImage(StringRef path, int64_t channels) {
  assert((channels == 1 || channels == 3) && "grey or colours");
  auto buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  ArrayRef<uint8_t> bytes = bytesOf(**buffer);
  static constexpr uint8_t png[] = {0x89, 'P', 'N', 'G'};
  static constexpr uint8_t jpeg[] = {0xff, 0xd8, 0xff};
  auto startsWith = [&](ArrayRef<uint8_t> magic) {
    return bytes.take_front(magic.size()) == magic;
  };
  if (startsWith(png))
    return readPng(bytes, path, channels);
  if (startsWith(jpeg))
    return readJpeg(bytes, path, channels);
  return fileError(path, "expected a PNG or JPEG image");
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Which pixels of one axis make up one of another size, and by what share.
struct Share {
  int64_t first;
  std::vector<float> weights;
};

static std::vector<Share> makeShares(int64_t from, int64_t to) {
  const double scale = double(from) / to, reach = std::max(scale, 1.0);
  std::vector<Share> shares;
  for (int64_t i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int64_t first = std::max<int64_t>(std::floor(centre - reach), 0);
    const int64_t last = std::min<int64_t>(std::ceil(centre + reach), from);
    Share share{first, {}};
    double sum = 0;
    std::vector<double> weights;
    for (int64_t at = first; at < last; ++at) {
      const double distance = std::abs(at + 0.5 - centre) / reach;
      weights.push_back(std::max(0.0, 1 - distance));
      sum += weights.back();
    }
    for (double weight : weights)
      share.weights.push_back(weight / sum);
    shares.push_back(std::move(share));
  }
  return shares;
}

Tensor dorefa::data::resizeImage(const Tensor &image, int64_t height,
                                 int64_t width) {
  const int64_t rows = image.shape()[0], columns = image.shape()[1];
  const int64_t channels = image.shape()[2];
  ArrayRef<uint8_t> source = image.data<uint8_t>();
  std::vector<float> narrow(rows * width * channels);
  const std::vector<Share> across = makeShares(columns, width);
  for (int64_t y = 0; y < rows; ++y)
    for (int64_t x = 0; x < width; ++x)
      for (auto [i, weight] : enumerate(across[x].weights))
        for (int64_t c = 0; c < channels; ++c)
          narrow[(y * width + x) * channels + c] +=
              weight *
              source[(y * columns + across[x].first + i) * channels + c];
  Tensor result(ElementType::U8, {height, width, channels});
  MutableArrayRef<uint8_t> out = result.data<uint8_t>();
  const std::vector<Share> down = makeShares(rows, height);
  const int64_t length = width * channels;
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < length; ++x) {
      float sum = 0;
      for (auto [i, weight] : enumerate(down[y].weights))
        sum += weight * narrow[(down[y].first + i) * length + x];
      out[y * length + x] = std::clamp(std::lround(sum), 0L, 255L);
    }
  return result;
}
