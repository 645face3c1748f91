# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds the package in the source tree when it is not installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))
