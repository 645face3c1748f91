//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// NVIDIA's assembler, where it is installed: the machine code that it makes of
// PTX, and what it says of kernels.

#ifndef DOREFA_PIPELINES_PTXASSEMBLER_H
#define DOREFA_PIPELINES_PTXASSEMBLER_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace mlir::dorefa {

struct KernelResources {
  /// Of a thread.
  int64_t registers = 0, spilledBytes = 0;
};

struct AssembledPTX {
  /// An ELF file, "cubin".
  std::string machineCode;
  /// By the names of kernels.
  llvm::StringMap<KernelResources> kernels;
};

class PTXAssembler {
public:
  /// The program that DOREFA_PTXAS names, or where that is not set, ptxas from
  /// the path, from CUDA_HOME/bin or from CUDA's usual folder. Nothing where
  /// there is none.
  static std::optional<PTXAssembler> find();

  /// Where `find` looks, for messages.
  static llvm::StringRef describeSearch();

  /// What it says of its version; its path if it says nothing.
  std::string describeVersion() const;

  /// Assembles PTX for a chip; an error if it does not take the PTX.
  llvm::Expected<AssembledPTX> assemble(llvm::StringRef ptx,
                                        llvm::StringRef chip) const;

private:
  explicit PTXAssembler(std::string program) : program(std::move(program)) {}

  std::string program;
};

} // namespace mlir::dorefa

#endif // DOREFA_PIPELINES_PTXASSEMBLER_H
