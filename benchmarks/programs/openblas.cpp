// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C[m,n] = A[m,k] B[k,n] in float32 by OpenBLAS.
//
//   openblas --shape=M,N,K [--threads=N] [--steps=N]
//
// Loads Debian's libopenblas0-pthread itself, so that neither headers nor the
// system's choice among BLAS libraries matter. Exit status 3: not installed.

#include "timing.h"

#include <dlfcn.h>

int main(int argc, char **argv) {
  std::vector<long> shape = peers::numbersOf(argc, argv, "shape");
  if (shape.size() != 3) {
    std::fprintf(stderr,
                 "usage: openblas --shape=M,N,K [--threads=N] [--steps=N]\n");
    return 2;
  }
  void *library = dlopen("libopenblas.so.0", RTLD_NOW);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 3;
  }
  auto setThreads = reinterpret_cast<void (*)(int)>(
      dlsym(library, "openblas_set_num_threads"));
  auto getCore =
      reinterpret_cast<char *(*)()>(dlsym(library, "openblas_get_corename"));
  auto sgemm = reinterpret_cast<void (*)(
      int, int, int, int, int, int, float, const float *, int, const float *,
      int, float, float *, int)>(dlsym(library, "cblas_sgemm"));
  if (!setThreads || !getCore || !sgemm) {
    std::fprintf(stderr, "libopenblas.so.0 is not OpenBLAS\n");
    return 3;
  }
  setThreads(peers::numberOf(argc, argv, "threads", 1));
  int m = shape[0], n = shape[1], k = shape[2];
  std::vector<float> a(size_t(m) * k, 0.5f), b(size_t(k) * n, 0.25f),
      c(size_t(m) * n);
  constexpr int rowMajor = 101, plain = 111;
  peers::timeSteps(std::string("OpenBLAS, ") + getCore() + " kernels",
                   peers::numberOf(argc, argv, "steps", 10), [&] {
                     sgemm(rowMajor, plain, plain, m, n, k, 1, a.data(), k,
                           b.data(), n, 0, c.data(), n);
                   });
}
