// RUN: dorefa-opt %s --convert-linalg-to-vector-loops=parallel=false --canonicalize --cse | FileCheck %s

// What may run within a sum, and what must not.

#id = affine_map<(m, n) -> (m, n)>
#transposed = affine_map<(m, n) -> (n, m)>
#column = affine_map<(m, n) -> (n)>

// Sums start from a constant and end in the result: their own buffer is gone.
// CHECK-LABEL: func.func @fused
//   CHECK-NOT:   memref.alloc
//       CHECK:   %[[OUT:.*]] = memref.alloc() : memref<12x16xf32>
//   CHECK-NOT:   memref.alloc
//       CHECK:   %[[SUMS:.*]]:12 = scf.for
//       CHECK:   %[[BIASED:.*]] = arith.addf %[[SUMS]]#0
//       CHECK:   vector.store %[[BIASED]]
//       CHECK:   return %[[OUT]]
func.func @fused(%a: memref<12x64xf32>, %b: memref<64x16xf32>, %bias: memref<16xf32>) -> memref<12x16xf32> {
  %zero = arith.constant 0.0 : f32
  %sums = memref.alloc() : memref<12x16xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<12x16xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<12x64xf32>, memref<64x16xf32>) outs(%sums : memref<12x16xf32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  }
  %out = memref.alloc() : memref<12x16xf32>
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %bias : memref<12x16xf32>, memref<16xf32>) outs(%out : memref<12x16xf32>) {
  ^bb0(%s: f32, %e: f32, %o: f32):
    %x = arith.addf %s, %e : f32
    linalg.yield %x : f32
  }
  memref.dealloc %sums : memref<12x16xf32>
  return %out : memref<12x16xf32>
}

// A second reader needs the sums in memory; the fill still goes.
// CHECK-LABEL: func.func @two_readers
//       CHECK:   %[[SUMS:.*]] = memref.alloc() : memref<12xf32>
//       CHECK:   scf.for
//       CHECK:   return %{{.*}}, %[[SUMS]]
func.func @two_readers(%a: memref<12x64xf32>) -> (memref<12xf32>, memref<12xf32>) {
  %zero = arith.constant 0.0 : f32
  %sums = memref.alloc() : memref<12xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<12xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x64xf32>) outs(%sums : memref<12xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.addf %s, %x : f32
    linalg.yield %t : f32
  }
  %out = memref.alloc() : memref<12xf32>
  linalg.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m) -> (m)>], iterator_types = ["parallel"]}
      ins(%sums : memref<12xf32>) outs(%out : memref<12xf32>) {
  ^bb0(%s: f32, %o: f32):
    %x = arith.negf %s : f32
    linalg.yield %x : f32
  }
  return %out, %sums : memref<12xf32>, memref<12xf32>
}

// The result goes over an operand of the sum, which later sums still read.
// CHECK-LABEL: func.func @overwrites_operand
// CHECK-COUNT-2:   memref.alloc
//       CHECK:   arith.negf
func.func @overwrites_operand(%b: memref<16x16xf32>) -> memref<16x16xf32> {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<16x16xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<16x16xf32>)
  %sums = memref.alloc() : memref<16x16xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<16x16xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<16x16xf32>, memref<16x16xf32>) outs(%sums : memref<16x16xf32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sums : memref<16x16xf32>) outs(%a : memref<16x16xf32>) {
  ^bb0(%s: f32, %o: f32):
    %x = arith.negf %s : f32
    linalg.yield %x : f32
  }
  memref.dealloc %sums : memref<16x16xf32>
  return %a : memref<16x16xf32>
}

// What is between the sum and its reader writes an operand of the sum.
// CHECK-LABEL: func.func @written_between
//       CHECK:   memref.alloc() : memref<12xf32>
//       CHECK:   memref.store %{{.*}}, %arg0
//       CHECK:   memref.alloc() : memref<12xf32>
//       CHECK:   arith.negf
func.func @written_between(%a: memref<12x64xf32>, %v: f32) -> memref<12xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %sums = memref.alloc() : memref<12xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<12xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x64xf32>) outs(%sums : memref<12xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.addf %s, %x : f32
    linalg.yield %t : f32
  }
  memref.store %v, %a[%c0, %c0] : memref<12x64xf32>
  %out = memref.alloc() : memref<12xf32>
  linalg.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m) -> (m)>], iterator_types = ["parallel"]}
      ins(%sums : memref<12xf32>) outs(%out : memref<12xf32>) {
  ^bb0(%s: f32, %o: f32):
    %x = arith.negf %s : f32
    linalg.yield %x : f32
  }
  memref.dealloc %sums : memref<12xf32>
  return %out : memref<12xf32>
}

// An operand that is freed right behind the sum lives until the result is made;
// what the sum does not read lives no longer than before.
// CHECK-LABEL: func.func @freed_between
//   CHECK-NOT:   memref.alloc() : memref<12xf32>
//       CHECK:   %[[A:.*]] = memref.alloc() : memref<12x64xf32>
//       CHECK:   %[[OTHER:.*]] = memref.alloc() : memref<24xf32>
//       CHECK:   memref.dealloc %[[OTHER]]
//       CHECK:   %[[OUT:.*]] = memref.alloc() : memref<12xf32>
//   CHECK-NOT:   memref.alloc
//       CHECK:   arith.negf
//       CHECK:   memref.dealloc %[[A]]
func.func @freed_between(%v: f32) -> memref<12xf32> {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<12x64xf32>
  linalg.fill ins(%v : f32) outs(%a : memref<12x64xf32>)
  %other = memref.alloc() : memref<24xf32>
  linalg.fill ins(%v : f32) outs(%other : memref<24xf32>)
  %sums = memref.alloc() : memref<12xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<12xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x64xf32>) outs(%sums : memref<12xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.addf %s, %x : f32
    linalg.yield %t : f32
  }
  memref.dealloc %a : memref<12x64xf32>
  memref.dealloc %other : memref<24xf32>
  %out = memref.alloc() : memref<12xf32>
  linalg.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m) -> (m)>], iterator_types = ["parallel"]}
      ins(%sums : memref<12xf32>) outs(%out : memref<12xf32>) {
  ^bb0(%s: f32, %o: f32):
    %x = arith.negf %s : f32
    linalg.yield %x : f32
  }
  memref.dealloc %sums : memref<12xf32>
  return %out : memref<12xf32>
}

