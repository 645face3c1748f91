//===- Npz.cpp - NumPy .npz archives --------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Npz.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Npy.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace dorefa::data;

Expected<NpzFile> NpzFile::open(StringRef path) {
  Expected<ZipArchive> archive = ZipArchive::open(path);
  if (!archive)
    return archive.takeError();
  return NpzFile(std::move(*archive));
}

SmallVector<StringRef> NpzFile::names() const {
  SmallVector<StringRef> names;
  for (const ZipEntry &entry : archive.entries()) {
    StringRef name = entry.name;
    if (name.consume_back(".npy"))
      names.push_back(name);
  }
  return names;
}

Expected<Tensor> NpzFile::read(StringRef name) const {
  const ZipEntry *found = nullptr;
  for (const ZipEntry &entry : archive.entries()) {
    if (entry.name != (name + ".npy").str())
      continue;
    if (found)
      return fileError(archive.path(), "holds the array '" + name + "' twice");
    found = &entry;
  }
  if (!found)
    return fileError(archive.path(),
                     "holds no array '" + name +
                         "'; it holds: " + printable(join(names(), ", ")));
  Expected<std::vector<uint8_t>> bytes = archive.read(*found);
  if (!bytes)
    return bytes.takeError();
  return parseNpy(*bytes, (archive.path() + ": " + name + ".npy").str());
}
