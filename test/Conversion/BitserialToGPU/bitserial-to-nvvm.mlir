// RUN: dorefa-opt --convert-bitserial-to-nvvm %s | FileCheck %s

// All in one piece of text, so that nothing comes between. Sums are outputs, and
// inputs in the same registers; descriptors count in units of 16 bytes.
// CHECK-LABEL: @bits
llvm.func @bits(%a: i64, %b: i64, %s: i32) -> i32 {
  // CHECK: %[[R:.*]] = llvm.inline_asm has_side_effects asm_dialect = att
  // CHECK-SAME: "{\0A.reg .pred p; .reg .b64 a, b;\0Asetp.ne.b32 p, 1, 0;\0Awgmma.fence.sync.aligned;\0A
  // CHECK-SAME: add.s64 a, $8, 0; add.s64 b, $9, 0;\0Awgmma.mma_async.sync.aligned.m64n8k256.s32.b1.b1.and.popc {$0, $1, $2, $3}, a, b, p;\0A
  // CHECK-SAME: add.s64 a, $8, 256; add.s64 b, $9, 0;\0Awgmma.mma_async.sync.aligned.m64n8k256.s32.b1.b1.and.popc {$4, $5, $6, $7}, a, b, p;\0A
  // CHECK-SAME: add.s64 a, $8, 128; add.s64 b, $9, 16;\0Awgmma.mma_async.sync.aligned.m64n8k256.s32.b1.b1.and.popc {$0, $1, $2, $3}, a, b, p;\0A
  // CHECK-SAME: add.s64 a, $8, 384; add.s64 b, $9, 16;\0Awgmma.mma_async.sync.aligned.m64n8k256.s32.b1.b1.and.popc {$4, $5, $6, $7}, a, b, p;\0A
  // CHECK-SAME: wgmma.commit_group.sync.aligned;\0Awgmma.wait_group.sync.aligned 0;\0A}"
  // CHECK-SAME: "=r,=r,=r,=r,=r,=r,=r,=r,l,l,0,1,2,3,4,5,6,7,~{memory}" %arg0, %arg1, %arg2,
  %r:8 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s, %s, %s, %s, %s)
      {columns = 8 : i64, steps = 2 : i64, planes = array<i64: 2, 1>, lhs_strides = array<i64: 2048, 4096>, rhs_strides = array<i64: 256, 512>}
  // CHECK: %[[LAST:.*]] = llvm.extractvalue %[[R]][7]
  // CHECK: llvm.return %[[LAST]]
  llvm.return %r#7 : i32
}

// CHECK-LABEL: @bytes
// CHECK: wgmma.mma_async.sync.aligned.m64n8k32.s32.u8.u8 {$0, $1, $2, $3}, a, b, p;
llvm.func @bytes(%a: i64, %b: i64, %s: i32) -> i32 {
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {bytes, columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  llvm.return %r#0 : i32
}
