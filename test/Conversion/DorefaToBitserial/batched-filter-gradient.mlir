// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="chip=sm_80" --cse | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="chip=sm_80 strategy=popcount" --cse | FileCheck %s --check-prefix=PLANES

// For a GPU the products of all samples of a block are one convolution of a row
// at each of its positions: its groups are the samples.
// CHECK-LABEL: func.func @planes
// CHECK:         scf.for %{{.*}} step %[[STEP:.*]] iter_args
// CHECK:           %[[LEFT:.*]] = bitserial.pack ins(%{{.*}} : tensor<1x45x1x?x16xi8>) {{.*}} {axis = 4 : i64, bits = 2 : i64}
// CHECK:           %[[RIGHT:.*]] = bitserial.pack ins(%{{.*}} : tensor<?x1x1x16x8xi8>) {{.*}} {axis = 3 : i64, bits = 1 : i64}
// CHECK:           bitserial.conv2d ins(%[[LEFT]], %[[RIGHT]] : tensor<1x45x1x?x1x2xi32>, tensor<?x1x1x1x1x8xi32>) outs(%{{.*}} : tensor<1x45x1x?x8xi32>)
// CHECK:           bitserial.popsum ins(%[[LEFT]]
// CHECK:           linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]
// CHECK:             arith.sitofp
// CHECK-NEXT:        %[[TERM:.*]] = arith.mulf
// CHECK-NEXT:        arith.subf %{{.*}}, %[[TERM]]
// CHECK:           scf.yield
func.func @planes(%g: tensor<?x4x4x8x!dorefa.code<1, bipolar>>, %m: tensor<?xf32>, %a: tensor<?x4x4x5x!dorefa.code<2, unipolar>>) -> tensor<8x3x3x5xf32> {
  %dw = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x8x!dorefa.code<1, bipolar>>, tensor<?x4x4x5x!dorefa.code<2, unipolar>> -> tensor<8x3x3x5xf32>
  return %dw : tensor<8x3x3x5xf32>
}

// Of many planes words are of bytes. A few samples take no loop.
// CHECK-LABEL: func.func @bytes
// CHECK-NOT:     scf.for
// CHECK:         bitserial.conv2d {{.*}} {byte_bits = array<i64: 4, 6>
func.func @bytes(%g: tensor<2x4x4x8x!dorefa.code<6, bipolar>>, %m: tensor<2xf32>, %a: tensor<2x4x4x5x!dorefa.code<4, unipolar>>) -> tensor<8x3x3x5xf32> {
  %dw = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<2xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<2x4x4x8x!dorefa.code<6, bipolar>>, tensor<2x4x4x5x!dorefa.code<4, unipolar>> -> tensor<8x3x3x5xf32>
  return %dw : tensor<8x3x3x5xf32>
}

// Two positions fill no word of bytes: their codes are multiplied.
// CHECK-LABEL: func.func @few_positions
// CHECK-NOT:     bitserial.conv2d
// CHECK:         arith.muli
// CHECK:         arith.subf
// PLANES-LABEL: func.func @few_positions
// PLANES:         bitserial.conv2d
func.func @few_positions(%g: tensor<2x1x2x8x!dorefa.code<6, bipolar>>, %m: tensor<2xf32>, %a: tensor<2x1x2x5x!dorefa.code<4, unipolar>>) -> tensor<8x1x1x5xf32> {
  %dw = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<2xf32>)
      : tensor<2x1x2x8x!dorefa.code<6, bipolar>>, tensor<2x1x2x5x!dorefa.code<4, unipolar>> -> tensor<8x1x1x5xf32>
  return %dw : tensor<8x1x1x5xf32>
}

// One position is a sum over the samples, unless it is asked for planes.
// CHECK-LABEL: func.func @one_position
// CHECK-NOT:     bitserial.conv2d
// CHECK:         arith.subf
// PLANES-LABEL: func.func @one_position
// PLANES:         bitserial.conv2d
func.func @one_position(%g: tensor<?x4x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %a: tensor<?x8x!dorefa.code<2, unipolar>>) -> tensor<4x8xf32> {
  %dw = dorefa.linear_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>)
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x8xf32>
  return %dw : tensor<4x8xf32>
}
