# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the examples in .td files parse and verify.

    td-examples.py OPT TD...

An example is a block marked `mlir` in a description: a few ops whose operands
come from nowhere. Each becomes a function whose arguments are those operands.
Their types are found by asking: a wrong type makes OPT name the one that it
expects. A block that holds a function, a module or only types is taken as it
is (types in the signature of a function).
"""

import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^( *)```mlir\n(.*?)^ *```", re.M | re.S)
UNKNOWN = "none"
EXPECTED = re.compile(
    r"use of value '(%\w+)' expects different type than prior uses: '(.*?)' vs '" + UNKNOWN + "'")


def examples(path):
    """Yields (line, text) of each block."""
    text = path.read_text()
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(2)


def free_values(text):
    """Values that are used but not defined, in order of use."""
    code = re.sub(r"//.*", "", text)
    defined = set(re.findall(r"%\w+", " ".join(re.findall(
        r"^\s*((?:%\w+(?::\d+)?(?:, )?)+) =", code, re.M))))
    defined |= set(re.findall(r"(%\w+)\s*:", " ".join(re.findall(r"\^\w+\((.*?)\)", code))))
    used = list(dict.fromkeys(re.findall(r"%\w+", code)))
    return [value for value in used if value not in defined]


def wrap(text, types):
    if re.search(r"^\s*(func\.func|module|builtin\.module|transform\.)", text, re.M):
        return text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if all(re.match(r"(tensor|memref|vector|!)", line) for line in lines):
        return f"func.func private @example({', '.join(lines)})\n"
    arguments = ", ".join(f"{value}: {type}" for value, type in types.items())
    return f"func.func @example({arguments}) {{\n{text}\n  return\n}}\n"


def check(opt, text):
    """None, or what OPT says to the example."""
    types = {value: UNKNOWN for value in free_values(text)}
    for _ in range(len(types) + 1):
        run = subprocess.run([opt, "--allow-unregistered-dialect"], input=wrap(text, types),
                             capture_output=True, text=True)
        if run.returncode == 0:
            return None
        expected = EXPECTED.search(run.stderr)
        if not expected or expected.group(1) not in types:
            return run.stderr
        types[expected.group(1)] = expected.group(2)
    return run.stderr


def main():
    opt, *files = sys.argv[1:]
    count = failures = 0
    for path in map(Path, files):
        for line, text in examples(path):
            count += 1
            message = check(opt, text)
            if message:
                failures += 1
                print(f"{path}:{line}: the example does not parse:\n{message}")
    print(f"{count} examples, {failures} failed")
    sys.exit(1 if failures or not count else 0)


if __name__ == "__main__":
    main()
