//===- Inflate.h - Decompression through zlib -------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_INFLATE_H
#define DOREFA_DATA_INFLATE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace dorefa::data {

/// The frame around deflated data: none (zip), RFC 1950 (.mat) or RFC 1952
/// (gzip, of one member or several).
enum class DeflateFrame { Raw, Zlib, Gzip };

/// Decompresses the whole of `input`. Data that is truncated, corrupt, of more
/// than `limit` bytes when decompressed, or followed by other bytes, is an
/// error.
/// \param path the file that holds the data, for messages.
llvm::Expected<std::vector<uint8_t>> inflateAll(llvm::ArrayRef<uint8_t> input,
                                                DeflateFrame frame,
                                                uint64_t limit,
                                                llvm::StringRef path);

} // namespace dorefa::data

#endif // DOREFA_DATA_INFLATE_H
