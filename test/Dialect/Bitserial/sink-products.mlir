// RUN: dorefa-opt %s --bitserial-sink-products | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
#row = affine_map<(d0, d1) -> (d0)>

// The product comes behind what its reader reads besides.
// CHECK-LABEL: @sinks
// CHECK: math.absi
// CHECK: bitserial.matmul
// CHECK-NEXT: linalg.generic
func.func @sinks(%a: tensor<8x4x1xi32>, %b: tensor<4x1x16xi32>, %zero: tensor<8x16xi32>, %t: tensor<16xi32>, %c: tensor<8x16xi8>) -> tensor<8x16xi8> {
  %s = bitserial.matmul ins(%a, %b : tensor<8x4x1xi32>, tensor<4x1x16xi32>) outs(%zero : tensor<8x16xi32>) -> tensor<8x16xi32>
  %u = math.absi %t : tensor<16xi32>
  %r = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %u : tensor<8x16xi32>, tensor<16xi32>) outs(%c : tensor<8x16xi8>) {
  ^bb0(%x: i32, %y: i32, %out: i8):
    %z = arith.addi %x, %y : i32
    %w = arith.trunci %z : i32 to i8
    linalg.yield %w : i8
  } -> tensor<8x16xi8>
  return %r : tensor<8x16xi8>
}

// Through a view without axes of size 1.
// CHECK-LABEL: @view
// CHECK: math.absi
// CHECK: bitserial.conv2d
// CHECK-NEXT: tensor.collapse_shape
// CHECK-NEXT: linalg.generic
func.func @view(%a: tensor<8x1x1x1x4x1xi32>, %b: tensor<1x1x1x4x1x16xi32>, %zero: tensor<8x1x1x1x16xi32>, %t: tensor<16xi32>, %c: tensor<8x16xi32>) -> tensor<8x16xi32> {
  %s = bitserial.conv2d ins(%a, %b : tensor<8x1x1x1x4x1xi32>, tensor<1x1x1x4x1x16xi32>) outs(%zero : tensor<8x1x1x1x16xi32>) -> tensor<8x1x1x1x16xi32>
  %v = tensor.collapse_shape %s [[0, 1, 2, 3], [4]] : tensor<8x1x1x1x16xi32> into tensor<8x16xi32>
  %u = math.absi %t : tensor<16xi32>
  %r = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%v, %u : tensor<8x16xi32>, tensor<16xi32>) outs(%c : tensor<8x16xi32>) {
  ^bb0(%x: i32, %y: i32, %out: i32):
    %z = arith.addi %x, %y : i32
    linalg.yield %z : i32
  } -> tensor<8x16xi32>
  return %r : tensor<8x16xi32>
}

// Not to a reduction, and not where there are two readers.
// CHECK-LABEL: @stays
// CHECK: bitserial.matmul
// CHECK: bitserial.matmul
// CHECK: math.absi
func.func @stays(%a: tensor<8x4x1xi32>, %b: tensor<4x1x16xi32>, %zero: tensor<8x16xi32>, %t: tensor<8xi32>) -> (tensor<8xi32>, tensor<8x16xi32>, tensor<8x16xi32>) {
  %s = bitserial.matmul ins(%a, %b : tensor<8x4x1xi32>, tensor<4x1x16xi32>) outs(%zero : tensor<8x16xi32>) -> tensor<8x16xi32>
  %q = bitserial.matmul ins(%a, %b : tensor<8x4x1xi32>, tensor<4x1x16xi32>) outs(%zero : tensor<8x16xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<8x16xi32>
  %u = math.absi %t : tensor<8xi32>
  %r = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<8x16xi32>) outs(%u : tensor<8xi32>) {
  ^bb0(%x: i32, %out: i32):
    %z = arith.addi %x, %out : i32
    linalg.yield %z : i32
  } -> tensor<8xi32>
  %d = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%q : tensor<8x16xi32>) outs(%zero : tensor<8x16xi32>) {
  ^bb0(%x: i32, %out: i32):
    linalg.yield %x : i32
  } -> tensor<8x16xi32>
  return %r, %d, %q : tensor<8xi32>, tensor<8x16xi32>, tensor<8x16xi32>
}
