//===- Npy.cpp - NumPy .npy files -----------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Npy.h"

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Data/File.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace dorefa::data;

static constexpr StringLiteral magic = "\x93NUMPY";

/// NumPy itself allows 32 dimensions, or 64 since 2.0.
static constexpr size_t maxRank = 64;

namespace {
/// What the dictionary of a header says.
struct Header {
  std::string descr;
  bool fortranOrder = false;
  SmallVector<int64_t, 4> shape;
};

/// Parses the header, a Python dictionary literal such as
///   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
/// Each function returns whether it succeeded, and if not has set `reason`.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : text(text) {}

  bool parse(Header &header);

  std::string reason;

private:
  bool fail(const Twine &message) {
    if (reason.empty())
      reason = message.str();
    return false;
  }
  bool accept(StringRef token) {
    text = text.ltrim();
    return text.consume_front(token);
  }
  bool expect(StringRef token) {
    return accept(token) || fail("expected '" + token + "' in the header");
  }
  bool parseString(StringRef &value);
  bool parseValue(StringRef key, Header &header);
  bool parseShape(SmallVectorImpl<int64_t> &shape);

  StringRef text;
};
} // namespace

bool HeaderParser::parseString(StringRef &value) {
  for (StringRef quote : {"'", "\""}) {
    if (!accept(quote))
      continue;
    size_t end = text.find(quote);
    if (end == StringRef::npos)
      return fail("a string in the header does not end");
    value = text.take_front(end);
    text = text.drop_front(end + 1);
    return true;
  }
  return fail("expected a string in the header");
}

bool HeaderParser::parseShape(SmallVectorImpl<int64_t> &shape) {
  if (!expect("("))
    return false;
  while (!accept(")")) {
    text = text.ltrim();
    int64_t dim;
    if (text.consumeInteger(10, dim) || dim < 0)
      return fail("expected dimensions of 0 and above in the shape");
    accept("L"); // Python 2 wrote long integers so
    if (shape.size() == maxRank)
      return fail("expected at most " + Twine(maxRank) + " dimensions");
    shape.push_back(dim);
    if (!accept(",")) {
      if (!expect(")"))
        return false;
      break;
    }
  }
  return true;
}

bool HeaderParser::parseValue(StringRef key, Header &header) {
  if (key == "shape")
    return parseShape(header.shape);
  if (key == "fortran_order") {
    header.fortranOrder = accept("True");
    return header.fortranOrder || accept("False") ||
           fail("expected fortran_order to be True or False");
  }
  if (key == "descr") {
    if (accept("["))
      return fail("elements are structured; expected a plain dtype");
    StringRef descr;
    if (!parseString(descr))
      return false;
    header.descr = descr.str();
    return true;
  }
  return fail("unexpected key in the header; expected descr, fortran_order "
              "and shape");
}

bool HeaderParser::parse(Header &header) {
  SmallVector<StringRef, 3> seen;
  if (!expect("{"))
    return false;
  while (!accept("}")) {
    StringRef key;
    if (!parseString(key))
      return false;
    if (is_contained(seen, key))
      return fail("a key is twice in the header");
    seen.push_back(key);
    if (!expect(":") || !parseValue(key, header))
      return false;
    if (!accept(",")) {
      if (!expect("}"))
        return false;
      break;
    }
  }
  if (seen.size() != 3)
    return fail("expected descr, fortran_order and shape in the header");
  return text.trim().empty() ||
         fail("unexpected text after the dictionary of the header");
}

/// The element type of a NumPy type string, of which the first character is
/// the byte order: '<' little, '>' big, '=' native, '|' not applicable.
static Expected<ElementType> parseDescr(StringRef descr, StringRef path) {
  StringRef order = descr.take_front(1), kind = descr.drop_front(order.size());
  if (kind.starts_with("O") || descr == "O")
    return fileError(path, "elements are Python objects; expected numbers");
  if (order == ">")
    return fileError(path, "elements are big-endian; expected little-endian");
  auto type = StringSwitch<std::optional<ElementType>>(kind)
                  .Case("f4", ElementType::F32)
                  .Case("f8", ElementType::F64)
                  .Case("i1", ElementType::I8)
                  .Case("u1", ElementType::U8)
                  .Case("i2", ElementType::I16)
                  .Case("u2", ElementType::U16)
                  .Case("i4", ElementType::I32)
                  .Case("u4", ElementType::U32)
                  .Case("i8", ElementType::I64)
                  .Case("u8", ElementType::U64)
                  .Case("b1", ElementType::Bool)
                  .Default(std::nullopt);
  if (!type || (order != "<" && order != "=" &&
                !(order == "|" && elementSize(*type) == 1)))
    return fileError(path, "dtype '" + printable(descr) +
                               "' is not supported; expected f4, f8, i1, u1, "
                               "i2, u2, i4, u4, i8, u8 or b1");
  return *type;
}

