//===- Inflate.cpp - Decompression through zlib ---------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Inflate.h"

#include "dorefa/Data/File.h"

#include "llvm/ADT/ScopeExit.h"

#include <algorithm>
#include <limits>
#include <zlib.h>

using namespace llvm;
using namespace dorefa::data;

/// The windowBits argument of inflateInit2, which selects the frame.
static int windowBits(DeflateFrame frame) {
  switch (frame) {
  case DeflateFrame::Raw:
    return -MAX_WBITS;
  case DeflateFrame::Zlib:
    return MAX_WBITS;
  case DeflateFrame::Gzip:
    return MAX_WBITS + 16;
  }
  llvm_unreachable("not a frame");
}

Expected<std::vector<uint8_t>> dorefa::data::inflateAll(ArrayRef<uint8_t> input,
                                                        DeflateFrame frame,
                                                        uint64_t limit,
                                                        StringRef path) {
  z_stream stream = {};
  if (inflateInit2(&stream, windowBits(frame)) != Z_OK)
    return fileError(path, "zlib cannot be started");
  scope_exit end([&] { inflateEnd(&stream); });

  std::vector<uint8_t> output;
  std::vector<uint8_t> chunk(256 * 1024);
  ArrayRef<uint8_t> rest = input;
  while (true) {
    // zlib counts in 32 bits.
    size_t given =
        std::min<size_t>(rest.size(), std::numeric_limits<uInt>::max());
    stream.next_in = const_cast<Bytef *>(rest.data());
    stream.avail_in = given;
    stream.next_out = chunk.data();
    stream.avail_out = chunk.size();
    int status = inflate(&stream, Z_NO_FLUSH);
    rest = rest.drop_front(given - stream.avail_in);

    size_t produced = chunk.size() - stream.avail_out;
    if (produced > limit - output.size())
      return fileError(path, "compressed data expands to more than the " +
                                 Twine(limit) + " bytes expected");
    output.insert(output.end(), chunk.begin(), chunk.begin() + produced);

    if (status == Z_STREAM_END) {
      if (rest.empty())
        return output;
      if (frame != DeflateFrame::Gzip || rest[0] != 0x1f)
        return fileError(path, Twine(rest.size()) +
                                   " unexpected bytes after the end of the "
                                   "compressed data");
      inflateReset(&stream);
      continue;
    }
    // Z_BUF_ERROR: no progress, which with room for output means no input.
    if (status == Z_BUF_ERROR || (status == Z_OK && rest.empty() && !produced))
      return fileError(path, "compressed data is truncated after " +
                                 Twine(input.size()) + " bytes");
    if (status != Z_OK)
      return fileError(path, "compressed data is corrupt at byte " +
                                 Twine(input.size() - rest.size()) + ": " +
                                 (stream.msg ? stream.msg : "bad stream"));
  }
}
