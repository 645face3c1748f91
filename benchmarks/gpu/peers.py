# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What others reach on the same GPU: int8 products of cuBLASLt, and bfloat16
ones, through PyTorch. Says so where there is none."""

import sys
import time


def measure(torch, call):
    for _ in range(3):
        call()
    torch.cuda.synchronize()
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(10):
            call()
        torch.cuda.synchronize()
        rounds.append((time.perf_counter() - start) / 10)
    return sorted(rounds)[2]


def main():
    try:
        import torch
    except ImportError:
        print("cuBLASLt and bfloat16: no PyTorch here")
        return
    if not torch.cuda.is_available():
        print("cuBLASLt and bfloat16: PyTorch sees no GPU")
        return
    for size in (4096, 8192):
        a = torch.randint(-128, 127, (size, size), dtype=torch.int8, device="cuda")
        b = torch.randint(-128, 127, (size, size), dtype=torch.int8, device="cuda").t()
        x, y = a.bfloat16(), b.bfloat16()
        for name, call in (("cuBLASLt int8", lambda: torch._int_mm(a, b)), ("bfloat16", lambda: x @ y)):
            tops = 2 * size**3 / measure(torch, call) * 1e-12
            print(f"{f'{size}^3':24} {name:12}        {tops:14.3f}")


if __name__ == "__main__":
    sys.exit(main())
