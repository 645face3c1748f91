//===- Zip.cpp - Zip archives ---------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Zip.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Inflate.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

#include <zlib.h>

using namespace llvm;
using namespace dorefa::data;
using namespace llvm::support::endian;

// The records of the format: their signatures, and the bytes of each that come
// before its fields of variable length.
static constexpr uint32_t localSignature = 0x04034b50;
static constexpr uint64_t localSize = 30;
static constexpr uint32_t entrySignature = 0x02014b50;
static constexpr uint64_t entrySize = 46;
static constexpr uint32_t endSignature = 0x06054b50;
static constexpr uint64_t endSize = 22;
static constexpr uint32_t locator64Signature = 0x07064b50;
static constexpr uint64_t locator64Size = 20;
static constexpr uint32_t end64Signature = 0x06064b50;
static constexpr uint64_t end64Size = 56;

/// Where the central directory is.
namespace {
struct DirectoryPlace {
  uint64_t entries, size, offset;
};
} // namespace

/// The offset of the end record: the last place that has its signature and a
/// comment that reaches to the end of the file.
static std::optional<uint64_t> findEnd(ArrayRef<uint8_t> bytes) {
  if (bytes.size() < endSize)
    return std::nullopt;
  uint64_t last = bytes.size() - endSize;
  uint64_t first = last > 0xffff ? last - 0xffff : 0;
  for (uint64_t at = last + 1; at-- > first;)
    if (read32le(&bytes[at]) == endSignature &&
        read16le(&bytes[at + 20]) == last - at)
      return at;
  return std::nullopt;
}

static Expected<DirectoryPlace> findDirectory(ArrayRef<uint8_t> bytes,
                                              StringRef path) {
  std::optional<uint64_t> end = findEnd(bytes);
  if (!end)
    return fileError(path, "is not a zip archive, or a truncated one: no end "
                           "of central directory found");
  const uint8_t *record = &bytes[*end];
  uint32_t disk = read16le(record + 4);
  DirectoryPlace place{read16le(record + 10), read32le(record + 12),
                       read32le(record + 16)};
  uint64_t limit = *end;
  bool has64 = *end >= locator64Size &&
               read32le(&bytes[*end - locator64Size]) == locator64Signature;
  if (has64) {
    uint64_t at = read64le(&bytes[*end - locator64Size + 8]);
    limit = *end - locator64Size;
    if (limit < end64Size || at > limit - end64Size ||
        read32le(&bytes[at]) != end64Signature)
      return fileError(path, "zip64 end of central directory is not where its "
                             "locator says");
    record = &bytes[at];
    disk = read32le(record + 16);
    place = {read64le(record + 32), read64le(record + 40),
             read64le(record + 48)};
    limit = at;
  }
  if (disk != 0)
    return fileError(path, "zip archives of several disks are not supported");
  if (place.offset > limit || place.size > limit - place.offset)
    return fileError(path, "zip central directory lies outside the file");
  return place;
}

/// Replaces what the 32-bit fields could not hold by the zip64 extra field,
/// which has, in this order, just those that are all ones.
static bool applyZip64(ArrayRef<uint8_t> extra, ZipEntry &entry) {
  uint64_t *fields[] = {&entry.size, &entry.compressedSize,
                        &entry.headerOffset};
  while (extra.size() >= 4) {
    uint16_t id = read16le(&extra[0]), size = read16le(&extra[2]);
    extra = extra.drop_front(4);
    if (size > extra.size())
      return false;
    ArrayRef<uint8_t> body = extra.take_front(size);
    extra = extra.drop_front(size);
    if (id != 0x0001)
      continue;
    for (uint64_t *field : fields) {
      if (*field != 0xffffffff)
        continue;
      if (body.size() < 8)
        return false;
      *field = read64le(body.data());
      body = body.drop_front(8);
    }
    return true;
  }
  return true;
}

