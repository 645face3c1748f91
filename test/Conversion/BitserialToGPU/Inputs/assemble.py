# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Assembles the kernels of a module that gpu-module-to-binary=format=isa made.

    assemble.py --chip=sm_80 [--instructions] < module.mlir

prints what ptxas says of each kernel: its registers, bytes spilled and bytes of
shared memory; with --instructions also how often each instruction is there that
counts bits or runs on tensor cores.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

INSTRUCTIONS = re.compile(r"\b((?:BMMA|BGMMA|IMMA|IGMMA|POPC|LDGSTS)[.\w]*)")


def ptx_of(text):
    """The texts in the attributes `assembly = "..."`, unescaped."""
    for match in re.finditer(r'"((?:[^"\\]|\\.)*\.version(?:[^"\\]|\\.)*)"', text):
        raw = match.group(1)
        yield re.sub(r"\\([0-9A-Fa-f]{2}|.)",
                     lambda m: chr(int(m.group(1), 16)) if len(m.group(1)) == 2
                     else {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)),
                     raw).rstrip("\0")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def describe(log):
    """A line for each kernel of ptxas -v."""
    name = spilled = None
    for line in log.splitlines():
        if match := re.search(r"Compiling entry function '(\S+)'", line):
            name = match.group(1)
        elif match := re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", line):
            spilled = int(match.group(1)) + int(match.group(2))
        elif match := re.search(r"Used (\d+) registers", line):
            shared = re.search(r"(\d+) bytes smem", line)
            yield (f"{name}: {match.group(1)} registers, {spilled} bytes spilled, "
                   f"{shared.group(1) if shared else 0} bytes shared")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--chip", required=True)
    parser.add_argument("--instructions", action="store_true")
    options = parser.parse_args()
    modules = list(ptx_of(sys.stdin.read()))
    if not modules:
        sys.exit("no PTX in the module")
    for ptx in modules:
        with tempfile.TemporaryDirectory() as folder:
            source, cubin = Path(folder, "kernel.ptx"), Path(folder, "kernel.cubin")
            source.write_text(ptx)
            log = run("ptxas", "-v", f"-arch={options.chip}", str(source), "-o", str(cubin))
            for line in describe(log):
                print(line)
            if options.instructions:
                sass = run("cuobjdump", "-sass", str(cubin))
                for name, count in sorted(Counter(INSTRUCTIONS.findall(sass)).items()):
                    print(f"  {name} {count}")


if __name__ == "__main__":
    main()
