//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/ObjectCache.h"

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/ExecutionEngine/BuildId.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

#include <chrono>

using namespace llvm;
using namespace dorefa::engine;

//===----------------------------------------------------------------------===//
// Keys
//===----------------------------------------------------------------------===//

CacheKey::CacheKey() {
  add("llvm", LLVM_VERSION_STRING);
  add("build", getBuildId());
}

void CacheKey::add(StringRef name, StringRef value) {
  // The sizes keep ("ab", "c") and ("a", "bc") apart.
  for (StringRef text : {name, value}) {
    char size[8];
    support::endian::write64le(size, text.size());
    hash.update(StringRef(size, sizeof(size)));
    hash.update(text);
  }
}

std::string CacheKey::text() const {
  return toHex(BLAKE3(hash).final(), /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

// An entry: the magic, a BLAKE3 hash of all that follows, the size of the
// header in 8 bytes (little-endian), the header (JSON), and for each object its
// size in 8 bytes and its bytes.
static constexpr StringLiteral magic = "dorefa-object-2\n";
static constexpr StringLiteral extension = ".dorefa-object";
static constexpr size_t hashSize = 32;
static constexpr size_t sizeSize = 8;

/// `bytes`, their size before them.
static std::string withSize(StringRef bytes) {
  char size[sizeSize];
  support::endian::write64le(size, bytes.size());
  return (StringRef(size, sizeSize) + bytes).str();
}

/// Takes what `withSize` wrote off the front of `bytes`; nothing if that is not
/// what they begin with.
static std::optional<StringRef> takeSized(StringRef &bytes) {
  if (bytes.size() < sizeSize)
    return std::nullopt;
  uint64_t size = support::endian::read64le(bytes.data());
  bytes = bytes.drop_front(sizeSize);
  if (size > bytes.size())
    return std::nullopt;
  StringRef taken = bytes.take_front(size);
  bytes = bytes.drop_front(size);
  return taken;
}

static std::string makeBody(const CachedObject &entry) {
  json::Array functions;
  for (const FunctionSignature &signature : entry.signatures)
    functions.push_back(toJSON(signature));
  std::string header;
  raw_string_ostream(header) << json::Value(std::move(functions));
  std::string body = withSize(header);
  for (const std::unique_ptr<MemoryBuffer> &object : entry.objects)
    body += withSize(object->getBuffer());
  return body;
}

/// Nothing for anything that is not a whole entry.
static std::optional<CachedObject> parseEntry(StringRef bytes) {
  if (!bytes.consume_front(magic) || bytes.size() < hashSize)
    return std::nullopt;
  StringRef hash = bytes.take_front(hashSize);
  bytes = bytes.drop_front(hashSize);
  if (hash != toStringRef(BLAKE3::hash(arrayRefFromStringRef(bytes))))
    return std::nullopt;
  std::optional<StringRef> headerText = takeSized(bytes);
  if (!headerText)
    return std::nullopt;
  Expected<json::Value> header = json::parse(*headerText);
  if (!header) {
    consumeError(header.takeError());
    return std::nullopt;
  }
  const json::Array *functions = header->getAsArray();
  if (!functions)
    return std::nullopt;
  CachedObject entry;
  for (const json::Value &function : *functions) {
    Expected<FunctionSignature> signature = signatureFromJSON(function);
    if (!signature) {
      consumeError(signature.takeError());
      return std::nullopt;
    }
    entry.signatures.push_back(std::move(*signature));
  }
  while (!bytes.empty()) {
    std::optional<StringRef> object = takeSized(bytes);
    if (!object)
      return std::nullopt;
    // Each needs a name of its own where it is linked.
    entry.objects.push_back(MemoryBuffer::getMemBufferCopy(
        *object, "dorefa" + Twine(entry.objects.size()) + ".o"));
  }
  return entry;
}

//===----------------------------------------------------------------------===//
// The directory
//===----------------------------------------------------------------------===//

std::optional<std::string> ObjectCache::defaultDirectory() {
  if (auto directory = sys::Process::GetEnv("DOREFA_CACHE_DIR");
      directory && !directory->empty())
    return directory;
  SmallString<128> path;
  if (!sys::path::cache_directory(path))
    return std::nullopt;
  sys::path::append(path, "dorefa");
  return path.str().str();
}

std::string ObjectCache::pathOf(const CacheKey &key) const {
  SmallString<128> path(directory);
  sys::path::append(path, key.text() + extension);
  return path.str().str();
}

std::optional<CachedObject> ObjectCache::lookup(const CacheKey &key) const {
  std::string path = pathOf(key);
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false,
                                    /*IsVolatile=*/true);
  if (!file)
    return std::nullopt;
  std::optional<CachedObject> entry = parseEntry((*file)->getBuffer());
  // The time of the last use decides what goes first.
  int descriptor;
  if (entry &&
      !sys::fs::openFileForWrite(path, descriptor, sys::fs::CD_OpenExisting,
                                 sys::fs::OF_Append)) {
    sys::fs::setLastAccessAndModificationTime(descriptor,
                                              std::chrono::system_clock::now());
    sys::Process::SafelyCloseFileDescriptor(descriptor);
  }
  return entry;
}

Error ObjectCache::store(const CacheKey &key, const CachedObject &entry) const {
  if (std::error_code code = sys::fs::create_directories(directory))
    return createStringError(code, directory + ": " + code.message());
  std::string body = makeBody(entry);
  auto hash = BLAKE3::hash(arrayRefFromStringRef(body));
  Error error =
      data::writeFileAtomically(pathOf(key), [&](raw_ostream &stream) {
        stream << magic << toStringRef(hash) << body;
        return Error::success();
      });
  if (error)
    return error;
  removeOldest();
  return Error::success();
}

namespace {
struct EntryFile {
  std::string path;
  uint64_t size;
  sys::TimePoint<> lastUse;
};
} // namespace

static std::vector<EntryFile> listEntries(StringRef directory) {
  std::vector<EntryFile> entries;
  std::error_code code;
  for (sys::fs::directory_iterator file(directory, code), end;
       !code && file != end; file.increment(code)) {
    if (!StringRef(file->path()).ends_with(extension))
      continue;
    sys::fs::file_status status;
    if (!sys::fs::status(file->path(), status))
      entries.push_back(
          {file->path(), status.getSize(), status.getLastModificationTime()});
  }
  return entries;
}

void ObjectCache::removeOldest() const {
  std::vector<EntryFile> entries = listEntries(directory);
  uint64_t total = 0;
  for (const EntryFile &entry : entries)
    total += entry.size;
  sort(entries, [](const EntryFile &a, const EntryFile &b) {
    return a.lastUse < b.lastUse;
  });
  // The newest stays, however large it is.
  for (size_t i = 0; total > limit && i + 1 < entries.size(); ++i)
    if (!sys::fs::remove(entries[i].path))
      total -= entries[i].size;
}

Error ObjectCache::clear() const {
  for (const EntryFile &entry : listEntries(directory))
    if (std::error_code code = sys::fs::remove(entry.path))
      return createStringError(code, entry.path + ": " + code.message());
  return Error::success();
}
