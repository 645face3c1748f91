//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/BuildId.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/MemoryBuffer.h"

#include <dlfcn.h>
#include <string>

using namespace llvm;

static std::string hashOwnFile() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(hashOwnFile), &info) || !info.dli_fname)
    return "unknown";
  // The name of the executable is what it was started as, perhaps relative to
  // a directory that is no longer the current one.
  auto file = MemoryBuffer::getFile(info.dli_fname, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    file = MemoryBuffer::getFile("/proc/self/exe", /*IsText=*/false,
                                 /*RequiresNullTerminator=*/false);
  if (!file)
    return "unknown";
  return toHex(BLAKE3::hash(arrayRefFromStringRef((*file)->getBuffer())),
               /*LowerCase=*/true);
}

StringRef dorefa::engine::getBuildId() {
  static const std::string id = hashOwnFile();
  return id;
}
