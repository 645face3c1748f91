//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Library.h"

#include <cstring>
#include <dlfcn.h>
#include <sstream>

using namespace dorefa::step;

std::string Value::name() const {
  for (const char *attribute : {"parameter", "state"})
    if (auto found = attributes.find(attribute); found != attributes.end())
      return found->second;
  auto found = attributes.find("optimizer");
  return found == attributes.end() ? "" : "optimizer." + found->second;
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static Value readValue(std::istringstream &line) {
  Value value;
  std::string kind, sizes, attribute;
  std::getline(line, value.element, '\t');
  std::getline(line, kind, '\t');
  std::getline(line, sizes, '\t');
  value.isTensor = kind == "tensor";
  std::istringstream list(sizes);
  for (std::string size; std::getline(list, size, ',');)
    value.shape.push_back(std::stoll(size));
  while (std::getline(line, attribute, '\t')) {
    size_t equals = attribute.find('=');
    value.attributes[attribute.substr(0, equals)] =
        attribute.substr(equals + 1);
  }
  return value;
}

Library::Library(const std::string &path) : path(path) {
  std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    stop(dlerror());
  const char *text =
      static_cast<const char *>(dlsym(handle, "dorefa_signatures"));
  if (!text)
    stop(path + ": not of dorefa-run compile --emit=shared");
  if (!dlsym(handle, "mgpuMemAlloc"))
    stop(path + ": not for a GPU; expected --target=cuda or gpu-emulator");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string kind;
    std::getline(fields, kind, '\t');
    if (kind == "function") {
      std::getline(fields, functions.emplace_back().name, '\t');
      continue;
    }
    Function &last = functions.back();
    (kind == "argument" ? last.arguments : last.results)
        .push_back(readValue(fields));
  }
  memAlloc = reinterpret_cast<decltype(memAlloc)>(find("mgpuMemAlloc"));
  memFree = reinterpret_cast<decltype(memFree)>(find("mgpuMemFree"));
  memCopy = reinterpret_cast<decltype(memCopy)>(find("mgpuMemcpy"));
  synchronize =
      reinterpret_cast<decltype(synchronize)>(find("mgpuStreamSynchronize"));
}

void *Library::find(const std::string &name) const {
  void *address = dlsym(handle, name.c_str());
  if (!address)
    stop(path + ": has no '" + name + "'");
  return address;
}

const Function &Library::function(const std::string &name) const {
  for (const Function &function : functions)
    if (function.name == name)
      return function;
  stop(path + ": no function '" + name +
       "'; of a model, dorefa-run compile --training makes it");
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Memory Library::own(void *memory) const {
  auto free = memFree;
  return Memory(memory, [free](void *memory) { free(memory, nullptr); });
}

void Library::copy(void *target, const void *source, size_t bytes) const {
  memCopy(target, const_cast<void *>(source), bytes, nullptr);
  synchronize(nullptr);
}

Tensor Library::upload(const Array &array) const {
  Tensor tensor;
  tensor.allocation = own(memAlloc(array.bytes.size(), nullptr, false));
  tensor.elements = tensor.allocation.get();
  tensor.shape = array.shape;
  copy(tensor.elements, array.bytes.data(), array.bytes.size());
  return tensor;
}

Array Library::download(const Tensor &tensor,
                        const std::string &element) const {
  Array array{element, tensor.shape, {}};
  array.bytes.resize(array.count() * elementBytes(element));
  copy(array.bytes.data(), tensor.elements, array.bytes.size());
  return array;
}

Tensor Library::clone(const Tensor &tensor, size_t elementBytes) const {
  size_t bytes = Array{"", tensor.shape, {}}.count() * elementBytes;
  Tensor result = tensor;
  result.allocation = own(memAlloc(bytes, nullptr, false));
  result.elements = result.allocation.get();
  copy(result.elements, tensor.elements, bytes);
  return result;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

// A memref descriptor: allocated and aligned pointer, offset, sizes, strides;
// each of 8 bytes.
static size_t wordCount(size_t rank) { return 3 + 2 * rank; }

static std::vector<int64_t> describe(const Tensor &tensor) {
  size_t rank = tensor.shape.size();
  std::vector<int64_t> words(wordCount(rank));
  words[0] = words[1] = reinterpret_cast<intptr_t>(tensor.elements);
  int64_t stride = 1;
  for (size_t i = rank; i-- > 0; stride *= tensor.shape[i]) {
    words[3 + i] = tensor.shape[i];
    words[3 + rank + i] = stride;
  }
  return words;
}

std::vector<Item> Library::call(const Function &function,
                                const std::vector<Item> &arguments) const {
  auto adaptor =
      reinterpret_cast<void (*)(void **)>(find("dorefa_call_" + function.name));
  std::vector<std::vector<int64_t>> descriptors(arguments.size());
  std::vector<void *> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (function.arguments[i].isTensor)
      descriptors[i] = describe(arguments[i].tensor);
    else
      descriptors[i] = {static_cast<int64_t>(arguments[i].scalar)};
    values.push_back(descriptors[i].data());
  }
  // Results lie in one struct; scalars are as they are, tensors descriptors.
  std::vector<size_t> offsets;
  size_t end = 0;
  for (const Value &result : function.results) {
    size_t align = result.isTensor ? 8 : result.bytes();
    end = (end + align - 1) / align * align;
    offsets.push_back(end);
    end +=
        result.isTensor ? 8 * wordCount(result.shape.size()) : result.bytes();
  }
  std::vector<int64_t> returned(end / 8 + 1);
  auto *base = reinterpret_cast<uint8_t *>(returned.data());
  values.push_back(base);
  adaptor(values.data());

  std::vector<Item> results(function.results.size());
  std::map<void *, Memory> owners;
  for (const Item &argument : arguments)
    if (argument.tensor.allocation)
      owners.emplace(argument.tensor.elements, argument.tensor.allocation);
  for (size_t i = 0; i < results.size(); ++i) {
    const Value &value = function.results[i];
    if (!value.isTensor) {
      std::memcpy(&results[i].scalar, base + offsets[i], value.bytes());
      continue;
    }
    auto *words = reinterpret_cast<int64_t *>(base + offsets[i]);
    size_t rank = value.shape.size();
    Tensor tensor;
    tensor.shape.assign(words + 3, words + 3 + rank);
    tensor.elements = reinterpret_cast<uint8_t *>(words[1]) +
                      words[2] * static_cast<int64_t>(value.bytes());
    auto *allocated = reinterpret_cast<void *>(words[0]);
    bool isDense = true;
    int64_t stride = 1;
    for (size_t axis = rank; axis-- > 0; stride *= tensor.shape[axis])
      isDense &= tensor.shape[axis] == 1 || words[3 + rank + axis] == stride;
    if (!isDense)
      stop("result " + std::to_string(i) + " of '" + function.name +
           "' is not dense");
    auto [owner, isNew] = owners.try_emplace(allocated);
    if (isNew)
      owner->second = own(allocated);
    tensor.allocation = owner->second;
    // Values that share memory would be updated together.
    results[i].tensor = isNew ? tensor : clone(tensor, value.bytes());
  }
  return results;
}
