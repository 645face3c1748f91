//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Dense arrays and .npy files, for a program without LLVM.

#ifndef DOREFA_TOOLS_DOREFA_STEP_ARRAYS_H
#define DOREFA_TOOLS_DOREFA_STEP_ARRAYS_H

#include <cstdint>
#include <string>
#include <vector>

namespace dorefa::step {

/// Writes "dorefa-step: error: MESSAGE" and ends the program.
[[noreturn]] void stop(const std::string &message, int status = 1);

struct Array {
  /// "f32", "i32", "u8"; as the compiler names elements.
  std::string element;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  int64_t count() const;
};

/// Bytes of one element; 0 for what is none.
size_t elementBytes(const std::string &element);

/// A file of little-endian elements in C order; anything else ends the program.
Array readNpy(const std::string &path);
void writeNpy(const std::string &path, const Array &array);

/// The largest difference of two arrays of floats, by the largest magnitude of
/// `expected`; 0 or infinity for other elements, by whether they are equal.
/// Infinity where one is not a number and the other is, or shapes differ.
double relativeDifference(const Array &array, const Array &expected);

} // namespace dorefa::step

#endif // DOREFA_TOOLS_DOREFA_STEP_ARRAYS_H
