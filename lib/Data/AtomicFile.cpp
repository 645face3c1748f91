//===- AtomicFile.cpp - Files that are whole or absent --------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/AtomicFile.h"

#include "dorefa/Data/File.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace dorefa::data;

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

/// Creates `path`.PID.N.tmp for the first N that is free, with the permissions
/// that the new file shall have. llvm::sys::fs::createUniqueFile would replace
/// each percent sign of the path too.
static int createTemporary(StringRef path, std::string &temporary) {
  for (int attempt = 0;; ++attempt) {
    temporary = (path + "." + Twine(sys::Process::getProcessId()) + "." +
                 Twine(attempt) + ".tmp")
                    .str();
    int fd =
        sys::RetryAfterSignal(-1, ::open, temporary.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST || attempt == 99)
      return fd;
  }
}

static Error synchroniseDirectory(StringRef path) {
  SmallString<128> directory(sys::path::parent_path(path));
  if (directory.empty())
    directory = ".";
  int fd = sys::RetryAfterSignal(-1, ::open, directory.c_str(),
                                 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fileError(directory, "cannot be opened: " + lastError().message());
  scope_exit close([&] { ::close(fd); });
  // Some file systems cannot synchronise a directory, and say EINVAL.
  if (sys::RetryAfterSignal(-1, ::fsync, fd) != 0 && errno != EINVAL)
    return fileError(directory,
                     "cannot be synchronised: " + lastError().message());
  return Error::success();
}

/// Fills the open file and makes it durable.
static Error fill(StringRef path, int fd,
                  function_ref<Error(raw_ostream &)> write) {
  raw_fd_ostream os(fd, /*shouldClose=*/false);
  Error error = write(os);
  os.flush();
  std::error_code written = os.error();
  os.clear_error();
  if (error)
    return error;
  if (!written && sys::RetryAfterSignal(-1, ::fsync, fd) != 0)
    written = lastError();
  if (written)
    return fileError(path, "cannot be written: " + written.message());
  return Error::success();
}

Error dorefa::data::writeFileAtomically(
    StringRef path, function_ref<Error(raw_ostream &)> write) {
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && !sys::fs::is_regular_file(status))
    return fileError(path, "exists and is not a regular file");

  std::string temporary;
  int fd = createTemporary(path, temporary);
  if (fd < 0)
    return fileError(path, "cannot be written: " + lastError().message());
  scope_exit remove([&] { sys::fs::remove(temporary); });

  Error error = fill(path, fd, write);
  if (::close(fd) != 0 && errno != EINTR && !error)
    error = fileError(path, "cannot be written: " + lastError().message());
  if (error)
    return error;
  if (std::error_code failed = sys::fs::rename(temporary, path))
    return fileError(path, "cannot be written: " + failed.message());
  remove.release();
  return synchroniseDirectory(path);
}
