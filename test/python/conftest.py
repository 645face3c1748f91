# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds the packages in the source tree: dorefa when it is not installed, benchmarks."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT)]
