//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a compiled function takes and returns, as the tensor-level module says.

#ifndef DOREFA_EXECUTIONENGINE_FUNCTIONSIGNATURE_H
#define DOREFA_EXECUTIONENGINE_FUNCTIONSIGNATURE_H

#include "dorefa/Data/Tensor.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dorefa::engine {

/// The size of a dimension that is known only at run time.
constexpr int64_t dynamicSize = -1;

/// One argument or result. Codes are u8 elements from 0 to `maxCode`, `index`
/// is i64, i1 a bool.
struct ValueSignature {
  /// The type as the module writes it, for messages: "tensor<?x10xf32>".
  std::string type;
  bool isTensor = false;
  data::ElementType element = data::ElementType::F32;
  llvm::SmallVector<int64_t, 4> shape;
  std::optional<int64_t> maxCode;
  /// The attributes of the argument or result that start with "dorefa.",
  /// without that prefix; empty for attributes that take no value.
  std::map<std::string, std::string> attributes;

  bool has(llvm::StringRef attribute) const {
    return attributes.count(attribute.str());
  }
  /// The value of an attribute; nothing where it is absent.
  std::optional<llvm::StringRef> get(llvm::StringRef attribute) const;
};

struct FunctionSignature {
  std::string name;
  std::vector<ValueSignature> arguments, results;
  /// Why the function cannot be called from outside; empty if it can.
  std::string obstacle;
};

/// Signatures as JSON and back, for the cache of compiled objects. `fromJSON`
/// returns an error for anything that `toJSON` did not write.
llvm::json::Value toJSON(const FunctionSignature &signature);
llvm::Expected<FunctionSignature> signatureFromJSON(const llvm::json::Value &);

/// Signatures as lines of fields between tabs, for a program that has no JSON:
///
///   function  NAME
///   argument  ELEMENT  tensor or scalar  SIZE,SIZE,...  ATTRIBUTE=VALUE  ...
///   result    ...
///
/// A dynamic size is -1. Functions that cannot be called are left out.
std::string toText(llvm::ArrayRef<FunctionSignature> signatures);

/// Checks that `tensor` can be handed over as `signature`: element type, rank,
/// static sizes and the range of codes. Signless integers accept both signs of
/// their width. The error says what was expected and what came; `what` names
/// the value ("argument 0").
llvm::Error checkValue(const ValueSignature &signature,
                       const data::Tensor &tensor, const llvm::Twine &what);

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_FUNCTIONSIGNATURE_H
