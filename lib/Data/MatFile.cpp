//===- MatFile.cpp - MATLAB level 5 files ---------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/MatFile.h"

#include "dorefa/Data/File.h"
#include "dorefa/Data/Inflate.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>
#include <limits>

using namespace llvm;
using namespace dorefa::data;
using namespace llvm::support::endian;

/// The bytes before the first element: text, subsystem, version, endianness.
static constexpr size_t headerSize = 128;

/// The most bytes a compressed element may expand to: its own size is 32 bits.
static constexpr uint64_t elementLimit = (uint64_t(1) << 32) + 8;

// Types of elements.
static constexpr uint32_t miInt8 = 1;
static constexpr uint32_t miInt32 = 5;
static constexpr uint32_t miUint32 = 6;
static constexpr uint32_t miMatrix = 14;
static constexpr uint32_t miCompressed = 15;

/// The element type that an element of numbers stores.
static std::optional<ElementType> storedType(uint32_t mi) {
  switch (mi) {
  case miInt8:
    return ElementType::I8;
  case 2:
    return ElementType::U8;
  case 3:
    return ElementType::I16;
  case 4:
    return ElementType::U16;
  case miInt32:
    return ElementType::I32;
  case miUint32:
    return ElementType::U32;
  case 7:
    return ElementType::F32;
  case 9:
    return ElementType::F64;
  case 12:
    return ElementType::I64;
  case 13:
    return ElementType::U64;
  }
  return std::nullopt;
}

/// The element type of an array's class; none for cells, structures, objects,
/// text and sparse arrays.
static std::optional<ElementType> classType(uint8_t mx) {
  constexpr ElementType types[] = {
      ElementType::F64, ElementType::F32, ElementType::I8,  ElementType::U8,
      ElementType::I16, ElementType::U16, ElementType::I32, ElementType::U32,
      ElementType::I64, ElementType::U64};
  if (mx < 6 || mx > 15)
    return std::nullopt;
  return types[mx - 6];
}

namespace {
struct Element {
  uint32_t type;
  ArrayRef<uint8_t> data;
};

class MatReader {
public:
  MatReader(ArrayRef<StringRef> names, StringRef path)
      : names(names), path(path) {}

  Error readFile(ArrayRef<uint8_t> bytes);

  std::map<std::string, Tensor> arrays;

private:
  Expected<Element> takeElement(ArrayRef<uint8_t> &bytes);
  Error readTopLevel(const Element &element);
  Error readMatrix(ArrayRef<uint8_t> bytes);
  Error readNumbers(StringRef name, ElementType type, ArrayRef<int64_t> shape,
                    const Element &numbers);

  ArrayRef<StringRef> names;
  StringRef path;
  SmallVector<std::string> seen;
};
} // namespace

/// Takes an element off the front of `bytes`: a tag of two 32-bit words, type
/// and size, and the data, padded to a multiple of 8 unless compressed; or, if
/// the size of at most 4 is in the upper half of the first word, the data in
/// the second.
Expected<Element> MatReader::takeElement(ArrayRef<uint8_t> &bytes) {
  if (bytes.size() < 8)
    return fileError(path, "is truncated in the tag of an element");
  uint32_t word = read32le(bytes.data());
  if (uint32_t size = word >> 16) {
    if (size > 4)
      return fileError(path, "small element of " + Twine(size) +
                                 " bytes; expected at most 4");
    Element element{word & 0xffff, bytes.slice(4, size)};
    bytes = bytes.drop_front(8);
    return element;
  }
  size_t size = read32le(bytes.data() + 4);
  bytes = bytes.drop_front(8);
  if (size > bytes.size())
    return fileError(path, "is truncated: expected an element of " +
                               Twine(size) + " bytes, found " +
                               Twine(bytes.size()));
  Element element{word, bytes.take_front(size)};
  size_t padded = word == miCompressed ? size : alignTo(size, 8);
  bytes = bytes.drop_front(std::min(padded, bytes.size()));
  return element;
}

/// Converts integers of `From`, no wider than 32 bits, to `To`.
template <typename From, typename To>
static bool widen(ArrayRef<uint8_t> source, MutableArrayRef<To> target) {
  for (auto [i, result] : enumerate(target)) {
    From value;
    std::memcpy(&value, source.data() + i * sizeof(From), sizeof(From));
    if constexpr (std::is_integral_v<To>) {
      auto wide = static_cast<int64_t>(value);
      if (wide < 0
              ? !std::is_signed_v<To> ||
                    wide < static_cast<int64_t>(std::numeric_limits<To>::min())
              : static_cast<uint64_t>(wide) >
                    static_cast<uint64_t>(std::numeric_limits<To>::max()))
        return false;
    }
    result = static_cast<To>(value);
  }
  return true;
}

