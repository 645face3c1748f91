// RUN: dorefa-opt %s --convert-linalg-to-vector-loops=warn-scalar --canonicalize --cse 2>&1 | FileCheck %s --implicit-check-not=warning --implicit-check-not=linalg.

// Twelve accumulators stay in registers; two vectors of the right operand and
// six scalars of the left one serve them all.
// CHECK-LABEL: func.func @matmul
//   CHECK-NOT:   scf.parallel
//       CHECK:   scf.for %{{.*}} = %c0 to %c12 step %c6
//       CHECK:     %[[SUMS:.*]]:12 = scf.for
// CHECK-COUNT-2:     vector.load
//   CHECK-NOT:       vector.load
//       CHECK:       scf.yield
// CHECK-COUNT-12:  vector.store %[[SUMS]]#
func.func @matmul(%a: memref<12x64xf32>, %b: memref<64x16xf32>, %c: memref<12x16xf32>) {
  linalg.matmul ins(%a, %b : memref<12x64xf32>, memref<64x16xf32>) outs(%c : memref<12x16xf32>)
  return
}

// The panel of 16 columns is copied side by side, for a block of the sum.
// CHECK-LABEL: func.func @packed
//       CHECK:   scf.parallel
//       CHECK:     %[[PANEL:.*]] = memref.alloc() {alignment = 64 : i64} : memref<8192xf32>
//       CHECK:     scf.for
//       CHECK:       scf.for
//       CHECK:         vector.store %{{.*}}, %[[PANEL]]
//       CHECK:       scf.for
//       CHECK:         %{{.*}}:12 = scf.for
//       CHECK:           vector.load %[[PANEL]]
// CHECK-COUNT-12:        math.fma
//       CHECK:     memref.dealloc %[[PANEL]]
func.func @packed(%a: memref<600x1024xf32>, %b: memref<1024x512xf32>, %c: memref<600x512xf32>) {
  linalg.matmul ins(%a, %b : memref<600x1024xf32>, memref<1024x512xf32>) outs(%c : memref<600x512xf32>)
  return
}

#window = affine_map<(n, kh, kw, c, f, y, x) -> (n, y + kh, x + kw, c)>
#gradient = affine_map<(n, kh, kw, c, f, y, x) -> (n, y, x, f)>
#filter = affine_map<(n, kh, kw, c, f, y, x) -> (kh, kw, c, f)>

