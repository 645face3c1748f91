// RUN: dorefa-opt %s --convert-linalg-to-vector-loops=explain --split-input-file --verify-diagnostics -o /dev/null
// RUN: dorefa-opt %s --convert-linalg-to-vector-loops="vector-bits=512 parallel=false" --split-input-file | FileCheck %s
// RUN: not dorefa-opt %s --convert-linalg-to-vector-loops=vector-bits=64 2>&1 | FileCheck %s --check-prefix=BITS

// BITS: error: vector-bits must be 128, 256 or 512, not 64

// CHECK-LABEL: func.func @rows
//   CHECK-NOT: scf.parallel
//       CHECK: vector<16xf32>
func.func @rows(%x: memref<?x512xf32>, %y: memref<?x512xf32>) {
  // expected-remark @+1 {{8 lanes along loop 1; parallel 0/1, outer 1/32, inner}}
  linalg.exp ins(%x : memref<?x512xf32>) outs(%y : memref<?x512xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @product
func.func @product(%a: memref<600x1024xf32>, %b: memref<1024x512xf32>, %c: memref<600x512xf32>) {
  // expected-remark @+1 {{8 lanes along loop 1; parallel 1/16, outer 2/512 0/6, inner 2/1; operand 1 packed inside 2 loops}}
  linalg.matmul ins(%a, %b : memref<600x1024xf32>, memref<1024x512xf32>) outs(%c : memref<600x512xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @sums
func.func @sums(%x: memref<?x14x14x64xf32>, %s: memref<64xf32>) {
  // expected-remark @+1 {{8 lanes along loop 1; parallel 1/64, outer, inner 0/1; loop 0 split in parts}}
  linalg.reduce { arith.addf } ins(%x : memref<?x14x14x64xf32>) outs(%s : memref<64xf32>) dimensions = [0, 1, 2]
  return
}
