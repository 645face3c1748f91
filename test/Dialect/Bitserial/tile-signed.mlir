// A signed filter: in panels as the machine multiplies them, with lists of the blocks that
// hold anything but zeros, once for all pieces of the image; then loops over the lists.

// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512vl,avx512bw,avx512vnni,amx-int8 vector-bits=512}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,MATRIX
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512vl,avx512bw,avx512vnni vector-bits=512}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,QUADS
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2,ssse3 vector-bits=256}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,WORDS
// RUN: sed 's/8, 8/8, 5/' %s | dorefa-opt --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2,ssse3 vector-bits=256}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,BYTES
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{vector-bits=256}))' \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512vl,avx512bw,avx512vnni,amx-int8 vector-bits=512}),dorefa-bufferize,convert-bitserial-tiles-to-vector)' \
// RUN:   | FileCheck %s --check-prefix=LOOPS

// CHECK-LABEL: func.func @signed
// CHECK: %[[PANELS:.*]] = bitserial.pack_panels
// MATRIX-SAME: {{.*}}#bitserial.form<matrix, bits = 8 x 8, bytes = 64, {{.*}}, drain = 16, unroll = 16, signed = true>
// QUADS-SAME: {{.*}}#bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 2 x 8, drain = 16, unroll = 2, signed = true>
// WORDS-SAME: {{.*}}#bitserial.form<words, bits = 8 x 8, bytes = 32, tile = 2 x 5, drain = 96, unroll = 2, signed = true>
// Pairs of products fit into 16 bits, and four sums of them.
// BYTES-SAME: {{.*}}#bitserial.form<bytes, bits = 8 x 5, bytes = 32, tile = 2 x 5, drain = 4, unroll = 4, signed = true>
// Blocks of 64 codes of 32 filters, with narrow vectors of more of 16: as many as
// divide a segment of 48 words.
// CHECK: %[[LISTS:.*]] = bitserial.list_blocks ins(%[[PANELS]]
// MATRIX-SAME: {chunk = 144 : i64, {{.*}} -> tensor<1x3x1x10xi32>
// QUADS-SAME: {chunk = 144 : i64, {{.*}} -> tensor<1x3x1x10xi32>
// WORDS-SAME: {chunk = 288 : i64, {{.*}} -> tensor<1x6x1x4xi32>
// BYTES-SAME: {chunk = 144 : i64, {{.*}} -> tensor<1x6x1x4xi32>
// CHECK: scf.forall
// CHECK: %[[ROWS:.*]] = bitserial.pack_rows
// CHECK: bitserial.tile_product ins(%[[ROWS]], %[[PANELS]] : {{.*}}) kept(%[[LISTS]] :
// Loops over words do.
// NONE: bitserial.conv2d

// A block is kept if any of its bytes is not zero.
// LOOPS-LABEL: func.func @signed
// LOOPS: %[[KEPT:.*]] = memref.alloc() {{.*}} : memref<{{.*}}xi32>
// LOOPS: %[[ANY:.*]] = arith.ori %{{.*}}, %{{.*}} : vector<64xi8>
// LOOPS: arith.cmpi ne, %{{.*}}, %{{.*}} : vector<64xi8>
// LOOPS-NEXT: %[[IS_KEPT:.*]] = vector.reduction <or>
// LOOPS-NEXT: arith.select %[[IS_KEPT]]
// LOOPS: %[[COUNT:.*]] = memref.load %[[KEPT]]
// LOOPS: arith.index_cast %[[COUNT]]
// LOOPS: scf.for
// LOOPS: memref.load %[[KEPT]]
// LOOPS: llvm.call_intrinsic "llvm.x86.tdpbusd"
func.func @signed(%a: tensor<2x10x10x1x16x1xi32>, %w: tensor<1x3x3x16x1x96xi32>, %s: tensor<2x8x8x1x96xi32>) -> tensor<2x8x8x1x96xi32> {
  %c = bitserial.conv2d ins(%a, %w : tensor<2x10x10x1x16x1xi32>, tensor<1x3x3x16x1x96xi32>) outs(%s : tensor<2x8x8x1x96xi32>)
      {byte_bits = array<i64: 8, 8>, rhs_signed, strategy = #bitserial.strategy<integer>} -> tensor<2x8x8x1x96xi32>
  return %c : tensor<2x8x8x1x96xi32>
}