// Fifteen tiles use a panel of six rows: each has its part of the next six fetched, 216 steps of
// a line, three for each of the 75 rows of a filter; behind the last panel, that itself.
// CHECK-LABEL: func.func @read_ahead
//  CHECK-SAME:     %{{[a-z0-9]+}}: memref<128x40x40x3xf32>, %[[G:[a-z0-9]+]]: memref<128x36x36x48xf32>
//   CHECK-DAG:   %[[LAST:.*]] = arith.constant 7952256 : index
//   CHECK-DAG:   %[[NEXT:.*]] = arith.constant 10368 : index
//   CHECK-DAG:   %[[STEPS:.*]] = arith.constant 216 : index
//   CHECK-DAG:   %[[STRIDE:.*]] = arith.constant 48 : index
//       CHECK:   memref.alloc() {alignment = 64 : i64} : memref<3456xf32>
//       CHECK:   %[[BEHIND:.*]] = arith.addi %{{.*}}, %[[NEXT]]
//       CHECK:   %[[START:.*]] = arith.minsi %[[BEHIND]], %{{.*}}
//       CHECK:   scf.for
//       CHECK:     vector.store %{{.*}} : memref<3456xf32>, vector<8xf32>
//       CHECK:   %[[END:.*]] = arith.minsi %{{.*}}, %[[STEPS]]
//       CHECK:   scf.for %[[STEP:.*]] = %{{.*}} to %[[END]]
//       CHECK:     %[[OFFSET:.*]] = arith.muli %[[STEP]], %[[STRIDE]]
//       CHECK:     %[[AT:.*]] = arith.addi %[[START]], %[[OFFSET]]
//       CHECK:     memref.prefetch %{{.*}}[%[[AT]]], read, locality<2>, data : memref<7962624xf32>
//       CHECK:   %{{.*}}:10 = scf.for
func.func @read_ahead(%x: memref<128x40x40x3xf32>, %g: memref<128x36x36x48xf32>, %w: memref<5x5x3x48xf32>) {
  linalg.generic {indexing_maps = [#window, #gradient, #filter], iterator_types = ["reduction", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %g : memref<128x40x40x3xf32>, memref<128x36x36x48xf32>) outs(%w : memref<5x5x3x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// Few images fit in a cache.
// CHECK-LABEL: func.func @held
//       CHECK:   memref.alloc()
//   CHECK-NOT:   memref.prefetch
//       CHECK:   return
func.func @held(%x: memref<2x40x40x3xf32>, %g: memref<2x36x36x48xf32>, %w: memref<5x5x3x48xf32>) {
  linalg.generic {indexing_maps = [#window, #gradient, #filter], iterator_types = ["reduction", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %g : memref<2x40x40x3xf32>, memref<2x36x36x48xf32>) outs(%w : memref<5x5x3x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

#rows = affine_map<(n, c) -> (n, c)>
#channels = affine_map<(n, c) -> (c)>

// A static remainder is a shorter vector, or a scalar.
// CHECK-LABEL: func.func @remainders
//   CHECK-NOT:   scf.parallel
// CHECK-COUNT-2: vector.store %{{.*}} : memref<?xf32>, vector<8xf32>
//       CHECK:   vector.store %{{.*}} : memref<?xf32>, vector<3xf32>
func.func @remainders(%x: memref<?x19xf32>, %s: memref<19xf32>, %y: memref<?x19xf32>) {
  linalg.generic {indexing_maps = [#rows, #channels, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : memref<?x19xf32>, memref<19xf32>) outs(%y : memref<?x19xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  }
  return
}

#image = affine_map<(n, h, w, c) -> (n, h, w, c)>
#channel = affine_map<(n, h, w, c) -> (c)>
#sample = affine_map<(n, h, w, c) -> (n)>

// Nothing is contracted where nothing is summed, and one sample is one row.
// CHECK-LABEL: func.func @elementwise
//       CHECK:   scf.parallel (%{{.*}}) = (%c0) to (%{{.*}}) step (%c1)
//       CHECK:     scf.for %{{.*}} = %c0 to %c25088 step %c32
// CHECK-COUNT-4:     arith.addf %{{.*}} : vector<8xf32>
//   CHECK-NOT:   math.fma
func.func @elementwise(%x: memref<?x28x28x32xf32>, %y: memref<?x28x28x32xf32>) {
  linalg.generic {indexing_maps = [#image, #image], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : memref<?x28x28x32xf32>) outs(%y : memref<?x28x28x32xf32>) {
  ^bb0(%a: f32, %old: f32):
    %p = arith.mulf %a, %a : f32
    %s = arith.addf %p, %old : f32
    linalg.yield %s : f32
  }
  return
}

// Sixteen partial sums, whatever the number of threads, then their sum.
// CHECK-LABEL: func.func @channel_sums
//       CHECK:   %[[PARTS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<1024xf32>
//       CHECK:   scf.parallel (%{{.*}}) = (%c0) to (%c16) step (%c1)
//       CHECK:     %{{.*}}:8 = scf.for
// CHECK-COUNT-8:   vector.store %{{.*}}, %[[PARTS]]
//       CHECK:   scf.for
//       CHECK:   memref.dealloc %[[PARTS]]
func.func @channel_sums(%x: memref<?x14x14x64xf32>, %s: memref<64xf32>) {
  linalg.generic {indexing_maps = [#image, #channel], iterator_types = ["reduction", "reduction", "reduction", "parallel"]}
      ins(%x : memref<?x14x14x64xf32>) outs(%s : memref<64xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %r = arith.addf %sum, %a : f32
    linalg.yield %r : f32
  }
  return
}

// A vectorized reduction: four accumulators, combined in a tree.
// CHECK-LABEL: func.func @sample_maximum
//       CHECK:   scf.parallel
//       CHECK:     %[[MAX:.*]]:4 = scf.for %{{.*}} = %c0 to %c12544 step %c32
// CHECK-COUNT-4:     arith.maximumf %{{.*}} : vector<8xf32>
//       CHECK:     arith.maximumf %[[MAX]]#0, %[[MAX]]#1
//       CHECK:     arith.maximumf %[[MAX]]#2, %[[MAX]]#3
//       CHECK:     vector.shuffle
//       CHECK:     arith.maximumf %{{.*}} : vector<4xf32>
//       CHECK:     memref.store
func.func @sample_maximum(%x: memref<?x14x14x64xf32>, %m: memref<?xf32>) {
  linalg.generic {indexing_maps = [#image, #sample], iterator_types = ["parallel", "reduction", "reduction", "reduction"]}
      ins(%x : memref<?x14x14x64xf32>) outs(%m : memref<?xf32>) {
  ^bb0(%a: f32, %max: f32):
    %v = math.absf %a : f32
    %r = arith.maximumf %max, %v : f32
    linalg.yield %r : f32
  }
  return
}

// Bit planes are unrolled, and counted in bytes, apart for each shift.
// CHECK-LABEL: func.func @bit_planes
//       CHECK:   scf.for
//   CHECK-DAG:     math.ctpop %{{.*}} : vector<32xi8>
//   CHECK-NOT:     arith.index_cast
func.func @bit_planes(%a: memref<8x4x2xi32>, %w: memref<4x2x16xi32>, %s: memref<8x16xi32>) {
  linalg.generic {
      indexing_maps = [affine_map<(m, n, k, i, j) -> (m, k, i)>, affine_map<(m, n, k, i, j) -> (k, j, n)>,
                       affine_map<(m, n, k, i, j) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%a, %w : memref<8x4x2xi32>, memref<4x2x16xi32>) outs(%s : memref<8x16xi32>) {
  ^bb0(%x: i32, %y: i32, %sum: i32):
    %i = linalg.index 3 : index
    %j = linalg.index 4 : index
    %ij = arith.addi %i, %j : index
    %shift = arith.index_cast %ij : index to i32
    %and = arith.andi %x, %y : i32
    %count = math.ctpop %and : i32
    %term = arith.shli %count, %shift : i32
    %r = arith.addi %sum, %term : i32
    linalg.yield %r : i32
  }
  return
}

// Eight rows of eight are transposed in registers.
// CHECK-LABEL: func.func @transpose
// CHECK-COUNT-8:  vector.load
// CHECK-COUNT-24: vector.shuffle
// CHECK-COUNT-8:  vector.store
func.func @transpose(%x: memref<32x64xf32>, %y: memref<64x32xf32>) {
  linalg.transpose ins(%x : memref<32x64xf32>) outs(%y : memref<64x32xf32>) permutation = [1, 0]
  return
}

// A copy between layouts calls no run-time function.
// CHECK-LABEL: func.func @copy
//   CHECK-NOT:   memref.copy
//       CHECK:   vector.load
//       CHECK:   vector.store
func.func @copy(%x: memref<6x17xf32, strided<[40, 1], offset: ?>>, %y: memref<6x17xf32>) {
  memref.copy %x, %y : memref<6x17xf32, strided<[40, 1], offset: ?>> to memref<6x17xf32>
  return
}

// Of four neighbours that share a block, its value is computed once: a vector
// of 32 elements holds eight blocks. What the body does with their places in
// the block is constant.
// CHECK-LABEL: func.func @blocks
//       CHECK:   arith.muli %{{.*}} : vector<8xi64>
//       CHECK:   vector.shuffle {{.*}} [0, 0, 0, 0, 1, 1, 1, 1, {{.*}}] : vector<8xi64>, vector<8xi64>
//   CHECK-NOT:   arith.andi
//       CHECK:   vector.store %{{.*}} : memref<{{.*}}xi64{{.*}}>, vector<32xi64>
func.func @blocks(%y: memref<6x64xi64>) {
  linalg.generic {indexing_maps = [#rows], iterator_types = ["parallel", "parallel"]}
      outs(%y : memref<6x64xi64>) {
  ^bb0(%old: i64):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %width = arith.constant 64 : index
    %row = arith.muli %i, %width : index
    %k = arith.addi %row, %j : index
    %e = arith.index_cast %k : index to i64
    %two = arith.constant 2 : i64
    %three = arith.constant 3 : i64
    %factor = arith.constant 77 : i64
    %block = arith.shrui %e, %two : i64
    %x = arith.muli %block, %factor : i64
    %place = arith.andi %e, %three : i64
    %z = arith.addi %x, %place : i64
    linalg.yield %z : i64
  }
  return
}

// Much work, and an attribute that keeps it on one thread; without it threads share it.
#all = affine_map<(i) -> (i)>

// CHECK-LABEL: func.func @one_thread
// CHECK-NOT:     scf.parallel
// CHECK:         scf.for
// CHECK-NOT:     scf.parallel
// CHECK:       func.func @many_threads
// CHECK:         scf.parallel
func.func @one_thread(%x: memref<1000000xf32>, %y: memref<1000000xf32>) {
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel"]} ins(%x : memref<1000000xf32>) outs(%y : memref<1000000xf32>) attrs = {one_thread} {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.mulf %in, %in : f32
    linalg.yield %0 : f32
  }
  return
}

func.func @many_threads(%x: memref<1000000xf32>, %y: memref<1000000xf32>) {
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel"]} ins(%x : memref<1000000xf32>) outs(%y : memref<1000000xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.mulf %in, %in : f32
    linalg.yield %0 : f32
  }
  return
}
