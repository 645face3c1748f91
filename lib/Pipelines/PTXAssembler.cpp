//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/PTXAssembler.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <cstdlib>

using namespace llvm;
using namespace mlir::dorefa;

std::optional<PTXAssembler> PTXAssembler::find() {
  if (const char *named = std::getenv("DOREFA_PTXAS")) {
    // A path is taken as it is, whatever is there.
    ErrorOr<std::string> path = sys::findProgramByName(named);
    if (path && sys::fs::can_execute(*path))
      return PTXAssembler(*path);
    return std::nullopt;
  }
  if (ErrorOr<std::string> path = sys::findProgramByName("ptxas"))
    return PTXAssembler(*path);
  SmallVector<std::string> folders;
  if (const char *home = std::getenv("CUDA_HOME"))
    folders.push_back(std::string(home) + "/bin");
  folders.push_back("/usr/local/cuda/bin");
  for (StringRef folder : folders)
    if (ErrorOr<std::string> path = sys::findProgramByName("ptxas", {folder}))
      return PTXAssembler(*path);
  return std::nullopt;
}

StringRef PTXAssembler::describeSearch() {
  if (std::getenv("DOREFA_PTXAS"))
    return "the program that DOREFA_PTXAS names";
  return "ptxas in the path, in CUDA_HOME/bin or in /usr/local/cuda/bin";
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

namespace {
/// A file that is removed again.
class TemporaryFile {
public:
  static Expected<TemporaryFile> create(StringRef suffix, StringRef text = "") {
    SmallString<128> path;
    int descriptor;
    if (auto code =
            sys::fs::createTemporaryFile("dorefa", suffix, descriptor, path))
      return createStringError(code, "temporary file: " + code.message());
    TemporaryFile file(path);
    raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    stream << text;
    stream.close();
    if (!stream.has_error())
      return file;
    std::error_code code = stream.error();
    stream.clear_error(); // else the end of the process
    return createStringError(code, path + ": " + code.message());
  }
  ~TemporaryFile() {
    if (!name.empty())
      sys::fs::remove(name);
  }
  TemporaryFile(TemporaryFile &&other) : name(std::move(other.name)) {
    other.name.clear();
  }

  StringRef path() const { return name; }
  /// What it holds by now; nothing if it cannot be read.
  std::string read() const {
    auto buffer = MemoryBuffer::getFile(name);
    return buffer ? (*buffer)->getBuffer().str() : std::string();
  }

private:
  explicit TemporaryFile(StringRef name) : name(name) {}

  std::string name;
};
} // namespace

/// Runs a program; its status, and what it says.
static std::pair<int, std::string> run(ArrayRef<StringRef> arguments,
                                       const TemporaryFile &log) {
  std::optional<StringRef> redirects[] = {StringRef(""), log.path(),
                                          log.path()};
  std::string message;
  int status = sys::ExecuteAndWait(arguments[0], arguments, std::nullopt,
                                   redirects, 0, 0, &message);
  if (!message.empty())
    message += "\n";
  return {status, message + log.read()};
}

std::string PTXAssembler::describeVersion() const {
  auto log = TemporaryFile::create("txt");
  if (!log) {
    consumeError(log.takeError());
    return program;
  }
  auto [status, said] = run({program, "--version"}, *log);
  return status == 0 && !said.empty() ? said : program;
}

Expected<AssembledPTX> PTXAssembler::assemble(StringRef ptx,
                                              StringRef chip) const {
  auto source = TemporaryFile::create("ptx", ptx);
  if (!source)
    return source.takeError();
  auto code = TemporaryFile::create("cubin");
  if (!code)
    return code.takeError();
  auto log = TemporaryFile::create("txt");
  if (!log)
    return log.takeError();
  std::string arch = ("-arch=" + chip).str();
  auto [status, said] =
      run({program, "-v", arch, source->path(), "-o", code->path()}, *log);
  if (status != 0)
    return createStringError(program + " does not take the kernels for " +
                             chip + ": " + StringRef(said).rtrim());
  AssembledPTX assembled{code->read(), parse(said)};
  if (assembled.machineCode.empty())
    return createStringError(program + " wrote no code for " + chip);
  return assembled;
}
