# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command and checks its exit status: expect-status.py STATUS COMMAND...

Both output streams go to the standard output, for FileCheck.
"""

import subprocess
import sys

expected = int(sys.argv[1])
done = subprocess.run(
    sys.argv[2:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
)
print(done.stdout, end="")
if done.returncode != expected:
    sys.exit(f"exit status {done.returncode}, expected {expected}: {sys.argv[2:]}")
