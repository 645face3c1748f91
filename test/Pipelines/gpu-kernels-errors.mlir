// A strategy, or kernels, that GPUs do not have.

// RUN: not dorefa-opt %s --dorefa-to-nvvm="strategy=lookup" 2>&1 | FileCheck %s --check-prefix=LOOKUP
// RUN: not dorefa-opt %s --dorefa-to-gpu-emulator="strategy=lookup" 2>&1 | FileCheck %s --check-prefix=LOOKUP
// LOOKUP: error: strategy 'lookup' is of CPUs, and kernels are for 'sm_80'; expected auto, popcount, integer, shift or float

// RUN: not dorefa-opt %s --dorefa-to-nvvm="kernels=quick" 2>&1 | FileCheck %s --check-prefix=KERNELS
// KERNELS: error: unknown strategy 'quick' of GPU kernels; expected auto, loop, tensor or warpgroup

// What the least of the chips cannot run.
// RUN: not dorefa-opt %s --dorefa-to-nvvm="chip=sm_90a,sm_90 kernels=warpgroup" 2>&1 | FileCheck %s --check-prefix=WARPGROUP
// WARPGROUP: error: 'sm_90' has no products of warpgroups; they are there on sm_90a

module {}
