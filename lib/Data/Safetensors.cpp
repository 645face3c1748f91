//===- Safetensors.cpp - Safetensors files --------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Safetensors.h"

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Data/File.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace dorefa::data;

static constexpr StringLiteral metadataKey = "__metadata__";

/// The reference implementation's bound.
static constexpr uint64_t maxHeaderSize = 100'000'000;

static constexpr std::pair<StringLiteral, ElementType> dtypes[] = {
    {"F32", ElementType::F32},  {"F64", ElementType::F64},
    {"I8", ElementType::I8},    {"U8", ElementType::U8},
    {"I16", ElementType::I16},  {"U16", ElementType::U16},
    {"I32", ElementType::I32},  {"U32", ElementType::U32},
    {"I64", ElementType::I64},  {"U64", ElementType::U64},
    {"BOOL", ElementType::Bool}};

static std::optional<ElementType> parseDtype(StringRef name) {
  for (auto [dtype, type] : dtypes)
    if (dtype == name)
      return type;
  return std::nullopt;
}

static StringRef dtypeOf(ElementType type) {
  for (auto [dtype, candidate] : dtypes)
    if (candidate == type)
      return dtype;
  llvm_unreachable("not an element type");
}

/// The end of the JSON string that starts at `text[begin]`, a quote: one past
/// its closing quote, or past the text.
static size_t endOfString(StringRef text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return text.size();
}

/// Finds what llvm::json::parse lets pass: a key that an object has twice, of
/// which it would keep the last; and deep nesting, which would exhaust the
/// stack. A header nests three deep. Other errors of syntax are left to it.
static Error checkKeys(StringRef text, StringRef path) {
  constexpr size_t maxDepth = 3;
  SmallVector<StringSet<>, maxDepth> keys;
  for (size_t i = 0; i < text.size();) {
    char c = text[i];
    if (c == '{' || c == '[') {
      if (keys.size() == maxDepth)
        return fileError(path, "header is nested too deeply");
      keys.emplace_back();
    } else if ((c == '}' || c == ']') && !keys.empty()) {
      keys.pop_back();
    }
    if (c != '"') {
      ++i;
      continue;
    }
    size_t end = endOfString(text, i);
    StringRef token = text.slice(i, end);
    i = end;
    if (keys.empty() || !text.substr(end).ltrim(" \t\r\n").starts_with(":"))
      continue;
    // Escapes are decoded: "a" and "\u0061" are the same key.
    Expected<json::Value> key = json::parse(token);
    if (!key) {
      consumeError(key.takeError());
      continue;
    }
    StringRef name = key->getAsString().value_or("");
    if (!keys.back().insert(name).second)
      return fileError(path,
                       "header has the key '" + printable(name) + "' twice");
  }
  return Error::success();
}

namespace {
/// What the header says of one tensor; begin and end count from the start of
/// the data.
struct Entry {
  std::string name;
  ElementType type;
  SmallVector<int64_t, 4> shape;
  uint64_t begin, end;
};
} // namespace

static bool parseSizes(const json::Array *array,
                       SmallVectorImpl<int64_t> &out) {
  if (!array)
    return false;
  for (const json::Value &value : *array) {
    std::optional<int64_t> size = value.getAsInteger();
    if (!size || *size < 0)
      return false;
    out.push_back(*size);
  }
  return true;
}

static Expected<Entry> parseEntry(StringRef name, const json::Value &value,
                                  StringRef path) {
  std::string where = (path + ": tensor '" + printable(name) + "'").str();
  const json::Object *object = value.getAsObject();
  if (!object || object->size() != 3 || !object->getString("dtype"))
    return fileError(where, "expected an object of dtype, shape and "
                            "data_offsets");
  Entry entry;
  entry.name = name.str();
  StringRef dtype = *object->getString("dtype");
  std::optional<ElementType> type = parseDtype(dtype);
  if (!type)
    return fileError(where, "dtype '" + printable(dtype) +
                                "' is not supported; expected F32, F64, I8, "
                                "U8, I16, U16, I32, U32, I64, U64 or BOOL");
  entry.type = *type;
  if (!parseSizes(object->getArray("shape"), entry.shape))
    return fileError(where, "expected a shape of dimensions of 0 and above");
  SmallVector<int64_t, 2> offsets;
  if (!parseSizes(object->getArray("data_offsets"), offsets) ||
      offsets.size() != 2 || offsets[0] > offsets[1])
    return fileError(where, "expected data_offsets [begin, end], begin <= end");
  entry.begin = offsets[0];
  entry.end = offsets[1];
  std::optional<int64_t> size = Tensor::byteCount(*type, entry.shape);
  if (!size || static_cast<uint64_t>(*size) != entry.end - entry.begin)
    return fileError(
        where, "expected " + (size ? std::to_string(*size) : "more than 2^63") +
                   " bytes for " + elementName(*type) +
                   describeShape(entry.shape) + ", found data_offsets " +
                   "of " + Twine(entry.end - entry.begin) + " bytes");
  return entry;
}

