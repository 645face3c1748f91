//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/RuntimeSymbols.h"

#include "llvm/Support/ErrorHandling.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

// Declared here because omp.h comes with the compiler, not with the library.
extern "C" void omp_set_num_threads(int count);
extern "C" int omp_get_max_threads();

namespace {
/// A memref of any rank, as the LLVM lowering passes it.
struct UnrankedMemref {
  int64_t rank;
  int64_t *descriptor;

  uint8_t *elements(int64_t elementSize) const {
    return reinterpret_cast<uint8_t *>(descriptor[1]) +
           descriptor[2] * elementSize;
  }
  const int64_t *sizes() const { return descriptor + 3; }
  const int64_t *strides() const { return descriptor + 3 + rank; }
};
} // namespace

static void copyElements(uint8_t *target, const int64_t *targetStrides,
                         const uint8_t *source, const int64_t *sourceStrides,
                         const int64_t *sizes, int64_t rank,
                         int64_t elementSize) {
  if (rank == 0) {
    std::memcpy(target, source, elementSize);
    return;
  }
  if (rank == 1 && *targetStrides == 1 && *sourceStrides == 1) {
    std::memcpy(target, source, *sizes * elementSize);
    return;
  }
  for (int64_t i = 0; i < *sizes; ++i)
    copyElements(target + i * *targetStrides * elementSize, targetStrides + 1,
                 source + i * *sourceStrides * elementSize, sourceStrides + 1,
                 sizes + 1, rank - 1, elementSize);
}

/// What memref.copy becomes where a side is strided.
static void memrefCopy(int64_t elementSize, UnrankedMemref *source,
                       UnrankedMemref *target) {
  for (int64_t i = 0; i < source->rank; ++i)
    if (source->sizes()[i] == 0)
      return;
  copyElements(target->elements(elementSize), target->strides(),
               source->elements(elementSize), source->strides(),
               source->sizes(), source->rank, elementSize);
}

/// The code writes to what it gets, and cannot say that there is none.
static void *checkMemory(void *memory, size_t size) {
  if (memory || size == 0)
    return memory;
  char what[64];
  std::snprintf(what, sizeof(what), "compiled code needs %zu bytes", size);
  llvm::report_bad_alloc_error(what, /*GenCrashDiag=*/false);
}

static void *allocate(size_t size) {
  return checkMemory(std::malloc(size), size);
}

static void *allocateAligned(size_t alignment, size_t size) {
  return checkMemory(std::aligned_alloc(alignment, size), size);
}

std::vector<std::pair<const char *, void *>>
dorefa::engine::getRuntimeSymbols() {
  return {{"memrefCopy", reinterpret_cast<void *>(memrefCopy)},
          {"malloc", reinterpret_cast<void *>(allocate)},
          {"aligned_alloc", reinterpret_cast<void *>(allocateAligned)},
          {"free", reinterpret_cast<void *>(std::free)}};
}

bool dorefa::engine::isRuntimeLibrarySymbol(llvm::StringRef name) {
  return name.starts_with("__kmpc_") || name.starts_with("omp_") ||
         name.starts_with("kmp_");
}

std::vector<std::string> dorefa::engine::getRuntimeLibraries() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void *>(omp_set_num_threads), &info) &&
      info.dli_fname)
    return {info.dli_fname};
  return {};
}

void dorefa::engine::setThreadCount(int count) { omp_set_num_threads(count); }

int dorefa::engine::getThreadCount() { return omp_get_max_threads(); }
