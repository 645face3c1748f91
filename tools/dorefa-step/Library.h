//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A shared library of dorefa-run compile, for a GPU or its emulator, and calls
// of its functions with tensors on the device.

#ifndef DOREFA_TOOLS_DOREFA_STEP_LIBRARY_H
#define DOREFA_TOOLS_DOREFA_STEP_LIBRARY_H

#include "Arrays.h"

#include <map>
#include <memory>
#include <optional>

namespace dorefa::step {

/// One argument or result, of a line of dorefa_signatures.
struct Value {
  std::string element;
  bool isTensor = false;
  std::vector<int64_t> shape; // -1 is dynamic
  std::map<std::string, std::string> attributes;

  bool has(const char *attribute) const { return attributes.count(attribute); }
  /// Of a parameter, a state or an optimizer's slot, the name under which it is
  /// kept from step to step; empty for others.
  std::string name() const;
  size_t bytes() const { return elementBytes(element); }
};

struct Function {
  std::string name;
  std::vector<Value> arguments, results;
};

class Library;

/// Memory of the device, freed with its last user.
using Memory = std::shared_ptr<void>;

/// A dense tensor on the device.
struct Tensor {
  Memory allocation;
  void *elements = nullptr;
  std::vector<int64_t> shape;
};

/// An argument or result: a tensor, or a scalar's bytes.
struct Item {
  Tensor tensor;
  uint64_t scalar = 0;
};

class Library {
public:
  /// Ends the program if it is not there, or not for a GPU.
  explicit Library(const std::string &path);

  const Function &function(const std::string &name) const;
  std::vector<Item> call(const Function &function,
                         const std::vector<Item> &arguments) const;

  Tensor upload(const Array &array) const;
  Array download(const Tensor &tensor, const std::string &element) const;

private:
  void *find(const std::string &name) const;
  void copy(void *target, const void *source, size_t bytes) const;
  Memory own(void *memory) const;
  Tensor clone(const Tensor &tensor, size_t elementBytes) const;

  std::string path;
  void *handle;
  std::vector<Function> functions;
  void *(*memAlloc)(uint64_t, void *, bool);
  void (*memFree)(void *, void *);
  void (*memCopy)(void *, void *, size_t, void *);
  void (*synchronize)(void *);
};

} // namespace dorefa::step

#endif // DOREFA_TOOLS_DOREFA_STEP_LIBRARY_H
