# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What others reach on the same GPU, through PyTorch: int8 products of cuBLASLt
and bfloat16 ones; images a second of the training step of SVHN A in float32 and
bfloat16.

    peers.py products|training [--batch=128]

Exit status: 0 all was measured, 1 something failed, 3 there is no PyTorch with a
GPU.
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


def multiply(torch):
    for size in (4096, 8192):
        a = torch.randint(-128, 127, (size, size), dtype=torch.int8, device="cuda")
        b = torch.randint(-128, 127, (size, size), dtype=torch.int8, device="cuda").t()
        x, y = a.bfloat16(), b.bfloat16()
        for name, call in (("cuBLASLt int8", lambda: torch._int_mm(a, b)), ("bfloat16", lambda: x @ y)):
            tops = 2 * size**3 / measure(torch, call) * 1e-12
            print(f"{f'{size}^3':24} {name:20} {'':8} {tops:12.3f}", flush=True)
    return 0


def train(batch):
    """1 if it fails in one of the formats."""
    failed = 0
    for dtype in ("float32", "bfloat16"):
        done = subprocess.run([sys.executable, PROGRAM, "svhn-a", "--device=cuda", f"--dtype={dtype}",
                               f"--batch={batch}", "--steps=30"], capture_output=True, text=True)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or ["no message"]
            print(f"training svhn-a, {dtype}: PyTorch failed: {lines[-1]}", file=sys.stderr)
            failed = 1
            continue
        seconds = statistics.median(json.loads(done.stdout)["seconds"])
        print(f"{'training svhn-a':24} {f'PyTorch, batch {batch}':20} {dtype:8} {batch / seconds:12.0f}", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["products", "training"])
    parser.add_argument("--batch", type=int, default=128)
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("no PyTorch here", file=sys.stderr)
        return 3
    if not torch.cuda.is_available():
        print("PyTorch sees no GPU", file=sys.stderr)
        return 3
    return multiply(torch) if options.work == "products" else train(options.batch)


if __name__ == "__main__":
    sys.exit(main())
