// RUN: not dorefa-opt --convert-bitserial-to-gpu=strategy=quick %s 2>&1 | FileCheck %s --check-prefix=STRATEGY
// RUN: not dorefa-opt --convert-bitserial-to-gpu="chip=sm_75 strategy=tensor" %s 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not dorefa-opt --convert-bitserial-to-gpu="chip=gfx942 strategy=tensor" %s 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not dorefa-opt --convert-bitserial-to-gpu="chip=sm_90 strategy=warpgroup" %s 2>&1 | FileCheck %s --check-prefix=WARPGROUP

// STRATEGY: error: unknown strategy 'quick' of GPU kernels; expected auto, loop, tensor or warpgroup
// CHIP: error: 'sm_75' has no tensor cores for bits and bytes; they are there from sm_80
// OTHER: error: 'gfx942' has no tensor cores for bits and bytes; they are there from sm_80
// WARPGROUP: error: 'sm_90' has no products of warpgroups; they are there on sm_90a
module {}
