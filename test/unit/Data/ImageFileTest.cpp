//===- ImageFileTest.cpp - Pictures in PNG and JPEG files -----------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/ImageFile.h"

#include "TestFiles.h"

#include "llvm/Support/MemoryBuffer.h"

#include <turbojpeg.h>

using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

Tensor picture(int64_t height, int64_t width, int64_t channels) {
  Tensor image(ElementType::U8, {height, width, channels});
  auto pixels = image.data<uint8_t>();
  for (size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = i * 37 + i / 11;
  return image;
}

Bytes fileBytes(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  llvm::StringRef text = (*buffer)->getBuffer();
  return Bytes(text.bytes_begin(), text.bytes_end());
}

TEST(ImageFile, PngComesBackAsItWas) {
  TempDir directory;
  std::string path = directory / "a.png";
  for (int64_t channels : {1, 3})
    for (auto [height, width] : {std::pair(1, 1), std::pair(7, 13)}) {
      Tensor image = picture(height, width, channels);
      EXPECT_SUCCESS(writePng(path, image));
      auto read = readImage(path, channels);
      ASSERT_VALUE(read);
      EXPECT_EQ(describe(*read), describe(image));
      EXPECT_EQ(read->bytes(), image.bytes());
    }
}

TEST(ImageFile, ReadsJpeg) {
  TempDir directory;
  std::vector<uint8_t> flat(16 * 24 * 3, 120);
  tjhandle encoder = tjInitCompress();
  unsigned char *bytes = nullptr;
  unsigned long size = 0;
  ASSERT_EQ(tjCompress2(encoder, flat.data(), 24, 0, 16, TJPF_RGB, &bytes,
                        &size, TJSAMP_444, 95, 0),
            0);
  std::string path = directory.write("a.jpg", {bytes, size});
  std::string cut = directory.write("cut.jpg", {bytes, size / 2});
  tjFree(bytes);
  tjDestroy(encoder);
  for (int64_t channels : {1, 3}) {
    auto image = readImage(path, channels);
    ASSERT_VALUE(image);
    EXPECT_EQ(image->shape(), (llvm::ArrayRef<int64_t>{16, 24, channels}));
    for (uint8_t pixel : image->data<uint8_t>())
      EXPECT_NEAR(pixel, 120, 2);
  }
  EXPECT_ERROR(readImage(cut, 3), cut + ": not a JPEG image that can be read:");
}

TEST(ImageFile, NamesWhatIsWrong) {
  TempDir directory;
  std::string path = directory / "a.png";
  EXPECT_ERROR(readImage(path, 1), path + ": cannot be read");
  directory.write("a.png", bytes("GIF89a"));
  EXPECT_ERROR(readImage(path, 1), path + ": expected a PNG or JPEG image");
  directory.write("a.png", {});
  EXPECT_ERROR(readImage(path, 1), path + ": expected a PNG or JPEG image");
  EXPECT_SUCCESS(writePng(path, picture(5, 5, 3)));
  Bytes whole = fileBytes(path);
  directory.write("a.png", llvm::ArrayRef(whole).take_front(whole.size() / 2));
  EXPECT_ERROR(readImage(path, 1),
               path + ": not a PNG image that can be read:");
  // A width of 2^31 - 1 in the header, whose checksum no longer holds either.
  whole[16] = 0x7f;
  directory.write("a.png", whole);
  EXPECT_ERROR(readImage(path, 1), path + ": ");
  EXPECT_ERROR(writePng(directory / "none/a.png", picture(1, 1, 1)),
               "none/a.png");
}

TEST(ImageFile, Resizes) {
  Tensor image = picture(6, 9, 3);
  Tensor same = resizeImage(image, 6, 9);
  EXPECT_EQ(same.bytes(), image.bytes());
  Tensor flat(ElementType::U8, {7, 5, 1});
  llvm::fill(flat.data<uint8_t>(), 200);
  for (auto [height, width] : {std::pair(1, 1), std::pair(3, 17)}) {
    Tensor other = resizeImage(flat, height, width);
    EXPECT_EQ(other.shape(), (llvm::ArrayRef<int64_t>{height, width, 1}));
    for (uint8_t pixel : other.data<uint8_t>())
      EXPECT_EQ(pixel, 200);
  }
  // Twice as wide: between 0 and 100 lie 25 and 75.
  Tensor step = tensorOf<uint8_t>({1, 2, 1}, {0, 100});
  Tensor wide = resizeImage(step, 1, 4);
  EXPECT_EQ(wide.data<uint8_t>(), (llvm::ArrayRef<uint8_t>{0, 25, 75, 100}));
}

} // namespace
