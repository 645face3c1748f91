# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""interrupt.py SIGNAL METRICS COMMAND...: sends the signal after the first epoch.

Fails unless the command then dies of that signal.
"""

import os
import signal
import subprocess
import sys
import time

number = getattr(signal, sys.argv[1])
process = subprocess.Popen(sys.argv[3:], stdout=subprocess.DEVNULL)
while process.poll() is None:
    if os.path.exists(sys.argv[2]) and os.path.getsize(sys.argv[2]) > 0:
        process.send_signal(number)
        break
    time.sleep(0.001)
status = process.wait()
if status != -number:
    sys.exit(f"exit status {status}, expected {-number}")
