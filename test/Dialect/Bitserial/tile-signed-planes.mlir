// A signed filter of planes: the last one counts negative, in the kernels of each machine,
// whose blocks of zeros are listed. Loops over words take it where there is none.

// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512bw,avx512vpopcntdq vector-bits=512}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,COUNTS
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2,ssse3 vector-bits=256}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,NIBBLES
// RUN: sed 's/popcount/lookup/' %s | dorefa-opt --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512bw vector-bits=512}))' \
// RUN:   | FileCheck %s --check-prefixes=CHECK,LOOKUP
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512bw vector-bits=512}))' \
// RUN:   | FileCheck %s --check-prefix=NONE
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx512bw,avx512vpopcntdq vector-bits=512}),dorefa-bufferize,convert-bitserial-tiles-to-vector)' \
// RUN:   | FileCheck %s --check-prefix=LOOPS

// CHECK-LABEL: func.func @planes
// CHECK: %[[PANELS:.*]] = bitserial.pack_panels
// COUNTS-SAME: #bitserial.form<counts, bits = 1 x 2, bytes = 64, tile = 2 x 6, drain = 2, unroll = 2, signed = true>
// NIBBLES-SAME: #bitserial.form<nibbles, bits = 1 x 2, bytes = 32, tile = 2 x 2, drain = 12, unroll = 2, signed = true>
// LOOKUP-SAME: #bitserial.form<lookup, bits = 1 x 2, bytes = 64, tile = 2 x 4, drain = 16, unroll = 2, signed = true>
// CHECK: %[[LISTS:.*]] = bitserial.list_blocks ins(%[[PANELS]]
// CHECK: bitserial.tile_product ins(%{{.*}}, %[[PANELS]] : {{.*}}) kept(%[[LISTS]] :
// NONE: bitserial.conv2d

// LOOPS: scf.for
// LOOPS: %[[ONE:.*]] = math.ctpop %{{.*}} : vector<16xi32>
// LOOPS-NEXT: arith.addi %{{.*}}, %[[ONE]] : vector<16xi32>
// LOOPS: %[[TWO:.*]] = math.ctpop %{{.*}} : vector<16xi32>
// LOOPS-NEXT: arith.subi %{{.*}}, %[[TWO]] : vector<16xi32>
func.func @planes(%a: tensor<2x10x10x1x2x1xi32>, %w: tensor<1x3x3x2x2x96xi32>, %s: tensor<2x8x8x1x96xi32>) -> tensor<2x8x8x1x96xi32> {
  %c = bitserial.conv2d ins(%a, %w : tensor<2x10x10x1x2x1xi32>, tensor<1x3x3x2x2x96xi32>) outs(%s : tensor<2x8x8x1x96xi32>)
      {rhs_signed, strategy = #bitserial.strategy<popcount>} -> tensor<2x8x8x1x96xi32>
  return %c : tensor<2x8x8x1x96xi32>
}
