# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""kill.py CHECKPOINT COMMAND...: runs the command and kills it (SIGKILL) at an
arbitrary moment after its second checkpoint. Fails unless it was killed."""

import os
import signal
import subprocess
import sys
import time

process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL)
versions = set()
while process.poll() is None and len(versions) < 2:
    if os.path.exists(sys.argv[1]):
        versions.add(os.stat(sys.argv[1]).st_ino)
    time.sleep(0.0005)
time.sleep(0.013)
process.send_signal(signal.SIGKILL)
status = process.wait()
if status != -signal.SIGKILL:
    sys.exit(f"exit status {status}: the run ended before it was killed")
