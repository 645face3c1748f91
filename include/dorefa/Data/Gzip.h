//===- Gzip.h - Files that may be gzipped -----------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_GZIP_H
#define DOREFA_DATA_GZIP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace dorefa::data {

/// The most bytes a gzipped file may expand to, where the caller knows no
/// better: 4 GiB, above each supported data set.
constexpr uint64_t defaultGzipLimit = uint64_t(4) << 30;

/// The bytes of a file, decompressed if it starts with the gzip magic 1f 8b
/// (RFC 1952), whatever its name is. Truncated and corrupt streams (the CRC is
/// checked) are errors.
llvm::Expected<std::vector<uint8_t>>
readMaybeGzip(llvm::StringRef path, uint64_t limit = defaultGzipLimit);

/// The same for bytes in memory; `path` is for messages.
llvm::Expected<std::vector<uint8_t>>
maybeGunzip(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef path,
            uint64_t limit = defaultGzipLimit);

} // namespace dorefa::data

#endif // DOREFA_DATA_GZIP_H