/// Copies a column-major array of elements of `size` bytes to a tensor, walking
/// the tensor in its own order.
static void copyFromFortran(ArrayRef<uint8_t> source, Tensor &tensor) {
  size_t size = elementSize(tensor.elementType());
  ArrayRef<int64_t> shape = tensor.shape();
  SmallVector<int64_t> strides(shape.size()), index(shape.size(), 0);
  int64_t stride = 1;
  for (auto [result, dim] : zip_equal(strides, shape)) {
    result = stride;
    stride *= dim;
  }
  int64_t offset = 0;
  uint8_t *target = tensor.bytes().data();
  for (int64_t i = 0, e = tensor.numElements(); i < e; ++i) {
    std::memcpy(target + i * size, source.data() + offset * size, size);
    for (int64_t d = shape.size() - 1; d >= 0; --d) {
      offset += strides[d];
      if (++index[d] < shape[d])
        break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

Expected<Tensor> dorefa::data::parseNpy(ArrayRef<uint8_t> bytes,
                                        StringRef path) {
  if (!toStringRef(bytes).starts_with(magic))
    return fileError(path, "is not a .npy file: expected the magic "
                           "\"\\x93NUMPY\"");
  auto truncated = [&] { return fileError(path, "header is truncated"); };
  if (bytes.size() < 8)
    return truncated();
  unsigned major = bytes[6];
  if (major < 1 || major > 3)
    return fileError(path, ".npy version " + Twine(major) +
                               " is not supported; expected 1, 2 or 3");
  size_t lengthSize = major == 1 ? 2 : 4;
  if (bytes.size() < 8 + lengthSize)
    return truncated();
  const uint8_t *lengthAt = bytes.data() + 8;
  size_t length = major == 1 ? support::endian::read16le(lengthAt)
                             : support::endian::read32le(lengthAt);
  ArrayRef<uint8_t> rest = bytes.drop_front(8 + lengthSize);
  if (rest.size() < length)
    return truncated();

  Header header;
  HeaderParser parser(toStringRef(rest.take_front(length)));
  if (!parser.parse(header))
    return fileError(path, parser.reason);
  Expected<ElementType> type = parseDescr(header.descr, path);
  if (!type)
    return type.takeError();

  // Compared with the bytes there are before anything is allocated.
  ArrayRef<uint8_t> data = rest.drop_front(length);
  std::optional<int64_t> expected = Tensor::byteCount(*type, header.shape);
  if (!expected || static_cast<uint64_t>(*expected) != data.size())
    return fileError(
        path, "expected " +
                  (expected ? std::to_string(*expected) : "more than 2^63") +
                  " bytes of data for " + elementName(*type) +
                  describeShape(header.shape) + ", found " +
                  Twine(data.size()));
  if (*type == ElementType::Bool &&
      any_of(data, [](uint8_t byte) { return byte > 1; }))
    return fileError(path, "expected each bool to be 0 or 1");

  Tensor tensor(*type, header.shape);
  if (header.fortranOrder)
    copyFromFortran(data, tensor);
  else if (!data.empty())
    std::memcpy(tensor.bytes().data(), data.data(), data.size());
  return tensor;
}

Expected<Tensor> dorefa::data::readNpy(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseNpy(bytesOf(**buffer), path);
}

static StringRef descrOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "<f4";
  case ElementType::F64:
    return "<f8";
  case ElementType::I8:
    return "|i1";
  case ElementType::U8:
    return "|u1";
  case ElementType::I16:
    return "<i2";
  case ElementType::U16:
    return "<u2";
  case ElementType::I32:
    return "<i4";
  case ElementType::U32:
    return "<u4";
  case ElementType::I64:
    return "<i8";
  case ElementType::U64:
    return "<u8";
  case ElementType::Bool:
    return "|b1";
  }
  llvm_unreachable("not an element type");
}

Error dorefa::data::writeNpy(StringRef path, const Tensor &tensor) {
  std::string header = "{'descr': '" + descrOf(tensor.elementType()).str() +
                       "', 'fortran_order': False, 'shape': (";
  for (int64_t dim : tensor.shape())
    header += std::to_string(dim) + ", ";
  header += "), }";
  // Spaces and a newline, so that the data starts at a multiple of 64.
  bool wide = header.size() + 64 > 0xffff;
  size_t prefix = magic.size() + 2 + (wide ? 4 : 2);
  header.resize(alignTo(prefix + header.size() + 1, 64) - prefix - 1, ' ');
  header += '\n';

  return writeFileAtomically(path, [&](raw_ostream &os) {
    os << magic << (wide ? '\2' : '\1') << '\0';
    if (wide)
      support::endian::write<uint32_t>(os, header.size(), endianness::little);
    else
      support::endian::write<uint16_t>(os, header.size(), endianness::little);
    os << header << toStringRef(tensor.bytes());
    return Error::success();
  });
}
