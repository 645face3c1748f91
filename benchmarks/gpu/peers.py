# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What others reach on the same GPU, through PyTorch: int8 products of cuBLASLt,
bfloat16 ones, and images a second of the training step of SVHN A in float32 and
bfloat16. Says so where there is none.

    peers.py [--batch=128]
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

# Beside this file where it was packed, else in benchmarks/programs.
PROGRAM = next(path for path in (Path(__file__).with_name("pytorch.py"),
                                 Path(__file__).parents[1] / "programs" / "pytorch.py") if path.exists())


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


def train(batch):
    for dtype in ("float32", "bfloat16"):
        done = subprocess.run([sys.executable, PROGRAM, "svhn-a", "--device=cuda", f"--dtype={dtype}",
                               f"--batch={batch}", "--steps=30"], capture_output=True, text=True)
        if done.returncode != 0:
            print(f"training svhn-a, {dtype}: PyTorch failed: {done.stderr.strip().splitlines()[-1]}")
            continue
        seconds = statistics.median(json.loads(done.stdout)["seconds"])
        print(f"{'training svhn-a':24} {f'PyTorch, batch {batch}':20} {dtype:8} {batch / seconds:12.0f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=128)
    batch = parser.parse_args().batch
    try:
        import torch
    except ImportError:
        print("cuBLASLt, bfloat16 and training: no PyTorch here")
        return
    if not torch.cuda.is_available():
        print("cuBLASLt, bfloat16 and training: PyTorch sees no GPU")
        return
    for size in (4096, 8192):
        a = torch.randint(-128, 127, (size, size), dtype=torch.int8, device="cuda")
        b = torch.randint(-128, 127, (size, size), dtype=torch.int8, device="cuda").t()
        x, y = a.bfloat16(), b.bfloat16()
        for name, call in (("cuBLASLt int8", lambda: torch._int_mm(a, b)), ("bfloat16", lambda: x @ y)):
            tops = 2 * size**3 / measure(torch, call) * 1e-12
            print(f"{f'{size}^3':24} {name:20} {'':8} {tops:12.3f}")
    train(batch)


if __name__ == "__main__":
    sys.exit(main())
