# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the dorefa passes and pipelines that pages name in `backquotes`.

With --known=FILE (the output of dorefa-opt --help) fails for a name that is
not in there.
"""

import re
import sys
from pathlib import Path

known = [a.split("=", 1)[1] for a in sys.argv[1:] if a.startswith("--known=")]
pages = []
for argument in sys.argv[1:]:
    if not argument.startswith("--"):
        path = Path(argument)
        pages += sorted(path.glob("*.md")) if path.is_dir() else [path]
PASS = re.compile(r"`(--(?:dorefa|convert|bitserial)-[a-z-]+)")
options = set(re.findall(r"^\s+(--[a-z0-9-]+)", Path(known[0]).read_text(), re.M)) if known else None
missing = 0
for page in pages:
    for name in PASS.findall(page.read_text()):
        if options is None:
            print(name)
        elif name not in options:
            print(f"{page}: dorefa-opt has no pass or pipeline {name}", file=sys.stderr)
            missing += 1
sys.exit(1 if missing else 0)
