//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

using namespace dorefa::step;

void dorefa::step::stop(const std::string &message, int status) {
  std::fflush(stdout);
  std::fprintf(stderr, "dorefa-step: error: %s\n", message.c_str());
  std::exit(status);
}

// Names of elements, here and in the files.
static constexpr std::pair<const char *, const char *> elements[] = {
    {"f32", "<f4"}, {"f64", "<f8"}, {"i8", "|i1"},  {"u8", "|u1"},
    {"i16", "<i2"}, {"u16", "<u2"}, {"i32", "<i4"}, {"u32", "<u4"},
    {"i64", "<i8"}, {"u64", "<u8"}, {"bool", "|b1"}};

size_t dorefa::step::elementBytes(const std::string &element) {
  for (auto [name, code] : elements)
    if (element == name)
      return code[2] - '0';
  return 0;
}

int64_t Array::count() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

/// What stands behind 'KEY': in the header, up to one of `ends`.
static std::string field(const std::string &header, const std::string &key,
                         const char *ends) {
  size_t at = header.find("'" + key + "':");
  if (at == std::string::npos)
    return "";
  at = header.find_first_not_of(" '(", at + key.size() + 3);
  return header.substr(at, header.find_first_of(ends, at) - at);
}

Array dorefa::step::readNpy(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> content(std::istreambuf_iterator<char>(file), {});
  if (!file && content.empty())
    stop(path + ": cannot be read");
  auto malformed = [&] { stop(path + ": not an array that can be read"); };
  if (content.size() < 10 || std::memcmp(content.data(), "\x93NUMPY\x01", 7))
    malformed();
  size_t length = uint8_t(content[8]) + 256 * uint8_t(content[9]);
  if (content.size() < 10 + length)
    malformed();
  std::string header(content.data() + 10, length);
  Array array;
  std::string code = field(header, "descr", "'");
  for (auto [name, known] : elements)
    if (code == known)
      array.element = name;
  if (array.element.empty() || field(header, "fortran_order", ",}") != "False")
    malformed();
  std::string sizes = field(header, "shape", ")");
  for (const char *at = sizes.c_str(); *at;) {
    char *end = nullptr;
    long long size = std::strtoll(at, &end, 10);
    if (end == at)
      break;
    if (size < 0 || size > int64_t(1) << 40)
      malformed();
    array.shape.push_back(size);
    at = end + std::strspn(end, ", ");
  }
  array.bytes.assign(content.begin() + 10 + length, content.end());
  if (array.bytes.size() != array.count() * elementBytes(array.element))
    malformed();
  return array;
}

void dorefa::step::writeNpy(const std::string &path, const Array &array) {
  std::string header = "{'descr': '";
  for (auto [name, code] : elements)
    if (array.element == name)
      header += code;
  header += "', 'fortran_order': False, 'shape': (";
  for (int64_t size : array.shape)
    header += std::to_string(size) + ",";
  header += "), }";
  header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\0", 8);
  file.put(header.size() % 256).put(header.size() / 256);
  file << header;
  file.write(reinterpret_cast<const char *>(array.bytes.data()),
             array.bytes.size());
  file.close();
  if (!file)
    stop(path + ": cannot be written");
}

double dorefa::step::relativeDifference(const Array &array,
                                        const Array &expected) {
  double infinity = std::numeric_limits<double>::infinity();
  if (array.element != expected.element || array.shape != expected.shape)
    return infinity;
  if (array.element != "f32")
    return array.bytes == expected.bytes ? 0 : infinity;
  auto at = [](const Array &from, size_t i) {
    float value;
    std::memcpy(&value, from.bytes.data() + 4 * i, 4);
    return double(value);
  };
  double largest = 0, difference = 0;
  for (int64_t i = 0; i < array.count(); ++i) {
    double value = at(array, i), wanted = at(expected, i);
    if (value == wanted)
      ;
    else if (!std::isfinite(value) || !std::isfinite(wanted))
      return infinity;
    else
      difference = std::max(difference, std::abs(value - wanted));
    if (std::isfinite(wanted))
      largest = std::max(largest, std::abs(wanted));
  }
  return difference == 0 ? 0 : largest == 0 ? infinity : difference / largest;
}
