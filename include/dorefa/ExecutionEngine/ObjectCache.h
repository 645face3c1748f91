//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Compiled objects on disk, found again by what they were compiled from.

#ifndef DOREFA_EXECUTIONENGINE_OBJECTCACHE_H
#define DOREFA_EXECUTIONENGINE_OBJECTCACHE_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"

#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>

namespace dorefa::engine {

/// Gathers everything that the object code depends on: the IR before lowering,
/// the pipeline with its options, the CPU and its features. The versions of
/// LLVM and of this program are part of every key.
class CacheKey {
public:
  CacheKey();

  /// Adds a value under a name; the order of additions counts.
  void add(llvm::StringRef name, llvm::StringRef value);

  /// 64 hexadecimal digits.
  std::string text() const;

private:
  llvm::BLAKE3 hash;
};

/// What one entry holds.
struct CachedObject {
  std::vector<FunctionSignature> signatures;
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects;
};

/// A directory of entries, one file each, written atomically; any number of
/// processes may share it. It is a convenience: a file that is damaged or
/// cannot be read counts as absent, and one that cannot be written is not.
class ObjectCache {
public:
  static constexpr uint64_t defaultLimit = uint64_t(1) << 30;

  /// `limit` is the most bytes to keep; beyond it the entries that were used
  /// longest ago are removed.
  explicit ObjectCache(std::string directory, uint64_t limit = defaultLimit)
      : directory(std::move(directory)), limit(limit) {}

  /// $DOREFA_CACHE_DIR, $XDG_CACHE_HOME/dorefa or ~/.cache/dorefa; nothing if
  /// none of these variables nor a home directory is there.
  static std::optional<std::string> defaultDirectory();

  std::optional<CachedObject> lookup(const CacheKey &key) const;

  /// The error is for a note to the user; compilation has succeeded.
  llvm::Error store(const CacheKey &key, const CachedObject &entry) const;

  /// Removes all entries, and nothing else, from the directory.
  llvm::Error clear() const;

private:
  std::string pathOf(const CacheKey &key) const;
  void removeOldest() const;

  std::string directory;
  uint64_t limit;
};

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_OBJECTCACHE_H
