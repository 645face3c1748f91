//===- Idx.cpp - IDX files of the MNIST family ----------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Idx.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Gzip.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

#include <cstring>

using namespace llvm;
using namespace dorefa::data;

Expected<Tensor> dorefa::data::parseIdx(ArrayRef<uint8_t> bytes, unsigned rank,
                                        StringRef path) {
  auto hex = [](uint32_t value) {
    return "0x" + utohexstr(value, /*LowerCase=*/true, /*Width=*/8);
  };
  const size_t header = 4 + 4 * rank;
  if (bytes.size() < 4)
    return fileError(path, "IDX header is truncated: expected " +
                               Twine(header) + " bytes, found " +
                               Twine(bytes.size()));
  // Two zero bytes, the element type 8 (u8), the number of dimensions.
  const uint32_t expected = 0x00000800 | rank;
  uint32_t magic = support::endian::read32be(bytes.data());
  if (magic != expected)
    return fileError(path, "IDX magic is " + hex(magic) + "; expected " +
                               hex(expected) +
                               (rank == 3 ? " (images)" : " (labels)"));
  if (bytes.size() < header)
    return fileError(path, "IDX header is truncated: expected " +
                               Twine(header) + " bytes, found " +
                               Twine(bytes.size()));
  SmallVector<int64_t, 4> shape;
  for (unsigned d = 0; d < rank; ++d)
    shape.push_back(support::endian::read32be(bytes.data() + 4 + 4 * d));
  ArrayRef<uint8_t> data = bytes.drop_front(header);
  std::optional<int64_t> size = Tensor::byteCount(ElementType::U8, shape);
  if (!size || static_cast<uint64_t>(*size) != data.size())
    return fileError(
        path, "expected " + (size ? std::to_string(*size) : "more than 2^63") +
                  " bytes of data for u8" + describeShape(shape) + ", found " +
                  Twine(data.size()));
  Tensor tensor(ElementType::U8, shape);
  if (!data.empty())
    std::memcpy(tensor.bytes().data(), data.data(), data.size());
  return tensor;
}

static Expected<Tensor> readIdx(StringRef path, unsigned rank) {
  Expected<std::vector<uint8_t>> bytes = readMaybeGzip(path);
  if (!bytes)
    return bytes.takeError();
  return parseIdx(*bytes, rank, path);
}

Expected<Tensor> dorefa::data::readIdxImages(StringRef path) {
  return readIdx(path, 3);
}

Expected<Tensor> dorefa::data::readIdxLabels(StringRef path) {
  return readIdx(path, 1);
}
