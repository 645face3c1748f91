//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The cache of compiled objects: keys, damage, and its bounds.

#include "dorefa/ExecutionEngine/ObjectCache.h"

#include "../ErrorMessage.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "gtest/gtest.h"

#include <chrono>

using namespace dorefa::engine;
using dorefa::test::messageOf;
using namespace llvm;

namespace {

class ObjectCacheTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(sys::fs::createUniqueDirectory("dorefa-cache", directory));
  }
  void TearDown() override { sys::fs::remove_directories(directory); }

  ObjectCache open(uint64_t limit = ObjectCache::defaultLimit) {
    return ObjectCache(directory.str().str(), limit);
  }
  std::vector<std::string> files() const {
    std::vector<std::string> result;
    std::error_code code;
    for (sys::fs::directory_iterator file(directory, code), end; file != end;
         file.increment(code))
      result.push_back(file->path());
    return result;
  }
  static CacheKey keyOf(StringRef text) {
    CacheKey key;
    key.add("module", text);
    return key;
  }
  static Error store(const ObjectCache &cache, StringRef text,
                     ArrayRef<StringRef> objects) {
    CachedObject entry;
    entry.signatures.emplace_back().name = text.str();
    for (StringRef object : objects)
      entry.objects.push_back(MemoryBuffer::getMemBufferCopy(object));
    return cache.store(keyOf(text), entry);
  }
  static Error store(const ObjectCache &cache, StringRef text,
                     StringRef object) {
    return store(cache, text, ArrayRef<StringRef>(object));
  }
  /// Makes all entries look as if last used that long ago.
  void age(std::chrono::seconds seconds) {
    for (const std::string &path : files()) {
      int descriptor;
      ASSERT_FALSE(sys::fs::openFileForWrite(path, descriptor,
                                             sys::fs::CD_OpenExisting));
      sys::fs::setLastAccessAndModificationTime(
          descriptor, std::chrono::system_clock::now() - seconds);
      sys::Process::SafelyCloseFileDescriptor(descriptor);
    }
  }

  SmallString<128> directory;
};

TEST_F(ObjectCacheTest, KeysDependOnNamesValuesAndTheirBounds) {
  auto text = [](std::initializer_list<std::pair<StringRef, StringRef>> parts) {
    CacheKey key;
    for (auto [name, value] : parts)
      key.add(name, value);
    return key.text();
  };
  EXPECT_EQ(text({{"a", "b"}}), text({{"a", "b"}}));
  EXPECT_EQ(text({}).size(), 64u);
  EXPECT_NE(text({{"a", "b"}}), text({{"a", "c"}}));
  EXPECT_NE(text({{"a", "b"}}), text({{"b", "a"}}));
  EXPECT_NE(text({{"ab", "c"}}), text({{"a", "bc"}}));
  EXPECT_NE(text({{"a", ""}}), text({}));
}

TEST_F(ObjectCacheTest, GivesBackWhatWasStored) {
  ObjectCache cache = open();
  EXPECT_FALSE(cache.lookup(keyOf("f")));
  StringRef object("\0object\xff", 8);
  ASSERT_EQ(messageOf(store(cache, "f", object)), "");
  std::optional<CachedObject> entry = cache.lookup(keyOf("f"));
  ASSERT_TRUE(entry);
  ASSERT_EQ(entry->objects.size(), 1u);
  EXPECT_EQ(entry->objects[0]->getBuffer(), object);
  ASSERT_EQ(entry->signatures.size(), 1u);
  EXPECT_EQ(entry->signatures[0].name, "f");
  EXPECT_FALSE(cache.lookup(keyOf("g")));
}

TEST_F(ObjectCacheTest, KeepsSeveralObjectsApart) {
  ObjectCache cache = open();
  ASSERT_EQ(messageOf(store(cache, "f", {"first", "", "third"})), "");
  std::optional<CachedObject> entry = cache.lookup(keyOf("f"));
  ASSERT_TRUE(entry);
  ASSERT_EQ(entry->objects.size(), 3u);
  EXPECT_EQ(entry->objects[0]->getBuffer(), "first");
  EXPECT_EQ(entry->objects[1]->getBuffer(), "");
  EXPECT_EQ(entry->objects[2]->getBuffer(), "third");
}

TEST_F(ObjectCacheTest, DamageCountsAsAbsence) {
  ObjectCache cache = open();
  ASSERT_EQ(messageOf(store(cache, "f", "object")), "");
  ASSERT_EQ(files().size(), 1u);
  std::string path = files()[0];
  std::string whole =
      (*MemoryBuffer::getFile(path, false, false))->getBuffer().str();
  auto write = [&](StringRef bytes) {
    std::error_code code;
    raw_fd_ostream(path, code) << bytes;
    ASSERT_FALSE(code);
  };
  for (size_t size = 0; size < whole.size(); ++size) {
    write(StringRef(whole).take_front(size));
    EXPECT_FALSE(cache.lookup(keyOf("f"))) << "cut to " << size;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 4;
    write(damaged);
    EXPECT_FALSE(cache.lookup(keyOf("f"))) << "changed at " << i;
  }
  write(whole + "x");
  EXPECT_FALSE(cache.lookup(keyOf("f")));
  // A new entry takes the place of a damaged one.
  ASSERT_EQ(messageOf(store(cache, "f", "object")), "");
  EXPECT_TRUE(cache.lookup(keyOf("f")));
}

TEST_F(ObjectCacheTest, RemovesTheEntriesUsedLongestAgo) {
  std::string object(1000, 'x');
  ObjectCache cache = open(/*limit=*/3500);
  ASSERT_EQ(messageOf(store(cache, "a", object)), "");
  age(std::chrono::seconds(30));
  ASSERT_EQ(messageOf(store(cache, "b", object)), "");
  // Both are old, then one is used.
  age(std::chrono::seconds(20));
  EXPECT_TRUE(cache.lookup(keyOf("a")));
  ASSERT_EQ(messageOf(store(cache, "c", object)), "");
  EXPECT_EQ(files().size(), 3u);
  ASSERT_EQ(messageOf(store(cache, "d", object)), "");
  EXPECT_FALSE(cache.lookup(keyOf("b")));
  EXPECT_TRUE(cache.lookup(keyOf("a")));
  EXPECT_TRUE(cache.lookup(keyOf("d")));
  // One that is too large alone is kept all the same.
  ASSERT_EQ(messageOf(store(cache, "e", std::string(9000, 'x'))), "");
  EXPECT_TRUE(cache.lookup(keyOf("e")));
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(ObjectCacheTest, ClearsItsEntriesAlone) {
  ObjectCache cache = open();
  ASSERT_EQ(messageOf(store(cache, "f", "object")), "");
  SmallString<128> other(directory);
  sys::path::append(other, "other");
  std::error_code code;
  raw_fd_ostream(other, code) << "mine";
  ASSERT_EQ(messageOf(cache.clear()), "");
  EXPECT_EQ(files(), std::vector<std::string>{other.str().str()});
  // A directory that is not there holds nothing to remove.
  EXPECT_EQ(messageOf(ObjectCache((directory + "/no").str()).clear()), "");
}

TEST_F(ObjectCacheTest, TellsWhyItCannotBeWritten) {
  SmallString<128> file(directory);
  sys::path::append(file, "file");
  std::error_code code;
  raw_fd_ostream(file, code) << "no directory";
  EXPECT_NE(messageOf(store(ObjectCache(file.str().str()), "f", "object")), "");
}

} // namespace