Error ZipArchive::readDirectory() {
  ArrayRef<uint8_t> bytes = bytesOf(*buffer);
  Expected<DirectoryPlace> place = findDirectory(bytes, file);
  if (!place)
    return place.takeError();

  ArrayRef<uint8_t> rest = bytes.slice(place->offset, place->size);
  while (!rest.empty()) {
    auto broken = [&] {
      return fileError(file, "zip central directory is broken at its entry " +
                                 Twine(directory.size()));
    };
    if (rest.size() < entrySize || read32le(&rest[0]) != entrySignature)
      return broken();
    ZipEntry entry;
    entry.flags = read16le(&rest[8]);
    entry.method = read16le(&rest[10]);
    entry.crc = read32le(&rest[16]);
    entry.compressedSize = read32le(&rest[20]);
    entry.size = read32le(&rest[24]);
    entry.headerOffset = read32le(&rest[42]);
    size_t name = read16le(&rest[28]), extra = read16le(&rest[30]),
           comment = read16le(&rest[32]);
    rest = rest.drop_front(entrySize);
    if (rest.size() < name + extra + comment)
      return broken();
    entry.name = toStringRef(rest.take_front(name)).str();
    if (!applyZip64(rest.slice(name, extra), entry))
      return broken();
    rest = rest.drop_front(name + extra + comment);
    directory.push_back(std::move(entry));
  }
  if (directory.size() != place->entries)
    return fileError(file, "expected " + Twine(place->entries) +
                               " entries in the zip central directory, found " +
                               Twine(directory.size()));
  return Error::success();
}

Expected<ZipArchive> ZipArchive::parse(std::unique_ptr<MemoryBuffer> buffer,
                                       StringRef path) {
  ZipArchive archive(std::move(buffer), path);
  if (Error error = archive.readDirectory())
    return error;
  return archive;
}

Expected<ZipArchive> ZipArchive::open(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse(std::move(*buffer), path);
}

Expected<std::vector<uint8_t>> ZipArchive::read(const ZipEntry &entry) const {
  std::string where = (file + ": " + printable(entry.name));
  if (entry.flags & 1)
    return fileError(where, "is encrypted, which is not supported");
  if (entry.method != 0 && entry.method != 8)
    return fileError(where, "zip method " + Twine(entry.method) +
                                " is not supported; expected 0 (stored) or 8 "
                                "(deflated)");

  ArrayRef<uint8_t> bytes = bytesOf(*buffer);
  if (bytes.size() < localSize || entry.headerOffset > bytes.size() - localSize)
    return fileError(where, "local header lies outside the file");
  ArrayRef<uint8_t> rest = bytes.drop_front(entry.headerOffset);
  if (read32le(&rest[0]) != localSignature)
    return fileError(where, "expected a local header at byte " +
                                Twine(entry.headerOffset));
  size_t name = read16le(&rest[26]), extra = read16le(&rest[28]);
  rest = rest.drop_front(localSize);
  if (rest.size() < name + extra ||
      toStringRef(rest.take_front(name)) != entry.name)
    return fileError(where,
                     "local header does not match the central directory");
  rest = rest.drop_front(name + extra);
  if (entry.compressedSize > rest.size())
    return fileError(where, "is truncated: expected " +
                                Twine(entry.compressedSize) + " bytes, found " +
                                Twine(rest.size()));
  rest = rest.take_front(entry.compressedSize);

  std::vector<uint8_t> data;
  if (entry.method == 8) {
    Expected<std::vector<uint8_t>> inflated =
        inflateAll(rest, DeflateFrame::Raw, entry.size, where);
    if (!inflated)
      return inflated.takeError();
    data = std::move(*inflated);
  } else {
    data = rest.vec();
  }
  if (data.size() != entry.size)
    return fileError(where, "expected " + Twine(entry.size) +
                                " bytes uncompressed, found " +
                                Twine(data.size()));
  if (crc32_z(0, data.data(), data.size()) != entry.crc)
    return fileError(where, "does not match its CRC: the archive is corrupt");
  return data;
}
