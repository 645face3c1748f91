//===- File.cpp - Whole files and their errors ----------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/File.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

Error dorefa::data::fileError(StringRef path, const Twine &message) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           path + ": " + message);
}

Expected<std::unique_ptr<MemoryBuffer>> dorefa::data::readFile(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false,
                                      /*IsVolatile=*/true);
  if (!buffer)
    return fileError(path, "cannot be read: " + buffer.getError().message());
  return std::move(*buffer);
}

ArrayRef<uint8_t> dorefa::data::bytesOf(const MemoryBuffer &buffer) {
  return arrayRefFromStringRef(buffer.getBuffer());
}

std::string dorefa::data::printable(StringRef text) {
  constexpr size_t longest = 80;
  std::string result;
  raw_string_ostream os(result);
  printEscapedString(text.take_front(longest), os);
  if (text.size() > longest)
    os << "...";
  return result;
}
