# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One child process: its output, its time, its peak of memory."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass

# Linux counts the memory of whoever starts a process into the peak of what is
# started. A small process of its own starts it, so that the peak is its own.
_START = """
import json, os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
with os.fdopen(int(sys.argv[1]), "w") as report:
    json.dump([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss], report)
"""


class Failed(Exception):
    """A child process ended with another status than 0."""

    def __init__(self, command, status, message):
        super().__init__(f"exit status {status}: {' '.join(command)}\n{message}")
        self.status, self.message = status, message


@dataclass
class Finished:
    stdout: str
    seconds: float  # of the whole process
    bytes_peak: int  # the most memory that was resident at once


def run(command, env=None):
    """Runs a command to its end; getrusage(2) tells the peak of memory, the same
    way for whatever runs. Output goes through files: nobody waits for a pipe."""
    files = [tempfile.TemporaryFile("w+") for _ in range(3)]
    out, err, report = files
    try:
        number = report.fileno()
        subprocess.run([sys.executable, "-S", "-E", "-c", _START, str(number), *command],
                       stdout=out, stderr=err, env=env, pass_fds=[number])
        for file in files:
            file.seek(0)
        told = report.read()
        if not told:
            raise OSError(f"cannot start {command[0]}: {err.read().strip()}")
        status, seconds, kilobytes = json.loads(told)
        if status:
            raise Failed(command, status, err.read().strip())
        return Finished(out.read(), seconds, kilobytes * 1024)
    finally:
        for file in files:
            file.close()
