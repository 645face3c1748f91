//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What `dorefa-run tune` measured on a machine, on disk.

#ifndef DOREFA_DRIVER_TUNEDTABLE_H
#define DOREFA_DRIVER_TUNEDTABLE_H

#include "dorefa/Dialect/Bitserial/Transforms/TunedChoices.h"
#include "dorefa/ExecutionEngine/HostTarget.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

namespace dorefa::driver {

/// The fastest strategy of each shape of products. It lies beside compiled
/// code, one file for each CPU with its features and each version of LLVM.
class TunedTable {
public:
  struct Entry {
    mlir::bitserial::TunedChoice choice;
    /// Of each strategy, for one image.
    std::map<std::string, double> seconds;
  };

  /// Nothing if there is no folder for compiled code.
  static std::optional<std::string> pathOf(const engine::HostTarget &cpu);

  /// The table of a CPU, an empty one if it has none. So does one that is
  /// damaged, or of another machine; `notes` is told.
  static TunedTable load(const engine::HostTarget &cpu,
                         llvm::raw_ostream &notes);

  /// In place of one of the same shape.
  void set(Entry entry);
  llvm::Error store(const engine::HostTarget &cpu) const;

  std::vector<mlir::bitserial::TunedChoice> getChoices() const;

private:
  /// By the text of the shape: the order, and so the key of compiled code, does
  /// not depend on that of the measurements.
  std::map<std::string, Entry> entries;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TUNEDTABLE_H
