// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_90a strategy=tensor" | FileCheck %s --check-prefixes=CHECK,QUAD
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_90a strategy=warpgroup" | FileCheck %s --check-prefixes=CHECK,QUAD
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_90a strategy=loop" | FileCheck %s --check-prefixes=CHECK,LOOP
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=gfx942" | FileCheck %s --check-prefix=OTHER
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_80" | FileCheck %s --check-prefix=BOTH
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_80,sm_90a" | FileCheck %s --check-prefix=CHIPS
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=gfx942,sm_90a" | FileCheck %s --check-prefix=OTHER

#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#swapped = affine_map<(d0, d1) -> (d1, d0)>
#image = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Codes become words where they are: of tensor cores' fragments four threads
// have those of a word, of a loop's sums a warp. A plane is the code's bit.
// CHECK-LABEL: @planes
// CHECK-SAME: %[[WORDS:[^:]*]]: memref<256x2x2xi32>
// CHECK-NOT: memref.alloc
// CHECK: gpu.launch
// CHECK: scf.for
// CHECK: arith.cmpi sgt
// CHECK: %[[CODE:.*]] = arith.extui %{{.*}} : i8 to i32
// QUAD: gpu.shuffle xor %{{.*}}, %c1_i32{{.*}}, %c32_i32
// QUAD: gpu.shuffle xor %{{.*}}, %c2_i32{{.*}}, %c32_i32
// LOOP: nvvm.vote.sync ballot
// CHECK: scf.if
// CHECK: memref.store %{{.*}}, %[[WORDS]]
// CHECK: memref.store %{{.*}}, %[[WORDS]]
// CHECK-NOT: memref.store %{{.*}} : memref<256x64xi8>
// CHECK: gpu.terminator
// CHECK-NOT: bitserial.pack
// CHECK: return
// The kernels of each chip do the same.
// CHIPS-LABEL: @planes
// CHIPS: bitserial.chip
// CHIPS-COUNT-2: gpu.launch
// CHIPS-NOT: bitserial.pack
// CHIPS: return
// There is no warp of 32 threads that is known of elsewhere.
// OTHER-LABEL: @planes
// OTHER: memref.alloc() : memref<256x64xi8>
// OTHER-NOT: linalg
// OTHER: bitserial.pack
func.func @planes(%a: memref<256x8x1xi32>, %b: memref<8x1x64xi32>, %t: memref<64xi32>, %words: memref<256x2x2xi32>) {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<256x64xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<256x64xi32>)
  %codes = memref.alloc() : memref<256x64xi8>
  bitserial.matmul ins(%a, %b : memref<256x8x1xi32>, memref<8x1x64xi32>) outs(%s : memref<256x64xi32>)
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<256x64xi32>, memref<64xi32>) outs(%codes : memref<256x64xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.dealloc %s : memref<256x64xi32>
  bitserial.pack ins(%codes : memref<256x64xi8>) outs(%words : memref<256x2x2xi32>) {axis = 1 : i64, bits = 2 : i64}
  memref.dealloc %codes : memref<256x64xi8>
  return
}

// Words of bytes, between borders that are filled before the kernel runs, and of
// an axis of groups of size 1; another result is stored as it is.
// CHECK-LABEL: @borders
// CHECK-SAME: %[[FLOATS:[^:]*]]: memref<4x8x8x12xf32>
// CHECK-NOT: i8>
// CHECK: %[[PADDED:.*]] = memref.alloc() : memref<4x10x10x1x3x1xi32>
// CHECK-NEXT: linalg.fill {{.*}} outs(%[[PADDED]]
// CHECK: %[[INSIDE:.*]] = memref.expand_shape
// CHECK-NOT: linalg
// CHECK: gpu.launch
// CHECK: memref.store %{{.*}}, %[[FLOATS]]
// CHECK: gpu.shuffle xor
// CHECK: memref.store %{{.*}}, %[[INSIDE]]
// CHECK: gpu.terminator
// CHECK-NOT: bitserial.pack
// CHECK: return %[[PADDED]]
func.func @borders(%a: memref<4x10x10x1x1x1xi32>, %b: memref<1x3x3x1x1x12xi32>, %floats: memref<4x8x8x12xf32>) -> memref<4x10x10x1x3x1xi32> {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<4x8x8x1x12xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<4x8x8x1x12xi32>)
  %codes = memref.alloc() : memref<4x8x8x12xi8>
  bitserial.conv2d ins(%a, %b : memref<4x10x10x1x1x1xi32>, memref<1x3x3x1x1x12xi32>) outs(%s : memref<4x8x8x1x12xi32>)
  %flat = memref.collapse_shape %s [[0], [1], [2], [3, 4]] : memref<4x8x8x1x12xi32> into memref<4x8x8x12xi32>
  linalg.generic {indexing_maps = [#image, #image, #image], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%flat : memref<4x8x8x12xi32>) outs(%codes, %floats : memref<4x8x8x12xi8>, memref<4x8x8x12xf32>) {
  ^bb0(%x: i32, %out: i8, %f: f32):
    %float = arith.sitofp %x : i32 to f32
    %even = math.roundeven %float : f32
    %code = arith.fptosi %even : f32 to i8
    linalg.yield %code, %float : i8, f32
  }
  memref.dealloc %s : memref<4x8x8x1x12xi32>
  %grouped = memref.expand_shape %codes [[0], [1], [2], [3, 4]] output_shape [4, 8, 8, 1, 12] : memref<4x8x8x12xi8> into memref<4x8x8x1x12xi8>
  %padded = memref.alloc() : memref<4x10x10x1x3x1xi32>
  linalg.fill ins(%zero : i32) outs(%padded : memref<4x10x10x1x3x1xi32>)
  %middle = memref.subview %padded[0, 1, 1, 0, 0, 0] [4, 8, 8, 1, 3, 1] [1, 1, 1, 1, 1, 1] : memref<4x10x10x1x3x1xi32> to memref<4x8x8x3xi32, strided<[300, 30, 3, 1], offset: 33>>
  %inside = memref.expand_shape %middle [[0], [1], [2], [3, 4, 5]] output_shape [4, 8, 8, 1, 3, 1] : memref<4x8x8x3xi32, strided<[300, 30, 3, 1], offset: 33>> into memref<4x8x8x1x3x1xi32, strided<[300, 30, 3, 3, 1, 1], offset: 33>>
  bitserial.pack ins(%grouped : memref<4x8x8x1x12xi8>) outs(%inside : memref<4x8x8x1x3x1xi32, strided<[300, 30, 3, 3, 1, 1], offset: 33>>) {axis = 4 : i64, bits = 5 : i64, bytes}
  memref.dealloc %codes : memref<4x8x8x12xi8>
  return %padded : memref<4x10x10x1x3x1xi32>
}

