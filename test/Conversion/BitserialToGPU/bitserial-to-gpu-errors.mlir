// RUN: not dorefa-opt --convert-bitserial-to-gpu=strategy=quick %s 2>&1 | FileCheck %s --check-prefix=STRATEGY
// RUN: not dorefa-opt --convert-bitserial-to-gpu="chip=sm_75 strategy=tensor" %s 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not dorefa-opt --convert-bitserial-to-gpu="chip=gfx942 strategy=tensor" %s 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not dorefa-opt --convert-bitserial-to-gpu="chip=sm_90 strategy=warpgroup" %s 2>&1 | FileCheck %s --check-prefix=WARPGROUP
// RUN: not dorefa-opt --convert-bitserial-to-gpu %s 2>&1 | FileCheck %s --check-prefix=SIGNED

// STRATEGY: error: unknown strategy 'quick' of GPU kernels; expected auto, loop, tensor or warpgroup
// CHIP: error: 'sm_75' has no tensor cores for bits and bytes; they are there from sm_80
// OTHER: error: 'gfx942' has no tensor cores for bits and bytes; they are there from sm_80
// WARPGROUP: error: 'sm_90' has no products of warpgroups; they are there on sm_90a

// SIGNED: error: 'bitserial.conv2d' op has no kernel for signed bytes on a GPU
func.func @signed(%a: memref<1x8x8x1x2x1xi32>, %w: memref<1x3x3x2x1x16xi32>, %acc: memref<1x6x6x1x16xi32>) {
  bitserial.conv2d ins(%a, %w : memref<1x8x8x1x2x1xi32>, memref<1x3x3x2x1x16xi32>) outs(%acc : memref<1x6x6x1x16xi32>)
      {byte_bits = array<i64: 8, 8>, rhs_signed}
  return
}
