# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs kernels of the gpu dialect on the emulator."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

class Emulator:
    """`dorefa-run exec --target=gpu-emulator` in a folder of its own."""

    def __init__(self, tool, folder):
        self.tool, self.folder = tool, folder

    def run(self, text, arguments, order="forward", threads=2, strategy=None):
        """Calls @main of a module; its results, or the text of the error."""
        file = self.folder / "kernel.mlir"
        file.write_text(text)
        out = self.folder / "out"
        command = [
            self.tool,
            "exec",
            file,
            "--entry=main",
            f"--out={out}",
            "--target=gpu-emulator",
            f"--thread-order={order}",
            f"--threads={threads}",
        ]
        for i, argument in enumerate(arguments):
            np.save(self.folder / f"a{i}.npy", argument)
            command.append(f"--arg={self.folder / f'a{i}.npy'}")
        done = subprocess.run(
            [str(word) for word in command],
            env={**os.environ, "DOREFA_CACHE_DIR": str(self.folder / "cache")},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            # A message and status 1: never a signal.
            assert done.returncode == 1, done.stderr
            return done.stderr
        count = len(list(out.glob("result*.npy")))
        return [np.load(out / f"result{i}.npy") for i in range(count)]


@pytest.fixture
def emulator(tmp_path):
    root = Path(__file__).resolve().parents[3]
    build = Path(os.environ.get("DOREFA_BUILD_DIR", root / "build"))
    tool = build / "bin" / "dorefa-run"
    if not tool.exists():
        pytest.skip(f"{tool} is not built")
    return Emulator(tool, tmp_path)
