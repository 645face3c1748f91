//===- Zip.h - Zip archives -------------------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_ZIP_H
#define DOREFA_DATA_ZIP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dorefa::data {

/// One file of an archive, as the central directory describes it.
struct ZipEntry {
  std::string name;
  uint16_t flags;
  uint16_t method; // 0 stored, 8 deflated
  uint32_t crc;    // of the uncompressed bytes
  uint64_t compressedSize, size;
  uint64_t headerOffset;
};

/// A zip archive to read from (PKWARE APPNOTE 6.3), zip64 included, which
/// numpy.savez writes at any size. Not read: encrypted entries, archives of
/// several disks, methods other than stored and deflated.
class ZipArchive {
public:
  static llvm::Expected<ZipArchive> open(llvm::StringRef path);

  /// The archive in `buffer`; `path` is for messages.
  static llvm::Expected<ZipArchive>
  parse(std::unique_ptr<llvm::MemoryBuffer> buffer, llvm::StringRef path);

  llvm::StringRef path() const { return file; }
  llvm::ArrayRef<ZipEntry> entries() const { return directory; }

  /// The uncompressed bytes of an entry, whose size and CRC are checked.
  llvm::Expected<std::vector<uint8_t>> read(const ZipEntry &entry) const;

private:
  ZipArchive(std::unique_ptr<llvm::MemoryBuffer> buffer, llvm::StringRef path)
      : buffer(std::move(buffer)), file(path) {}
  llvm::Error readDirectory();

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::string file;
  std::vector<ZipEntry> directory;
};

} // namespace dorefa::data

#endif // DOREFA_DATA_ZIP_H
