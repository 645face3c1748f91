# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One child process: its output, its time, its peak of memory."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass


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
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, env=env)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise Failed(command, child.returncode, err.read().strip())
        return Finished(out.read(), seconds, usage.ru_maxrss * 1024)
