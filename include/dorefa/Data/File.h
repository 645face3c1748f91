//===- File.h - Whole files and their errors --------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_FILE_H
#define DOREFA_DATA_FILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <memory>
#include <string>

namespace dorefa::data {

/// The error "`path`: `message`": the form of every error of this library.
llvm::Error fileError(llvm::StringRef path, const llvm::Twine &message);

/// The contents of a file, read into memory and not mapped, so that another
/// process that truncates the file meanwhile does no harm.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readFile(llvm::StringRef path);

/// The bytes of a buffer, as long as the buffer lives.
llvm::ArrayRef<uint8_t> bytesOf(const llvm::MemoryBuffer &buffer);

/// A string of a file, fit for a message: control characters, quotes and bytes
/// above 126 are escaped as \XX, and a long string is cut.
std::string printable(llvm::StringRef text);

} // namespace dorefa::data

#endif // DOREFA_DATA_FILE_H
