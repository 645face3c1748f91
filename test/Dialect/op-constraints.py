# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that every numbered constraint of an op has a test of its error.

    op-constraints.py DIALECT TD... -- TEST...

An op's description numbers its constraints (C1), (C2) and so on; its verifier
cites the number, so a test that expects the error holds the words
`'DIALECT.op' op (C1)`. Where a trait checks a constraint with words of its own,
a comment in the test says so in the same form. Numbers that a test cites but
the description lacks are errors too.
"""

import re
import sys
from pathlib import Path

OP = re.compile(r'^def \w+\s*:\s*\w+<(?:\w+_Dialect,\s*)?"(\w+)"', re.M)
DESCRIPTION = re.compile(r"let description = \[\{(.*?)\}\];", re.S)
RANGE = re.compile(r"\(C(\d+)\) to \(C(\d+)\)")
NUMBER = re.compile(r"\(C(\d+)\)")
REFERENCE = re.compile(r"(`\w+`|as in \w+) \(C\d+\)")


def constraints(text):
    """Yields (op, set of constraint numbers) of a .td file."""
    starts = list(OP.finditer(text))
    for match, following in zip(starts, starts[1:] + [None]):
        body = text[match.end():following.start() if following else None]
        description = DESCRIPTION.search(body)
        _, found, listed = (description.group(1) if description else "").partition(
            "Constraints:")
        listed = REFERENCE.sub("", listed)
        numbers = {int(n) for n in NUMBER.findall(listed)}
        for first, last in RANGE.findall(listed):
            numbers.update(range(int(first), int(last) + 1))
        if found:
            yield match.group(1), numbers


def main():
    dialect, *files = sys.argv[1:]
    split = files.index("--")
    tests = "\n".join(Path(name).read_text() for name in files[split + 1:])
    tested = {(op, int(number)) for op, number in re.findall(
        rf"'{dialect}\.(\w+)' op \(C(\d+)\)", tests)}
    described = {(op, number) for name in files[:split]
                 for op, numbers in constraints(Path(name).read_text())
                 for number in numbers}
    for op, number in sorted(described - tested):
        print(f"{dialect}.{op} (C{number}): no test expects its error")
    for op, number in sorted(tested - described):
        print(f"{dialect}.{op} (C{number}): tested, but not described")
    if not described:
        print("no constraints found")
    print(f"{len(described)} constraints")
    sys.exit(0 if described and described == tested else 1)


if __name__ == "__main__":
    main()
