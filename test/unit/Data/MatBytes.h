//===- MatBytes.h - MATLAB level 5 files for tests --------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_TEST_UNIT_DATA_MATBYTES_H
#define DOREFA_TEST_UNIT_DATA_MATBYTES_H

#include "TestFiles.h"

namespace dorefa::data::test {

/// A data element: a tag and the data, padded to a multiple of 8; or, of at
/// most 4 bytes, the short form.
inline Bytes matElement(uint32_t type, Bytes data) {
  size_t size = data.size();
  if (size > 0 && size <= 4) {
    data.resize(4);
    return little(type, 2) + little(size, 2) + data;
  }
  data.resize((size + 7) / 8 * 8);
  return little(type, 4) + little(size, 4) + data;
}

/// An array of class `mx` whose numbers are stored as type `mi`.
inline Bytes matArray(llvm::StringRef name, uint8_t mx,
                      llvm::ArrayRef<int32_t> size, uint32_t mi,
                      const Bytes &numbers, uint32_t flags = 0) {
  Bytes dims;
  for (int32_t dim : size)
    dims = dims + little(dim, 4);
  return matElement(14, matElement(6, little(mx | flags, 4) + little(0, 4)) +
                            matElement(5, dims) + matElement(1, bytes(name)) +
                            matElement(mi, numbers));
}

inline Bytes matCompressed(const Bytes &element) {
  Bytes data = compress(element, 15);
  return little(15, 4) + little(data.size(), 4) + data;
}

inline Bytes matHeader() {
  std::string text = "MATLAB 5.0 MAT-file";
  text.resize(116, ' ');
  return bytes(text) + Bytes(8) + little(0x0100, 2) + bytes("IM");
}

} // namespace dorefa::data::test

#endif // DOREFA_TEST_UNIT_DATA_MATBYTES_H
