//===- Gzip.cpp - Files that may be gzipped -------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Gzip.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Inflate.h"

using namespace llvm;
using namespace dorefa::data;

Expected<std::vector<uint8_t>>
dorefa::data::maybeGunzip(ArrayRef<uint8_t> bytes, StringRef path,
                          uint64_t limit) {
  if (bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
    return inflateAll(bytes, DeflateFrame::Gzip, limit, path);
  return bytes.vec();
}

Expected<std::vector<uint8_t>> dorefa::data::readMaybeGzip(StringRef path,
                                                           uint64_t limit) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  return maybeGunzip(bytesOf(**buffer), path, limit);
}
