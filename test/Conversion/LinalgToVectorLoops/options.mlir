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

// Ten columns are two pieces of five, twice as many chains of sums as an addition takes steps.
// CHECK-LABEL: func.func @few_columns
func.func @few_columns(%a: memref<128x512xf32>, %b: memref<10x512xf32>, %c: memref<128x10xf32>) {
  // expected-remark @+1 {{8 lanes along loop 2 (a reduction); parallel 1/5 0/2, outer, inner 2/8}}
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %b : memref<128x512xf32>, memref<10x512xf32>) outs(%c : memref<128x10xf32>)
  return
}

// -----

// CHECK-LABEL: func.func @sums
func.func @sums(%x: memref<?x14x14x64xf32>, %s: memref<64xf32>) {
  // expected-remark @+1 {{8 lanes along loop 1; parallel 1/64, outer, inner 0/1; loop 0 split in parts}}
  linalg.reduce { arith.addf } ins(%x : memref<?x14x14x64xf32>) outs(%s : memref<64xf32>) dimensions = [0, 1, 2]
  return
}

// -----

// The filter gradient of a convolution: three pieces of 16 filters around the batch are no equal
// shares of two threads.
#input = affine_map<(n, kh, kw, c, f, y, x) -> (n, y + kh, x + kw, c)>
#gradient = affine_map<(n, kh, kw, c, f, y, x) -> (n, y, x, f)>
#filter = affine_map<(n, kh, kw, c, f, y, x) -> (kh, kw, c, f)>
// CHECK-LABEL: func.func @few_pieces
func.func @few_pieces(%x: memref<128x40x40x3xf32>, %g: memref<128x36x36x48xf32>, %w: memref<5x5x3x48xf32>) {
  // expected-remark @+1 {{8 lanes along loop 3; parallel 1/5 3/16, outer 0/1 4/6 1/1 2/5, inner 4/1 5/1; operand 1 packed inside 4 loops, the next one read ahead; loop 0 split in parts}}
  linalg.generic {indexing_maps = [#input, #gradient, #filter], iterator_types = ["reduction", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %g : memref<128x40x40x3xf32>, memref<128x36x36x48xf32>) outs(%w : memref<5x5x3x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  }
  return
}