// Two results, as codes and the mask of a bound in training: words of both, and
// neither's memory is left, which here is freed between the packs.
// CHECK-LABEL: @two
// CHECK-SAME: %[[WORDS:[^:]*]]: memref<64x1x2xi32>, %[[MASKS:[^:]*]]: memref<64x1x1xi32>
// CHECK-NOT: i8>
// CHECK: gpu.launch
// CHECK: memref.store %{{.*}}, %[[WORDS]]
// CHECK: memref.store %{{.*}}, %[[MASKS]]
// CHECK: gpu.terminator
// CHECK-NOT: i8>
// CHECK-NOT: bitserial.pack
// CHECK: return
func.func @two(%a: memref<64x8x1xi32>, %b: memref<8x1x32xi32>, %words: memref<64x1x2xi32>, %masks: memref<64x1x1xi32>) {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<64x32xi32>)
  %codes = memref.alloc() : memref<64x32xi8>
  %mask = memref.alloc() : memref<64x32xi8>
  bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x32xi32>) outs(%s : memref<64x32xi32>)
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x32xi32>) outs(%codes, %mask : memref<64x32xi8>, memref<64x32xi8>) {
  ^bb0(%x: i32, %out: i8, %m: i8):
    %code = arith.trunci %x : i32 to i8
    %inside = arith.cmpi slt, %x, %zero : i32
    %bit = arith.extui %inside : i1 to i8
    linalg.yield %code, %bit : i8, i8
  }
  bitserial.pack ins(%codes : memref<64x32xi8>) outs(%words : memref<64x1x2xi32>) {axis = 1 : i64, bits = 2 : i64}
  memref.dealloc %codes : memref<64x32xi8>
  memref.dealloc %s : memref<64x32xi32>
  bitserial.pack ins(%mask : memref<64x32xi8>) outs(%masks : memref<64x1x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  memref.dealloc %mask : memref<64x32xi8>
  return
}

// Words along rows, which are in other blocks.
// CHECK-LABEL: @rows
// CHECK: gpu.launch
// CHECK: bitserial.pack
func.func @rows(%a: memref<64x8x1xi32>, %b: memref<8x1x32xi32>, %words: memref<32x2x1xi32>, %more: memref<2x1x32xi32>) {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<64x32xi32>)
  %codes = memref.alloc() : memref<32x64xi8>
  bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x32xi32>) outs(%s : memref<64x32xi32>)
  linalg.generic {indexing_maps = [#id, #swapped], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x32xi32>) outs(%codes : memref<32x64xi8>) {
  ^bb0(%x: i32, %out: i8):
    %code = arith.trunci %x : i32 to i8
    linalg.yield %code : i8
  }
  bitserial.pack ins(%codes : memref<32x64xi8>) outs(%words : memref<32x2x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  memref.dealloc %codes : memref<32x64xi8>
  return
}

// Codes that somebody else reads, too.
// CHECK-LABEL: @read
// CHECK: memref.store %{{.*}} : memref<64x32xi8>
// CHECK: bitserial.pack
func.func @read(%a: memref<64x8x1xi32>, %b: memref<8x1x32xi32>, %words: memref<64x1x1xi32>) -> memref<64x32xi8> {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<64x32xi32>)
  %codes = memref.alloc() : memref<64x32xi8>
  bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x32xi32>) outs(%s : memref<64x32xi32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x32xi32>) outs(%codes : memref<64x32xi8>) {
  ^bb0(%x: i32, %out: i8):
    %code = arith.trunci %x : i32 to i8
    linalg.yield %code : i8
  }
  bitserial.pack ins(%codes : memref<64x32xi8>) outs(%words : memref<64x1x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  return %codes : memref<64x32xi8>
}

