//===- AtomicFile.h - Files that are whole or absent ------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_ATOMICFILE_H
#define DOREFA_DATA_ATOMICFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace dorefa::data {

/// Writes `path` so that a reader, also one after a crash or a power cut, finds
/// the old contents or the new ones and never a part of them: `write` fills a
/// temporary file in the same directory, which is synchronised and then
/// renamed to `path`, and the directory is synchronised too.
///
/// On an error, of `write` or of the system, `path` is as it was and the
/// temporary file is gone. A `path` that exists and is not a regular file
/// (a device, a directory) is refused, since the rename would replace it.
llvm::Error
writeFileAtomically(llvm::StringRef path,
                    llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write);

} // namespace dorefa::data

#endif // DOREFA_DATA_ATOMICFILE_H
