//===- Tensor.h - Host tensors ----------------------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_DATA_TENSOR_H
#define DOREFA_DATA_TENSOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"

#include <cassert>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

namespace dorefa::data {

/// The element types that files and the compiled code exchange. A Bool is one
/// byte, 0 or 1; everything is little-endian, as the machine is.
enum class ElementType : uint8_t {
  F32,
  F64,
  I8,
  U8,
  I16,
  U16,
  I32,
  U32,
  I64,
  U64,
  Bool
};

/// The size of an element in bytes.
int64_t elementSize(ElementType type);

/// "f32", "u8", "bool" and so on, as error messages name them.
llvm::StringRef elementName(ElementType type);

/// Calls `visitor` with a value-initialised element of the C++ type of `type`
/// and returns what it returns.
template <typename Visitor>
decltype(auto) visitElementType(ElementType type, Visitor &&visitor) {
  switch (type) {
  case ElementType::F32:
    return visitor(float());
  case ElementType::F64:
    return visitor(double());
  case ElementType::I8:
    return visitor(int8_t());
  case ElementType::U8:
    return visitor(uint8_t());
  case ElementType::I16:
    return visitor(int16_t());
  case ElementType::U16:
    return visitor(uint16_t());
  case ElementType::I32:
    return visitor(int32_t());
  case ElementType::U32:
    return visitor(uint32_t());
  case ElementType::I64:
    return visitor(int64_t());
  case ElementType::U64:
    return visitor(uint64_t());
  case ElementType::Bool:
    return visitor(bool());
  }
  llvm_unreachable("not an element type");
}

/// The element type of a C++ type.
template <typename T>
constexpr ElementType elementTypeOf();
template <>
constexpr ElementType elementTypeOf<float>() {
  return ElementType::F32;
}
template <>
constexpr ElementType elementTypeOf<double>() {
  return ElementType::F64;
}
template <>
constexpr ElementType elementTypeOf<int8_t>() {
  return ElementType::I8;
}
template <>
constexpr ElementType elementTypeOf<uint8_t>() {
  return ElementType::U8;
}
template <>
constexpr ElementType elementTypeOf<int16_t>() {
  return ElementType::I16;
}
template <>
constexpr ElementType elementTypeOf<uint16_t>() {
  return ElementType::U16;
}
template <>
constexpr ElementType elementTypeOf<int32_t>() {
  return ElementType::I32;
}
template <>
constexpr ElementType elementTypeOf<uint32_t>() {
  return ElementType::U32;
}
template <>
constexpr ElementType elementTypeOf<int64_t>() {
  return ElementType::I64;
}
template <>
constexpr ElementType elementTypeOf<uint64_t>() {
  return ElementType::U64;
}
template <>
constexpr ElementType elementTypeOf<bool>() {
  return ElementType::Bool;
}

/// A dense tensor in host memory: row-major (C order), contiguous, aligned to
/// 64 bytes, owned. Rank 0 is a scalar, of one element; a dimension of 0 makes
/// the tensor empty. Moves are cheap and leave a tensor that can only be
/// assigned to or destroyed; copies are asked for by `clone`.
class Tensor {
public:
  /// The alignment of the storage in bytes: a cache line, an AVX-512 register.
  static constexpr size_t alignment = 64;

  /// The bytes of a tensor of this type and shape; nothing if a dimension is
  /// negative or the bytes do not fit in an int64_t. Everything that takes a
  /// shape from a file asks this first.
  static std::optional<int64_t> byteCount(ElementType type,
                                          llvm::ArrayRef<int64_t> shape);

  /// An empty f32 tensor of shape [0].
  Tensor() : Tensor(ElementType::F32, {0}) {}

  /// A tensor of zeros. `byteCount` must hold for the shape.
  Tensor(ElementType type, llvm::ArrayRef<int64_t> shape);

  Tensor(Tensor &&) = default;
  Tensor &operator=(Tensor &&) = default;

  /// A tensor of memory that malloc or aligned_alloc returned as `allocation`,
  /// to be freed with the tensor. The elements begin at `elements` in it, which
  /// is aligned to `alignment`.
  static Tensor adopt(ElementType type, llvm::ArrayRef<int64_t> shape,
                      void *allocation, void *elements);

  Tensor clone() const;

  /// A copy of elements [0, count) of the first dimension; `count` is at most
  /// that dimension.
  Tensor takeFront(int64_t count) const;

  /// Gives the tensor another shape of as many elements.
  void reshape(llvm::ArrayRef<int64_t> shape);

  ElementType elementType() const { return type; }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return dims.size(); }
  int64_t numElements() const { return size / elementSize(type); }

  /// The storage as bytes: `numElements() * elementSize(elementType())`.
  llvm::MutableArrayRef<uint8_t> bytes() {
    return {storage.get(), static_cast<size_t>(size)};
  }
  llvm::ArrayRef<uint8_t> bytes() const {
    return {storage.get(), static_cast<size_t>(size)};
  }

  /// The elements; `T` is the C++ type of the element type.
  template <typename T>
  llvm::MutableArrayRef<T> data() {
    assert(elementTypeOf<T>() == type && "tensor of another element type");
    return llvm::MutableArrayRef<T>(reinterpret_cast<T *>(storage.get()),
                                    size / sizeof(T));
  }
  template <typename T>
  llvm::ArrayRef<T> data() const {
    assert(elementTypeOf<T>() == type && "tensor of another element type");
    return llvm::ArrayRef<T>(reinterpret_cast<const T *>(storage.get()),
                             size / sizeof(T));
  }

private:
  struct Free {
    Free() : allocation(nullptr) {}
    explicit Free(void *allocation) : allocation(allocation) {}
    void operator()(uint8_t *memory) const {
      std::free(allocation ? allocation : memory);
    }
    /// What to free where the elements do not begin the allocation.
    void *allocation;
  };

  struct Adopted {};
  Tensor(Adopted, ElementType type, llvm::ArrayRef<int64_t> shape, int64_t size,
         void *allocation, void *elements)
      : type(type), dims(shape), size(size),
        storage(static_cast<uint8_t *>(elements), Free(allocation)) {}

  ElementType type;
  llvm::SmallVector<int64_t, 4> dims;
  int64_t size; // in bytes
  std::unique_ptr<uint8_t[], Free> storage;
};

/// "f32[2x3]", as error messages describe a tensor.
std::string describe(const Tensor &tensor);

/// "[2x3]".
std::string describeShape(llvm::ArrayRef<int64_t> shape);

} // namespace dorefa::data

#endif // DOREFA_DATA_TENSOR_H
