//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/FunctionSignature.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace dorefa::engine;
using dorefa::data::ElementType;
using dorefa::data::Tensor;

std::optional<StringRef> ValueSignature::get(StringRef attribute) const {
  auto found = attributes.find(attribute.str());
  if (found == attributes.end())
    return std::nullopt;
  return StringRef(found->second);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static constexpr ElementType allElementTypes[] = {
    ElementType::F32, ElementType::F64, ElementType::I8,  ElementType::U8,
    ElementType::I16, ElementType::U16, ElementType::I32, ElementType::U32,
    ElementType::I64, ElementType::U64, ElementType::Bool};

static json::Value toJSON(const ValueSignature &value) {
  json::Object object{{"type", value.type},
                      {"tensor", value.isTensor},
                      {"element", dorefa::data::elementName(value.element)},
                      {"shape", json::Array(value.shape)}};
  if (value.maxCode)
    object["max_code"] = *value.maxCode;
  json::Object attributes;
  for (const auto &[name, text] : value.attributes)
    attributes[name] = text;
  object["attributes"] = std::move(attributes);
  return object;
}

json::Value dorefa::engine::toJSON(const FunctionSignature &signature) {
  json::Array arguments, results;
  for (const ValueSignature &value : signature.arguments)
    arguments.push_back(::toJSON(value));
  for (const ValueSignature &value : signature.results)
    results.push_back(::toJSON(value));
  return json::Object{{"name", signature.name},
                      {"arguments", std::move(arguments)},
                      {"results", std::move(results)},
                      {"obstacle", signature.obstacle}};
}

static void print(raw_ostream &stream, StringRef kind,
                  const ValueSignature &value) {
  stream << kind << '\t' << dorefa::data::elementName(value.element) << '\t'
         << (value.isTensor ? "tensor" : "scalar") << '\t';
  interleave(value.shape, stream, ",");
  for (const auto &[name, text] : value.attributes)
    stream << '\t' << name << '=' << text;
  stream << '\n';
}

std::string dorefa::engine::toText(ArrayRef<FunctionSignature> signatures) {
  std::string text;
  raw_string_ostream stream(text);
  for (const FunctionSignature &signature : signatures) {
    if (!signature.obstacle.empty())
      continue;
    stream << "function\t" << signature.name << '\n';
    for (const ValueSignature &value : signature.arguments)
      print(stream, "argument", value);
    for (const ValueSignature &value : signature.results)
      print(stream, "result", value);
  }
  return text;
}

static bool readElement(StringRef name, ElementType &element) {
  for (ElementType candidate : allElementTypes)
    if (dorefa::data::elementName(candidate) == name) {
      element = candidate;
      return true;
    }
  return false;
}

static bool readValue(const json::Value &json, ValueSignature &value) {
  const json::Object *object = json.getAsObject();
  if (!object)
    return false;
  std::optional<StringRef> type = object->getString("type");
  std::optional<bool> tensor = object->getBoolean("tensor");
  std::optional<StringRef> element = object->getString("element");
  const json::Array *shape = object->getArray("shape");
  const json::Object *attributes = object->getObject("attributes");
  if (!type || !tensor || !element || !shape || !attributes ||
      !readElement(*element, value.element))
    return false;
  value.type = type->str();
  value.isTensor = *tensor;
  for (const json::Value &dim : *shape) {
    std::optional<int64_t> size = dim.getAsInteger();
    if (!size)
      return false;
    value.shape.push_back(*size);
  }
  if (const json::Value *maxCode = object->get("max_code"))
    value.maxCode = maxCode->getAsInteger();
  for (const auto &[name, text] : *attributes) {
    std::optional<StringRef> string = text.getAsString();
    if (!string)
      return false;
    value.attributes[name.str()] = string->str();
  }
  return true;
}

Expected<FunctionSignature>
dorefa::engine::signatureFromJSON(const json::Value &json) {
  auto malformed = [] {
    return createStringError("malformed function signature");
  };
  const json::Object *object = json.getAsObject();
  if (!object)
    return malformed();
  std::optional<StringRef> name = object->getString("name");
  std::optional<StringRef> obstacle = object->getString("obstacle");
  const json::Array *arguments = object->getArray("arguments");
  const json::Array *results = object->getArray("results");
  if (!name || !obstacle || !arguments || !results)
    return malformed();
  FunctionSignature signature;
  signature.name = name->str();
  signature.obstacle = obstacle->str();
  for (const json::Value &argument : *arguments)
    if (!readValue(argument, signature.arguments.emplace_back()))
      return malformed();
  for (const json::Value &result : *results)
    if (!readValue(result, signature.results.emplace_back()))
      return malformed();
  return signature;
}

//===----------------------------------------------------------------------===//
// Checks of values
//===----------------------------------------------------------------------===//

/// Integers of a module have no sign: i8 and u8 are the same to it.
static ElementType withoutSign(ElementType element) {
  switch (element) {
  case ElementType::U8:
    return ElementType::I8;
  case ElementType::U16:
    return ElementType::I16;
  case ElementType::U32:
    return ElementType::I32;
  case ElementType::U64:
    return ElementType::I64;
  default:
    return element;
  }
}

Error dorefa::engine::checkValue(const ValueSignature &signature,
                                 const Tensor &tensor, const Twine &what) {
  auto mismatch = [&](const Twine &why) {
    return createStringError(what + ": expected " + signature.type + ", got " +
                             data::describe(tensor) + why);
  };
  if (withoutSign(tensor.elementType()) != withoutSign(signature.element))
    return mismatch(Twine(" (the elements must be ") +
                    data::elementName(signature.element) + ")");
  if (tensor.shape().size() != signature.shape.size())
    return mismatch("");
  for (auto [size, expected] : zip_equal(tensor.shape(), signature.shape))
    if (expected != dynamicSize && size != expected)
      return mismatch("");
  if (signature.maxCode)
    for (uint8_t code : tensor.bytes())
      if (code > *signature.maxCode)
        return mismatch(Twine(" with the code ") + Twine(unsigned(code)) +
                        " (codes are 0 to " + Twine(*signature.maxCode) + ")");
  return Error::success();
}
