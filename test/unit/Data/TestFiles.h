//===- TestFiles.h - Files that the tests make ------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_TEST_UNIT_DATA_TESTFILES_H
#define DOREFA_TEST_UNIT_DATA_TESTFILES_H

#include "dorefa/Data/Tensor.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

#include <cstring>
#include <string>
#include <vector>
#include <zlib.h>

namespace dorefa::data::test {

using Bytes = std::vector<uint8_t>;

/// A directory that is removed with all it holds.
class TempDir {
public:
  TempDir() {
    if (llvm::sys::fs::createUniqueDirectory("dorefa-data-test", path))
      llvm::report_fatal_error("no temporary directory");
  }
  ~TempDir() { llvm::sys::fs::remove_directories(path); }

  std::string operator/(llvm::StringRef name) const {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, name);
    return file.str().str();
  }
  std::string str() const { return path.str().str(); }

  /// Writes a file and returns its path.
  std::string write(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes) const {
    std::string file = *this / name;
    std::error_code failed;
    llvm::raw_fd_ostream os(file, failed);
    os << llvm::toStringRef(bytes);
    return file;
  }

  /// How many files the directory holds.
  int count() const {
    std::error_code failed;
    int count = 0;
    for (llvm::sys::fs::directory_iterator it(path, failed), end;
         it != end && !failed; it.increment(failed))
      ++count;
    return count;
  }

private:
  llvm::SmallString<128> path;
};

inline Bytes bytes(llvm::StringRef text) {
  return Bytes(text.bytes_begin(), text.bytes_end());
}

inline Bytes operator+(Bytes a, const Bytes &b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// The `size` low bytes of `value`, the lowest first.
inline Bytes little(uint64_t value, int size) {
  Bytes result;
  for (int i = 0; i < size; ++i)
    result.push_back(i < 8 ? value >> (8 * i) : 0);
  return result;
}

/// The four bytes of `value`, the highest first.
inline Bytes big32(uint32_t value) {
  return {uint8_t(value >> 24), uint8_t(value >> 16), uint8_t(value >> 8),
          uint8_t(value)};
}

/// Compresses with the `windowBits` of deflateInit2: 15 zlib, -15 raw, 31 gzip.
inline Bytes compress(const Bytes &input, int windowBits) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
  Bytes output(deflateBound(&stream, input.size()) + 64);
  stream.next_in = const_cast<Bytef *>(input.data());
  stream.avail_in = input.size();
  stream.next_out = output.data();
  stream.avail_out = output.size();
  deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return output;
}

template <typename T>
Tensor tensorOf(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<T> values) {
  Tensor tensor(elementTypeOf<T>(), shape);
  llvm::copy(values, tensor.data<T>().begin());
  return tensor;
}

inline std::string errorOf(llvm::Error error) {
  return llvm::toString(std::move(error));
}
template <typename T>
std::string errorOf(llvm::Expected<T> value) {
  return llvm::toString(value.takeError());
}

/// Expects an error whose message has `part` in it.
#define EXPECT_ERROR(value, part)                                              \
  do {                                                                         \
    std::string message = ::dorefa::data::test::errorOf(value);                \
    EXPECT_NE(message.find(part), std::string::npos)                           \
        << "the message is: " << message;                                      \
  } while (false)

/// Stops the test unless `value`, an Expected, holds a value.
#define ASSERT_VALUE(value)                                                    \
  ASSERT_TRUE(static_cast<bool>(value)) << ::llvm::toString((value).takeError())

#define EXPECT_SUCCESS(error)                                                  \
  EXPECT_EQ(::dorefa::data::test::errorOf(error), "")

/// Parses `good`, each proper prefix of it, and each variant of it that has one
/// bit flipped or one byte at an extreme. The first must succeed, the prefixes
/// must fail with a message that names the file "FILE", and the others may do
/// either: that none crashes or reads out of bounds is what sanitizers check.
/// Each input has its own allocation, of its exact size.
/// \param parse returns the message of the error, empty if there is none.
inline void
expectRobust(const Bytes &good,
             llvm::function_ref<std::string(llvm::ArrayRef<uint8_t>)> parse) {
  EXPECT_EQ(parse(good), "");
  for (size_t length = 0; length < good.size(); ++length) {
    Bytes prefix(good.begin(), good.begin() + length);
    prefix.shrink_to_fit();
    std::string message = parse(prefix);
    EXPECT_NE(message.find("FILE"), std::string::npos)
        << "cut to " << length << " bytes: " << message;
  }
  auto tryByte = [&](size_t at, uint8_t value) {
    Bytes variant = good;
    variant[at] = value;
    std::string message = parse(variant);
    if (!message.empty())
      EXPECT_NE(message.find("FILE"), std::string::npos)
          << "byte " << at << " is " << int(value) << ": " << message;
  };
  for (size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit)
      tryByte(at, good[at] ^ (1 << bit));
    for (uint8_t extreme : {0x00, 0x7f, 0x80, 0xff})
      tryByte(at, extreme);
  }
}

} // namespace dorefa::data::test

#endif // DOREFA_TEST_UNIT_DATA_TESTFILES_H
