#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times C[m,n] = A[m,k] B[k,n] in float32 by NumPy's BLAS, on one thread or more.

    benchmarks/sgemm_peer.py --shape=M,N,K [--threads=N] [--steps=N]

Debian's NumPy calls the system's libblas.so.3: OpenBLAS if libopenblas0-pthread
is installed, which --blas prints. Prints {work, engine, threads, seconds}.
"""

import argparse
import json
import os
import time

parser = argparse.ArgumentParser()
parser.add_argument("--shape", default="1024,1024,1024")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--blas", action="store_true", help="print which library it is")
options = parser.parse_args()
os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
import numpy as np  # noqa: E402, the library reads the environment when it is loaded

if options.blas:
    np.ones((2, 2), np.float32) @ np.ones((2, 2), np.float32)
    with open("/proc/self/maps") as maps:
        print(next((l.split()[-1] for l in maps if "blas" in l), "no BLAS"))
    raise SystemExit

m, n, k = (int(size) for size in options.shape.split(","))
rng = np.random.default_rng(1)
a, b = rng.random((m, k), np.float32), rng.random((k, n), np.float32)
c = np.empty((m, n), np.float32)
for _ in range(3):
    np.matmul(a, b, out=c)
seconds = []
for _ in range(options.steps):
    start = time.perf_counter()
    np.matmul(a, b, out=c)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"work": "gemm", "engine": "BLAS sgemm", "threads": options.threads,
                  "seconds": seconds}))
