# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The machine that the tests share; see harness.py."""

import os
from pathlib import Path

import pytest
from harness import BOTH, Machine


@pytest.fixture(scope="session")
def machine(request, tmp_path_factory):
    root = Path(__file__).resolve().parents[3]
    build = Path(os.environ.get("DOREFA_BUILD_DIR", root / "build"))
    if not (build / "bin" / "dorefa-run").exists():
        pytest.skip(f"{build / 'bin' / 'dorefa-run'} is not built")
    machine = Machine(build / "bin", tmp_path_factory.mktemp("agreement"))
    # All programs start now, in the order of their tests.
    for item in request.session.items:
        parameters = getattr(item, "callspec", None)
        if parameters and "program" in parameters.params:
            for options in parameters.params.get("runs", BOTH):
                machine.submit(parameters.params["program"], options)
    yield machine
    machine.close()
