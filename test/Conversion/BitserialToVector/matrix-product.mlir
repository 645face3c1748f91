// Products on a matrix unit: two by two registers of sums where there are so many; the unit is
// set up once for all turns of the sequential loops around a product.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

// 48 rows and 16 columns: a pair of registers of rows, then the last one.
#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16, signed = true>

// CHECK-LABEL: func.func @odd
// CHECK-SAME:    %[[ROWS:[a-z0-9]+]]: memref<48x256xi8, strided<[704, 1], offset: ?>>
// CHECK:         llvm.inline_asm {{.*}}"syscall"
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK:         %[[START:.*]] = memref.extract_aligned_pointer_as_index %[[ROWS]]
// CHECK:         memref.extract_strided_metadata %[[ROWS]]
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK:         scf.for
// CHECK-COUNT-3: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.tdpbusd"
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK:         llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK:         scf.for
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK:         llvm.call_intrinsic "llvm.x86.tdpbusd"
// CHECK:         llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK-NOT:     llvm.x86
// CHECK:         llvm.inline_asm {{.*}}"tilerelease"
func.func @odd(%rows: memref<48x256xi8, strided<[704, 1], offset: ?>>, %words: memref<64x16xi32>, %sums: memref<48x16xi32>) {
  bitserial.matrix_product ins(%rows, %words : memref<48x256xi8, strided<[704, 1], offset: ?>>, memref<64x16xi32>)
      outs(%sums : memref<48x16xi32>) {form = #form}
  return
}

// CHECK-LABEL: func.func @in_loops
// CHECK:         scf.parallel
// CHECK:           "ldtilecfg ($0)"
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK-NOT:         ldtilecfg
// CHECK-COUNT-4:     llvm.call_intrinsic "llvm.x86.tdpbusd"
// CHECK-NOT:         tilerelease
// CHECK:           }
// CHECK:           "tilerelease"
func.func @in_loops(%rows: memref<4x32x64xi8>, %words: memref<4x16x32xi32>, %sums: memref<32x32xi32>, %many: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%many) step (%c1) {
    scf.for %j = %c0 to %many step %c1 {
      scf.for %n = %c0 to %many step %c1 {
        %left = memref.subview %rows[%n, 0, 0] [1, 32, 64] [1, 1, 1] : memref<4x32x64xi8> to memref<32x64xi8, strided<[64, 1], offset: ?>>
        %right = memref.subview %words[%n, 0, 0] [1, 16, 32] [1, 1, 1] : memref<4x16x32xi32> to memref<16x32xi32, strided<[32, 1], offset: ?>>
        bitserial.matrix_product ins(%left, %right : memref<32x64xi8, strided<[64, 1], offset: ?>>, memref<16x32xi32, strided<[32, 1], offset: ?>>)
            outs(%sums : memref<32x32xi32>) {form = #form}
      }
    }
  }
  return
}
