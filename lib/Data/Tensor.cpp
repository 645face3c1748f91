//===- Tensor.cpp - Host tensors ------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Tensor.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstring>

using namespace llvm;
using namespace dorefa::data;

int64_t dorefa::data::elementSize(ElementType type) {
  return visitElementType(type,
                          [](auto zero) -> int64_t { return sizeof(zero); });
}

StringRef dorefa::data::elementName(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::I8:
    return "i8";
  case ElementType::U8:
    return "u8";
  case ElementType::I16:
    return "i16";
  case ElementType::U16:
    return "u16";
  case ElementType::I32:
    return "i32";
  case ElementType::U32:
    return "u32";
  case ElementType::I64:
    return "i64";
  case ElementType::U64:
    return "u64";
  case ElementType::Bool:
    return "bool";
  }
  llvm_unreachable("not an element type");
}

std::string dorefa::data::describeShape(ArrayRef<int64_t> shape) {
  std::string text = "[";
  interleave(
      shape, [&](int64_t dim) { text += std::to_string(dim); },
      [&] { text += 'x'; });
  return text + "]";
}

std::string dorefa::data::describe(const Tensor &tensor) {
  return elementName(tensor.elementType()).str() +
         describeShape(tensor.shape());
}

std::optional<int64_t> Tensor::byteCount(ElementType type,
                                         ArrayRef<int64_t> shape) {
  if (any_of(shape, [](int64_t dim) { return dim < 0; }))
    return std::nullopt;
  if (is_contained(shape, 0))
    return 0;
  int64_t bytes = elementSize(type);
  for (int64_t dim : shape)
    if (MulOverflow(bytes, dim, bytes))
      return std::nullopt;
  return bytes;
}

Tensor::Tensor(ElementType type, ArrayRef<int64_t> shape)
    : type(type), dims(shape) {
  std::optional<int64_t> bytes = byteCount(type, shape);
  assert(bytes && "the shape of a tensor must be checked beforehand");
  size = *bytes;
  // An empty tensor has storage too: no pointer here is ever null.
  size_t allocated = alignTo(std::max<uint64_t>(size, 1), alignment);
  auto *memory =
      static_cast<uint8_t *>(std::aligned_alloc(alignment, allocated));
  if (!memory)
    report_bad_alloc_error(
        ("a tensor needs " + Twine(size) + " bytes").str().c_str(),
        /*GenCrashDiag=*/false);
  std::memset(memory, 0, allocated);
  storage.reset(memory);
}

Tensor Tensor::adopt(ElementType type, ArrayRef<int64_t> shape,
                     void *allocation, void *elements) {
  std::optional<int64_t> bytes = byteCount(type, shape);
  assert(bytes && "the shape of a tensor must be checked beforehand");
  return Tensor(Adopted(), type, shape, *bytes, allocation, elements);
}

Tensor Tensor::clone() const {
  Tensor copy(type, dims);
  std::memcpy(copy.storage.get(), storage.get(), size);
  return copy;
}

Tensor Tensor::takeFront(int64_t count) const {
  assert(rank() > 0 && count >= 0 && count <= dims[0] && "not that many rows");
  SmallVector<int64_t, 4> front(dims);
  front[0] = count;
  Tensor result(type, front);
  std::memcpy(result.storage.get(), storage.get(), result.size);
  return result;
}

void Tensor::reshape(ArrayRef<int64_t> shape) {
  assert(byteCount(type, shape) == size && "shape of other elements");
  dims.assign(shape.begin(), shape.end());
}
