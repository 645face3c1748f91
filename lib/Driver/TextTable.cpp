//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/TextTable.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace dorefa::driver;

std::string dorefa::driver::formatNumber(const char *format, double number) {
  std::string text;
  raw_string_ostream(text) << llvm::format(format, number);
  return text;
}

void dorefa::driver::printTable(ArrayRef<TableRow> rows, size_t firstNumber,
                                raw_ostream &stream) {
  SmallVector<size_t> widths;
  for (const TableRow &row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (auto [width, cell] : zip_first(widths, row))
      width = std::max(width, cell.size());
  }
  for (const TableRow &row : rows) {
    std::string line;
    for (auto [i, cell] : enumerate(row)) {
      std::string padding(widths[i] - cell.size(), ' ');
      line +=
          (i ? "  " : "") + (i < firstNumber ? cell + padding : padding + cell);
    }
    stream << StringRef(line).rtrim() << '\n';
  }
}
