//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Tables for people to read.

#ifndef DOREFA_DRIVER_TEXTTABLE_H
#define DOREFA_DRIVER_TEXTTABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace dorefa::driver {

/// A row of a table, cell by cell; all rows of a table have as many.
using TableRow = llvm::SmallVector<std::string, 13>;

/// A number, as printf formats it.
std::string formatNumber(const char *format, double number);

/// Prints rows in columns of one width: text to the left, and to the right the
/// numbers, which begin at column `firstNumber`.
void printTable(llvm::ArrayRef<TableRow> rows, size_t firstNumber,
                llvm::raw_ostream &stream);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TEXTTABLE_H