/// The metadata and the entries of a header, the latter in the order of the
/// data.
static Error parseHeader(StringRef text, StringRef path,
                         std::map<std::string, std::string> &metadata,
                         std::vector<Entry> &entries) {
  if (!text.starts_with("{"))
    return fileError(path, "expected the header to start with '{'");
  if (Error error = checkKeys(text, path))
    return error;
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return fileError(path,
                     "header is not JSON: " + toString(value.takeError()));
  const json::Object *header = value->getAsObject();
  if (!header)
    return fileError(path, "expected the header to be an object");
  for (const auto &[key, member] : *header) {
    if (StringRef(key) != metadataKey) {
      Expected<Entry> entry = parseEntry(key, member, path);
      if (!entry)
        return entry.takeError();
      entries.push_back(std::move(*entry));
      continue;
    }
    const json::Object *strings = member.getAsObject();
    if (!strings)
      return fileError(path, "expected __metadata__ to be an object");
    for (const auto &[name, value] : *strings) {
      std::optional<StringRef> string = value.getAsString();
      if (!string)
        return fileError(path, "expected strings in __metadata__");
      metadata[StringRef(name).str()] = string->str();
    }
  }
  llvm::sort(entries, [](const Entry &a, const Entry &b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  return Error::success();
}

Expected<Safetensors> dorefa::data::parseSafetensors(ArrayRef<uint8_t> bytes,
                                                     StringRef path) {
  if (bytes.size() < 8)
    return fileError(path, "is truncated: expected a header length of 8 bytes, "
                           "found " +
                               Twine(bytes.size()));
  uint64_t length = support::endian::read64le(bytes.data());
  bytes = bytes.drop_front(8);
  if (length > maxHeaderSize)
    return fileError(path, "is not a safetensors file: expected a header of "
                           "at most 100000000 bytes, found a length of " +
                               Twine(length));
  if (length > bytes.size())
    return fileError(path, "is truncated: expected a header of " +
                               Twine(length) + " bytes, found " +
                               Twine(bytes.size()));
  Safetensors contents;
  std::vector<Entry> entries;
  if (Error error = parseHeader(toStringRef(bytes.take_front(length)), path,
                                contents.metadata, entries))
    return error;

  ArrayRef<uint8_t> data = bytes.drop_front(length);
  uint64_t covered = 0;
  for (const Entry &entry : entries) {
    std::string where =
        (path + ": tensor '" + printable(entry.name) + "'").str();
    if (entry.begin != covered)
      return fileError(where, "data_offsets start at " + Twine(entry.begin) +
                                  "; expected " + Twine(covered) +
                                  ", where the tensor before ends");
    if (entry.end > data.size())
      return fileError(where, "data_offsets end at " + Twine(entry.end) +
                                  ", but there are " + Twine(data.size()) +
                                  " bytes of data");
    covered = entry.end;
  }
  if (covered != data.size())
    return fileError(path, "expected " + Twine(covered) +
                               " bytes of data, found " + Twine(data.size()));

  for (const Entry &entry : entries) {
    ArrayRef<uint8_t> source = data.slice(entry.begin, entry.end - entry.begin);
    if (entry.type == ElementType::Bool &&
        any_of(source, [](uint8_t byte) { return byte > 1; }))
      return fileError(path, "tensor '" + printable(entry.name) +
                                 "': expected each BOOL to be 0 or 1");
    Tensor tensor(entry.type, entry.shape);
    if (!source.empty())
      std::memcpy(tensor.bytes().data(), source.data(), source.size());
    contents.tensors.emplace(entry.name, std::move(tensor));
  }
  return contents;
}

Expected<Safetensors> dorefa::data::readSafetensors(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseSafetensors(bytesOf(**buffer), path);
}

static Error checkWritable(StringRef path, const Safetensors &contents) {
  for (const auto &[name, tensor] : contents.tensors) {
    if (name == metadataKey)
      return fileError(path, "no tensor may be named '__metadata__'");
    if (!json::isUTF8(name))
      return fileError(path, "tensor '" + printable(name) +
                                 "': expected a name in UTF-8");
  }
  for (const auto &[key, text] : contents.metadata)
    if (!json::isUTF8(key) || !json::isUTF8(text))
      return fileError(path,
                       "metadata '" + printable(key) + "': expected UTF-8");
  return Error::success();
}

Error dorefa::data::writeSafetensors(StringRef path,
                                     const Safetensors &contents) {
  if (Error error = checkWritable(path, contents))
    return error;

  using Item = std::pair<const std::string, Tensor>;
  SmallVector<const Item *> items;
  for (const Item &item : contents.tensors)
    items.push_back(&item);
  llvm::sort(items, [](const Item *a, const Item *b) {
    int64_t sizeA = elementSize(a->second.elementType());
    int64_t sizeB = elementSize(b->second.elementType());
    return std::tie(sizeB, a->first) < std::tie(sizeA, b->first);
  });

  json::Object header;
  if (!contents.metadata.empty()) {
    json::Object metadata;
    for (const auto &[key, text] : contents.metadata)
      metadata[key] = text;
    header[metadataKey] = std::move(metadata);
  }
  int64_t offset = 0;
  for (const Item *item : items) {
    const Tensor &tensor = item->second;
    const int64_t end = offset + tensor.bytes().size();
    header[item->first] =
        json::Object{{"dtype", dtypeOf(tensor.elementType())},
                     {"shape", json::Array(tensor.shape())},
                     {"data_offsets", json::Array{offset, end}}};
    offset = end;
  }
  // Printing sorts the keys.
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(header));
  text.resize(alignTo(text.size(), 8), ' ');
  if (text.size() > maxHeaderSize)
    return fileError(path, "expected a header of at most 100000000 bytes");

  return writeFileAtomically(path, [&](raw_ostream &os) {
    support::endian::write<uint64_t>(os, text.size(), endianness::little);
    os << text;
    for (const Item *item : items)
      os << toStringRef(item->second.bytes());
    return Error::success();
  });
}
