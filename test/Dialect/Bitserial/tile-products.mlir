// Products by lookup: panels and rows are packed, a tile multiplies them; then loops over vectors.

// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2 vector-bits=256}))' | FileCheck %s
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2 vector-bits=256}),dorefa-bufferize,convert-bitserial-tiles-to-vector)' \
// RUN:   | FileCheck %s --check-prefix=LOOPS

// CHECK-LABEL: func.func @lookup
// CHECK: %[[PANELS:.*]] = bitserial.pack_panels {{.*}}#bitserial.form<lookup, bits = 2 x 1
// CHECK: scf.forall
// CHECK: %[[ROWS:.*]] = bitserial.pack_rows
// CHECK: bitserial.tile_product ins(%[[ROWS]], %[[PANELS]]

// A tile of three rows and two vectors; bytes are drained into wider sums behind the inner loop.
// LOOPS-LABEL: func.func @lookup
// LOOPS: scf.for {{.*}} step %c2{{.*}} iter_args
// LOOPS-COUNT-6: bitserial.byte_lookup {{.*}} : vector<32xi8>
// LOOPS-NOT: bitserial.tile_product
func.func @lookup(%a: tensor<6x2x2xi32>, %w: tensor<2x1x64xi32>, %s: tensor<6x64xi32>) -> tensor<6x64xi32> {
  %c = bitserial.matmul ins(%a, %w : tensor<6x2x2xi32>, tensor<2x1x64xi32>) outs(%s : tensor<6x64xi32>)
      {strategy = #bitserial.strategy<lookup>} -> tensor<6x64xi32>
  return %c : tensor<6x64xi32>
}
