# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Processors to compile for, of which this machine may not be one."""

from pathlib import Path

import pytest

CPUINFO = Path("/proc/cpuinfo")
# Words of /proc/cpuinfo without which code for a processor does not run here.
NEEDED = {
    "x86-64": set(),
    "x86-64-v2": {"ssse3", "sse4_2", "popcnt"},
    "x86-64-v3": {"avx2", "bmi2", "fma"},
    "x86-64-v4": {"avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"},
    "cascadelake": {"GenuineIntel", "avx512_vnni"},
}


def param(name, *values, **options):
    """pytest.param of a test on code for a processor; skipped where it can't run."""
    has = set(CPUINFO.read_text().split()) if CPUINFO.exists() else set()
    lacks = ", ".join(sorted(NEEDED[name] - has))
    marks = [pytest.mark.skip(reason=f"code for {name} needs {lacks}")] if lacks else []
    return pytest.param(*values, marks=marks, **options)
