//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/Detection.h"

#include <algorithm>

using namespace dorefa::detection;

double dorefa::detection::area(const Box &box) {
  return std::max(0.0, double(box[2]) - box[0]) *
         std::max(0.0, double(box[3]) - box[1]);
}

double dorefa::detection::overlap(const Box &a, const Box &b) {
  const Box both = {std::max(a[0], b[0]), std::max(a[1], b[1]),
                    std::min(a[2], b[2]), std::min(a[3], b[3])};
  const double shared = area(both), all = area(a) + area(b) - shared;
  return all > 0 ? shared / all : 0;
}
