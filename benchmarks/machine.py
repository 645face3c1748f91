# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the numbers were measured on."""

import os
import platform
import subprocess
from dataclasses import dataclass
from typing import Optional

FEATURES = ("avx2", "avx512_vpopcntdq", "avx512_vnni", "avx512_vbmi", "amx_int8", "asimddp")


@dataclass(frozen=True)
class Instructions:
    """What all engines may use: names of the same set of instructions."""

    cpu: str  # for compilers, --target and -march
    openblas: Optional[str] = None  # OPENBLAS_CORETYPE
    onednn: Optional[str] = None  # ONEDNN_MAX_CPU_ISA
    torch: Optional[str] = None  # ATEN_CPU_CAPABILITY


INSTRUCTIONS = {
    "all": Instructions("host"),
    "avx2": Instructions("haswell", "Haswell", "AVX2", "avx2"),
}


def read():
    """(name, flags) of the first processor."""
    name, flags = platform.machine(), set()
    with open("/proc/cpuinfo") as info:
        for line in info:
            key, _, value = line.partition(":")
            if key.strip() == "model name" and not flags:
                name = value.strip()
            elif key.strip() in ("flags", "Features") and not flags:
                flags = set(value.split())
    return name, flags


def describe(opt):
    """The machine and the compiler, in one line."""
    name, flags = read()
    known = [feature for feature in FEATURES if feature in flags]
    out = subprocess.run([opt, "--version"], stdout=subprocess.PIPE, text=True, check=True)
    version = next(line.strip() for line in out.stdout.splitlines() if "version" in line)
    return f"{name}, {os.cpu_count()} cores, {' '.join(known)}; {version}"