// Something in between reads what the words overwrite.
// CHECK-LABEL: @between
// CHECK: gpu.launch
// CHECK: memref.copy
// CHECK: bitserial.pack
func.func @between(%a: memref<64x8x1xi32>, %b: memref<8x1x32xi32>, %words: memref<64x1x1xi32>, %old: memref<64x1x1xi32>) {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<64x32xi32>)
  %codes = memref.alloc() : memref<64x32xi8>
  bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x32xi32>) outs(%s : memref<64x32xi32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x32xi32>) outs(%codes : memref<64x32xi8>) {
  ^bb0(%x: i32, %out: i8):
    %code = arith.trunci %x : i32 to i8
    linalg.yield %code : i8
  }
  memref.copy %words, %old : memref<64x1x1xi32> to memref<64x1x1xi32>
  bitserial.pack ins(%codes : memref<64x32xi8>) outs(%words : memref<64x1x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  memref.dealloc %codes : memref<64x32xi8>
  return
}

// Words in the memory of an operand, which other blocks still read.
// CHECK-LABEL: @overwrites
// CHECK: gpu.launch
// CHECK: bitserial.pack
func.func @overwrites(%a: memref<64x1x1xi32>, %b: memref<1x1x32xi32>) {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<64x32xi32>)
  %codes = memref.alloc() : memref<64x32xi8>
  bitserial.matmul ins(%a, %b : memref<64x1x1xi32>, memref<1x1x32xi32>) outs(%s : memref<64x32xi32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x32xi32>) outs(%codes : memref<64x32xi8>) {
  ^bb0(%x: i32, %out: i8):
    %code = arith.trunci %x : i32 to i8
    linalg.yield %code : i8
  }
  bitserial.pack ins(%codes : memref<64x32xi8>) outs(%a : memref<64x1x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  memref.dealloc %codes : memref<64x32xi8>
  return
}

// With so many sums of p + q, a warp has no registers for 32 columns; codes are
// compared in the kernel all the same. A thread of a loop has one sum of each.
// CHECK-LABEL: @many_planes
// CHECK: gpu.launch
// QUAD: memref.store %{{.*}} : memref<64x32xi8>
// CHECK: gpu.terminator
// CHECK-NOT: linalg
// QUAD: bitserial.pack
// LOOP-NOT: bitserial.pack
// CHECK: return
func.func @many_planes(%a: memref<64x8x8xi32>, %b: memref<8x8x32xi32>, %words: memref<64x1x1xi32>) {
  %zero = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<64x32xi32>)
  %codes = memref.alloc() : memref<64x32xi8>
  bitserial.matmul ins(%a, %b : memref<64x8x8xi32>, memref<8x8x32xi32>) outs(%s : memref<64x32xi32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x32xi32>) outs(%codes : memref<64x32xi8>) {
  ^bb0(%x: i32, %out: i8):
    %code = arith.trunci %x : i32 to i8
    linalg.yield %code : i8
  }
  bitserial.pack ins(%codes : memref<64x32xi8>) outs(%words : memref<64x1x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  memref.dealloc %codes : memref<64x32xi8>
  return
}

// Both kernels of a number of rows that is not known write words.
// BOTH-LABEL: @few_or_many
// BOTH: scf.if
// BOTH: gpu.launch
// BOTH: nvvm.vote.sync ballot
// BOTH: gpu.terminator
// BOTH: else
// BOTH: gpu.launch
// BOTH: gpu.shuffle xor
// BOTH: gpu.terminator
// BOTH-NOT: bitserial.pack
// BOTH: return
func.func @few_or_many(%a: memref<?x8x1xi32>, %b: memref<8x1x32xi32>, %words: memref<?x1x1xi32>) {
  %zero = arith.constant 0 : i32
  %first = arith.constant 0 : index
  %rows = memref.dim %a, %first : memref<?x8x1xi32>
  %s = memref.alloc(%rows) : memref<?x32xi32>
  linalg.fill ins(%zero : i32) outs(%s : memref<?x32xi32>)
  %codes = memref.alloc(%rows) : memref<?x32xi8>
  bitserial.matmul ins(%a, %b : memref<?x8x1xi32>, memref<8x1x32xi32>) outs(%s : memref<?x32xi32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<?x32xi32>) outs(%codes : memref<?x32xi8>) {
  ^bb0(%x: i32, %out: i8):
    %code = arith.trunci %x : i32 to i8
    linalg.yield %code : i8
  }
  bitserial.pack ins(%codes : memref<?x32xi8>) outs(%words : memref<?x1x1xi32>) {axis = 1 : i64, bits = 1 : i64}
  memref.dealloc %codes : memref<?x32xi8>
  return
}
