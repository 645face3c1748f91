# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""GPU kernels, run by the emulator, against the reference and the model: whole
training steps, layers, all pairs of bits, the ops of training, quantizers;
kernels of sm_80, and those of sm_90a whose tensor cores read shared memory.
Threads run in order in some programs, in reverse or shuffled in others."""

from dataclasses import replace
from itertools import cycle

import pytest
from harness import REFERENCE, Options
from test_layer_chain import CHAINS
from test_pairs import PROGRAMS as PAIRS
from test_quantizer_ops import ACTIVATIONS, GRADIENTS, WEIGHTS
from test_steps import PROGRAMS as STEPS
from test_steps import UPDATE
from test_steps import GRADIENTS as STEP_RUNS
from test_steps import UPDATES as UPDATE_RUNS
from test_training_ops import PROGRAMS as TRAINING_OPS

EMULATOR = Options("gpu-emulator")
REVERSED = Options("gpu-emulator", order="reversed")
SHUFFLED = Options("gpu-emulator", order="shuffled")
WARPGROUPS = Options("gpu-emulator:sm_90a", order="shuffled", kernels="warpgroup")


@pytest.mark.parametrize(
    "program, runs",
    [(program, (REFERENCE, SHUFFLED)) for program in (ACTIVATIONS, WEIGHTS, GRADIENTS)]
    + [
        (program, (REFERENCE, REVERSED))
        for program in TRAINING_OPS
        if program.name != "pools of codes"  # as those of bytes, and slow
    ]
    + [(CHAINS, (REFERENCE, EMULATOR))],
    ids=str,
)
def test_ops(machine, program, runs):
    machine.check(program, runs)


@pytest.mark.parametrize(
    "program, runs",
    [
        (
            program,
            # Convolutions as the cost model says: bits or bytes on tensor cores.
            # Linear layers of one or two samples: threads that count bits.
            (REFERENCE, replace(order, strategy=strategy)),
        )
        for program, order in zip(PAIRS, cycle((EMULATOR, REVERSED, SHUFFLED)))
        for strategy in ["auto" if "conv2d" in program.name else "popcount"]
    ],
    ids=str,
)
def test_pairs(machine, program, runs):
    machine.check(program, runs)


def with_passes(options, runs):
    return runs[0], replace(options, passes=runs[0].passes)


@pytest.mark.parametrize(
    "program, runs",
    [
        # Pairs with few planes as bits, the others as bytes.
        (program, (REFERENCE, WARPGROUPS))
        for program in PAIRS
        if program.name in ("conv2d 2 bits", "linear 1 bits")
    ]
    + [(STEPS[0], with_passes(replace(WARPGROUPS, kernels=None), STEP_RUNS))],
    ids=str,
)
def test_warpgroups(machine, program, runs):
    machine.check(program, runs)


@pytest.mark.parametrize(
    "program, runs",
    [(STEPS[0], with_passes(EMULATOR, STEP_RUNS))]
    + [
        (program, with_passes(SHUFFLED, STEP_RUNS))
        for program in STEPS
        if program.name in ("gradients, with_dropout", "gradients, without_norms")
    ]
    + [(UPDATE, with_passes(REVERSED, UPDATE_RUNS))],
    ids=str,
)
def test_steps(machine, program, runs):
    machine.check(program, runs)
