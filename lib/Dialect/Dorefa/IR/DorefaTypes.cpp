//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Text form and invariants of the code type.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace mlir::dorefa;

Type CodeType::parse(AsmParser &parser) {
  unsigned bits = kOpen;
  StringRef keyword;
  SMLoc kindLoc;
  if (parser.parseLess())
    return {};
  if (failed(parser.parseOptionalQuestion())) {
    SMLoc bitsLoc = parser.getCurrentLocation();
    if (parser.parseInteger(bits))
      return {};
    // 0 is what `?` is stored as, no number of bits.
    if (bits == kOpen) {
      parser.emitError(bitsLoc, "a code has 1 to 8 bits, got 0");
      return {};
    }
  }
  if (parser.parseComma() || parser.getCurrentLocation(&kindLoc) ||
      parser.parseKeyword(&keyword))
    return {};
  std::optional<CodeKind> kind = symbolizeCodeKind(keyword);
  if (!kind) {
    parser.emitError(kindLoc, "expected unipolar, bipolar or pow2, got '")
        << keyword << "'";
    return {};
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<CodeType>(parser.getContext(), bits, *kind);
}

void CodeType::print(AsmPrinter &printer) const {
  printer << "<";
  if (isOpen())
    printer << "?";
  else
    printer << getBits();
  printer << ", " << stringifyCodeKind(getKind()) << ">";
}

LogicalResult CodeType::verify(function_ref<InFlightDiagnostic()> emitError,
                               unsigned bits, CodeKind kind) {
  if (bits == kOpen)
    return success();
  if (bits > 8)
    return emitError() << "a code has 1 to 8 bits, got " << bits;
  if (kind == CodeKind::pow2 && (bits < 2 || bits > 6))
    return emitError() << "a pow2 code has 2 to 6 bits, got " << bits;
  return success();
}