Error MatReader::readNumbers(StringRef name, ElementType type,
                             ArrayRef<int64_t> shape, const Element &numbers) {
  std::string where = (path + ": " + name).str();
  std::optional<ElementType> stored = storedType(numbers.type);
  if (!stored)
    return fileError(where, "unexpected element type " + Twine(numbers.type) +
                                "; expected numbers");
  std::optional<int64_t> size = Tensor::byteCount(*stored, shape);
  if (!size || static_cast<uint64_t>(*size) != numbers.data.size() ||
      !Tensor::byteCount(type, shape))
    return fileError(
        where, "expected " + (size ? std::to_string(*size) : "more than 2^63") +
                   " bytes for " + elementName(*stored) + describeShape(shape) +
                   ", found " + Twine(numbers.data.size()));
  Tensor tensor(type, shape);
  if (*stored == type) {
    if (!numbers.data.empty())
      std::memcpy(tensor.bytes().data(), numbers.data.data(), *size);
  } else {
    bool widened = visitElementType(*stored, [&](auto from) {
      return visitElementType(type, [&](auto to) {
        using From = decltype(from);
        using To = decltype(to);
        if constexpr (std::is_integral_v<From> && sizeof(From) <= 4)
          return widen<From>(numbers.data, tensor.data<To>());
        return false;
      });
    });
    if (!widened)
      return fileError(where, "cannot be read from " + elementName(*stored) +
                                  " as " + elementName(type));
  }
  arrays.emplace(name.str(), std::move(tensor));
  return Error::success();
}

Error MatReader::readMatrix(ArrayRef<uint8_t> bytes) {
  Expected<Element> flags = takeElement(bytes);
  if (!flags)
    return flags.takeError();
  if (flags->type != miUint32 || flags->data.size() != 8)
    return fileError(path, "expected 8 bytes of array flags");
  Expected<Element> dims = takeElement(bytes);
  if (!dims)
    return dims.takeError();
  if (dims->type != miInt32 || dims->data.size() < 8 ||
      dims->data.size() % 4 != 0)
    return fileError(path, "expected at least two dimensions of an array");
  Expected<Element> label = takeElement(bytes);
  if (!label)
    return label.takeError();
  if (label->type != miInt8)
    return fileError(path, "expected the name of an array");

  StringRef name = toStringRef(label->data);
  seen.push_back(printable(name));
  if (!is_contained(names, name))
    return Error::success();
  if (arrays.count(name.str()))
    return fileError(path, "holds the array '" + name + "' twice");
  uint32_t word = read32le(flags->data.data());
  std::optional<ElementType> type = classType(word & 0xff);
  constexpr uint32_t complexFlag = 0x0800;
  if (!type || (word & complexFlag))
    return fileError(path, "array '" + name + "' is not of real numbers");
  SmallVector<int64_t, 4> shape;
  for (size_t at = 0; at < dims->data.size(); at += 4)
    shape.push_back(static_cast<int32_t>(read32le(dims->data.data() + at)));
  std::reverse(shape.begin(), shape.end());
  Expected<Element> numbers = takeElement(bytes);
  if (!numbers)
    return numbers.takeError();
  return readNumbers(name, *type, shape, *numbers);
}

Error MatReader::readTopLevel(const Element &element) {
  if (element.type == miMatrix)
    return readMatrix(element.data);
  if (element.type != miCompressed)
    return Error::success();
  Expected<std::vector<uint8_t>> inflated =
      inflateAll(element.data, DeflateFrame::Zlib, elementLimit, path);
  if (!inflated)
    return inflated.takeError();
  ArrayRef<uint8_t> bytes = *inflated;
  Expected<Element> inner = takeElement(bytes);
  if (!inner)
    return inner.takeError();
  if (inner->type != miMatrix)
    return Error::success();
  return readMatrix(inner->data);
}

Error MatReader::readFile(ArrayRef<uint8_t> bytes) {
  if (bytes.size() < headerSize)
    return fileError(path, "is not a MATLAB 5 file: expected a header of " +
                               Twine(headerSize) + " bytes, found " +
                               Twine(bytes.size()));
  uint16_t version = read16le(&bytes[124]);
  StringRef endian = toStringRef(bytes.slice(126, 2));
  if (endian == "IM" && version == 0x0200)
    return fileError(path, "is a MATLAB 7.3 (HDF5) file; expected level 5, "
                           "which save -v7 writes");
  if (endian == "MI")
    return fileError(path, "is big-endian; expected little-endian");
  if (endian != "IM" || version != 0x0100)
    return fileError(path, "is not a MATLAB 5 file: expected version 0x0100 "
                           "and the mark \"IM\" at byte 124");
  bytes = bytes.drop_front(headerSize);
  while (!bytes.empty()) {
    Expected<Element> element = takeElement(bytes);
    if (!element)
      return element.takeError();
    if (Error error = readTopLevel(*element))
      return error;
  }
  for (StringRef name : names)
    if (!arrays.count(name.str()))
      return fileError(path, "holds no array '" + name +
                                 "'; it holds: " + join(seen, ", "));
  return Error::success();
}

Expected<std::map<std::string, Tensor>>
dorefa::data::parseMatFile(ArrayRef<uint8_t> bytes, ArrayRef<StringRef> names,
                           StringRef path) {
  MatReader reader(names, path);
  if (Error error = reader.readFile(bytes))
    return error;
  return std::move(reader.arrays);
}

Expected<std::map<std::string, Tensor>>
dorefa::data::readMatFile(StringRef path, ArrayRef<StringRef> names) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = dorefa::data::readFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseMatFile(bytesOf(**buffer), names, path);
}