// The fill is read before the sum: it stays.
// CHECK-LABEL: func.func @read_between
//       CHECK:   %[[SUMS:.*]] = memref.alloc() : memref<12xf32>
//       CHECK:   vector.store %{{.*}}, %[[SUMS]]
//       CHECK:   memref.load %[[SUMS]]
//       CHECK:   scf.for
func.func @read_between(%a: memref<12x64xf32>) -> (memref<12xf32>, f32) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %sums = memref.alloc() : memref<12xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<12xf32>)
  %r = memref.load %sums[%c0] : memref<12xf32>
  linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x64xf32>) outs(%sums : memref<12xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.addf %s, %x : f32
    linalg.yield %t : f32
  }
  return %sums, %r : memref<12xf32>, f32
}

// An operand under another name, which a loop may write through.
// CHECK-LABEL: func.func @other_name
//       CHECK:   memref.alloc() : memref<12xf32>
//       CHECK:   memref.alloc() : memref<12xf32>
//       CHECK:   arith.negf
func.func @other_name(%v: f32, %c: i1, %other: memref<12x64xf32>) -> memref<12xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<12x64xf32>
  linalg.fill ins(%v : f32) outs(%a : memref<12x64xf32>)
  %b = arith.select %c, %a, %other : memref<12x64xf32>
  %sums = memref.alloc() : memref<12xf32>
  linalg.fill ins(%zero : f32) outs(%sums : memref<12xf32>)
  linalg.generic {indexing_maps = [affine_map<(m, k) -> (m, k)>, affine_map<(m, k) -> (m)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x64xf32>) outs(%sums : memref<12xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.addf %s, %x : f32
    linalg.yield %t : f32
  }
  memref.store %v, %b[%c0, %c0] : memref<12x64xf32>
  %out = memref.alloc() : memref<12xf32>
  linalg.generic {indexing_maps = [affine_map<(m) -> (m)>, affine_map<(m) -> (m)>], iterator_types = ["parallel"]}
      ins(%sums : memref<12xf32>) outs(%out : memref<12xf32>) {
  ^bb0(%s: f32, %o: f32):
    %x = arith.negf %s : f32
    linalg.yield %x : f32
  }
  memref.dealloc %sums : memref<12xf32>
  memref.dealloc %a : memref<12x64xf32>
  return %out : memref<12xf32>
}

// Two sums read one buffer; each would take its release along to its reader,
// and the reader of the first comes last.
// CHECK-LABEL: func.func @shared_input
//       CHECK:   %[[A:.*]] = memref.alloc() : memref<12x16xf32>
//       CHECK:   vector.load {{.*}}
//       CHECK:   math.absf
//       CHECK:   math.exp2
//   CHECK-NOT:   scf.for
//       CHECK:   memref.dealloc %[[A]]
func.func @shared_input(%x: memref<12x16xf32>, %y: memref<16xf32>, %z: memref<16xf32>) {
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<12x16xf32>
  linalg.copy ins(%x : memref<12x16xf32>) outs(%a : memref<12x16xf32>)
  %first = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%first : memref<16xf32>)
  linalg.generic {indexing_maps = [affine_map<(c, h) -> (h, c)>, affine_map<(c, h) -> (c)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x16xf32>) outs(%first : memref<16xf32>) {
  ^bb0(%e: f32, %s: f32):
    %t = arith.addf %s, %e : f32
    linalg.yield %t : f32
  }
  %second = memref.alloc() : memref<16xf32>
  linalg.fill ins(%zero : f32) outs(%second : memref<16xf32>)
  linalg.generic {indexing_maps = [affine_map<(c, h) -> (h, c)>, affine_map<(c, h) -> (c)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<12x16xf32>) outs(%second : memref<16xf32>) {
  ^bb0(%e: f32, %s: f32):
    %t = arith.maximumf %s, %e : f32
    linalg.yield %t : f32
  }
  memref.dealloc %a : memref<12x16xf32>
  linalg.generic {indexing_maps = [affine_map<(c) -> (c)>, affine_map<(c) -> (c)>], iterator_types = ["parallel"]}
      ins(%second : memref<16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%e: f32, %s: f32):
    %t = math.absf %e : f32
    linalg.yield %t : f32
  }
  memref.dealloc %second : memref<16xf32>
  linalg.generic {indexing_maps = [affine_map<(c) -> (c)>, affine_map<(c) -> (c)>], iterator_types = ["parallel"]}
      ins(%first : memref<16xf32>) outs(%z : memref<16xf32>) {
  ^bb0(%e: f32, %s: f32):
    %t = math.exp2 %e : f32
    linalg.yield %t : f32
  }
  memref.dealloc %first : memref<16xf32>
  return
}
