//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/SharedLibrary.h"

#include "dorefa/Driver/Status.h"
#include "dorefa/ExecutionEngine/RuntimeSymbols.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace dorefa::driver;

static Expected<std::string> findLinker(bool isCxx) {
  std::initializer_list<const char *> c = {"clang-22", "clang", "cc"},
                                      cxx = {"clang++-22", "clang++", "c++"};
  for (const char *name : isCxx ? cxx : c)
    if (ErrorOr<std::string> path = sys::findProgramByName(name))
      return *path;
  return unavailableError(
      Twine("--emit=shared needs ") +
      (isCxx ? "clang++-22, clang++ or c++" : "clang-22, clang or cc") +
      " in the path; --emit=obj does not");
}

/// What code for a GPU calls, by the names of static libraries.
static ArrayRef<const char *> getDeviceLibraries(TargetKind kind) {
  static constexpr const char *cuda[] = {"libDorefaCudaRuntime.a"};
  static constexpr const char *emulator[] = {"libDorefaEmulatorCalls.a",
                                             "libDorefaEmulator.a"};
  if (kind == TargetKind::cuda)
    return cuda;
  if (kind == TargetKind::emulator)
    return emulator;
  return {};
}

/// Beside the folder of this program, as it was built or installed.
static Expected<std::string> findDeviceLibrary(StringRef name) {
  std::string program = sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(findDeviceLibrary));
  for (const char *folder : {"../lib", "../" DOREFA_INSTALL_LIBDIR}) {
    SmallString<128> path(sys::path::parent_path(program));
    sys::path::append(path, folder, name);
    if (sys::fs::exists(path))
      return path.str().str();
  }
  return unavailableError("--emit=shared needs " + name + " beside " + program);
}

Error dorefa::driver::linkSharedLibrary(const MemoryBuffer &object,
                                        const TargetChoice &target,
                                        StringRef path) {
  if (Triple(target.cpu.triple) != Triple(sys::getDefaultTargetTriple()))
    return unavailableError("--emit=shared links for this system only, not "
                            "for " +
                            target.cpu.triple);
  Expected<std::string> linker = findLinker(target.isGPU());
  if (!linker)
    return linker.takeError();

  // All temporary files are removed when these go out of scope.
  SmallString<128> objectPath, messagesPath;
  SmallString<128> libraryPath(path);
  libraryPath += ".tmp-%%%%%%%%";
  int descriptor;
  auto failed = [](std::error_code code, StringRef file) {
    return inputError(file + ": " + code.message());
  };
  if (auto code =
          sys::fs::createTemporaryFile("dorefa", "o", descriptor, objectPath))
    return failed(code, "temporary file");
  FileRemover objectRemover(objectPath);
  raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << object.getBuffer();
  stream.close();
  if (stream.has_error())
    return failed(stream.error(), objectPath);
  if (auto code = sys::fs::createTemporaryFile("dorefa", "txt", messagesPath))
    return failed(code, "temporary file");
  FileRemover messagesRemover(messagesPath);
  if (auto code = sys::fs::createUniqueFile(libraryPath, libraryPath))
    return failed(code, path);
  FileRemover libraryRemover(libraryPath);

  std::vector<std::string> libraries = engine::getRuntimeLibraries();
  // What the code does not need is not noted in the library; what is missing
  // is an error here and not when it is loaded.
  SmallVector<StringRef> arguments = {
      *linker,    "-shared",         "-o",         libraryPath,
      objectPath, "-Wl,--as-needed", "-Wl,-z,defs"};
  SmallVector<std::string> searchPaths;
  for (const std::string &library : libraries) {
    searchPaths.push_back("-Wl,-rpath," +
                          sys::path::parent_path(library).str());
    arguments.push_back(library);
  }
  for (const std::string &option : searchPaths)
    arguments.push_back(option);
  SmallVector<std::string> deviceLibraries;
  for (StringRef name : getDeviceLibraries(target.kind)) {
    Expected<std::string> found = findDeviceLibrary(name);
    if (!found)
      return found.takeError();
    deviceLibraries.push_back(std::move(*found));
  }
  append_range(arguments, deviceLibraries);
  if (target.isGPU())
    // The user's program may have another C++ library.
    append_range(arguments,
                 ArrayRef<StringRef>{"-static-libstdc++", "-static-libgcc",
                                     "-Wl,--exclude-libs,libstdc++.a", "-ldl",
                                     "-lpthread"});
  arguments.push_back("-lm");
  std::optional<StringRef> redirects[] = {StringRef(""), messagesPath.str(),
                                          messagesPath.str()};
  std::string message;
  int status = sys::ExecuteAndWait(*linker, arguments, std::nullopt, redirects,
                                   0, 0, &message);
  if (status != 0) {
    auto messages = MemoryBuffer::getFile(messagesPath);
    return inputError(path + ": " + *linker + " failed: " + message +
                      (messages ? (*messages)->getBuffer() : ""));
  }
  if (auto code = sys::fs::rename(libraryPath, path))
    return failed(code, path);
  libraryRemover.releaseFile();
  return Error::success();
}
