//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/PTXAssembler.h"

#include "dorefa/Driver/Status.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace llvm;
using namespace dorefa::driver;

static std::optional<std::string> findAssembler() {
  if (ErrorOr<std::string> path = sys::findProgramByName("ptxas"))
    return *path;
  if (ErrorOr<std::string> path =
          sys::findProgramByName("ptxas", {"/usr/local/cuda/bin"}))
    return *path;
  return std::nullopt;
}

/// The number in front of `words`.
static std::optional<int64_t> numberBefore(StringRef line, StringRef words) {
  size_t end = line.find(words);
  if (end == StringRef::npos)
    return std::nullopt;
  int64_t number = 0;
  StringRef text = line.take_front(end).rtrim();
  text = text.take_back(text.size() - text.find_last_not_of("0123456789") - 1);
  if (text.getAsInteger(10, number))
    return std::nullopt;
  return number;
}

static StringMap<KernelResources> parse(StringRef log) {
  StringMap<KernelResources> kernels;
  KernelResources *kernel = nullptr;
  for (StringRef line : split(log, '\n')) {
    if (line.contains("Compiling entry function"))
      kernel = &kernels[line.split('\'').second.split('\'').first];
    if (!kernel)
      continue;
    for (StringRef words : {" bytes spill stores", " bytes spill loads"})
      kernel->spilledBytes += numberBefore(line, words).value_or(0);
    if (std::optional<int64_t> registers = numberBefore(line, " registers"))
      kernel->registers = *registers;
  }
  return kernels;
}

Expected<StringMap<KernelResources>>
dorefa::driver::assemblePTX(StringRef ptx, StringRef chip) {
  std::optional<std::string> program = findAssembler();
  if (!program)
    return StringMap<KernelResources>();
  SmallString<128> source, log;
  int descriptor;
  if (auto code =
          sys::fs::createTemporaryFile("dorefa", "ptx", descriptor, source))
    return inputError("temporary file: " + code.message());
  FileRemover sourceRemover(source);
  raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << ptx;
  stream.close();
  if (stream.has_error())
    return inputError(source + ": " + stream.error().message());
  if (auto code = sys::fs::createTemporaryFile("dorefa", "txt", log))
    return inputError("temporary file: " + code.message());
  FileRemover logRemover(log);
  std::string arch = ("-arch=" + chip).str();
  StringRef arguments[] = {*program, "-v", arch, source, "-o", "/dev/null"};
  std::optional<StringRef> redirects[] = {StringRef(""), log.str(), log.str()};
  std::string message;
  int status = sys::ExecuteAndWait(*program, arguments, std::nullopt, redirects,
                                   0, 0, &message);
  auto text = MemoryBuffer::getFile(log);
  if (status != 0)
    return inputError(*program + " does not take the kernels: " + message +
                      (text ? (*text)->getBuffer() : ""));
  return parse(text ? (*text)->getBuffer() : "");
}
