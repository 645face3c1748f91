// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="vector-bits=512 features=avx512vpopcntdq" --cse | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="strategy=float" --cse | FileCheck %s --check-prefix=FLOAT

// The three products on packed words; with strategy=float, none of them.
// FLOAT-NOT: bitserial.conv2d
// FLOAT-NOT: bitserial.matmul

// CHECK-LABEL: func.func @forward
// CHECK:         %[[GRID:.*]] = linalg.fill
// CHECK:         %[[INSIDE:.*]] = tensor.extract_slice %[[GRID]][0, 1, 1, 0, 0, 0]
// CHECK:         %[[PACKED:.*]] = bitserial.pack ins({{.*}}) outs(%[[INSIDE]] : tensor<?x4x4x1x2x2xi32>) {axis = 4 : i64, bits = 2 : i64}
// CHECK:         %[[WORDS:.*]] = tensor.insert_slice %[[PACKED]] into %[[GRID]]
// CHECK:         %[[FILTER:.*]] = bitserial.pack {{.*}} {axis = 3 : i64, bits = 1 : i64} -> tensor<1x3x3x2x1x8xi32>
// CHECK:         %[[S:.*]] = bitserial.conv2d ins(%[[WORDS]], %[[FILTER]]
// CHECK:         bitserial.popsum ins(%[[WORDS]]
// CHECK:         linalg.generic
// CHECK:           arith.sitofp
// CHECK:           arith.mulf
func.func @forward(%a: tensor<?x4x4x33x!dorefa.code<2, unipolar>>, %w: tensor<8x3x3x33x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x4x4x8xf32> {
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x33x!dorefa.code<2, unipolar>>, tensor<8x3x3x33x!dorefa.code<1, bipolar>> -> tensor<?x4x4x8xf32>
  return %z : tensor<?x4x4x8xf32>
}

// The number of valid taps differs from position to position.
// CHECK-LABEL: func.func @input_gradient
// CHECK:         bitserial.conv2d
// CHECK:         arith.constant dense<{{.*}}> : tensor<5x5xi32>
func.func @input_gradient(%g: tensor<?x3x3x8x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %w: tensor<8x3x3x5x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x3x3x5xf32> {
  %dx = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x3x3x8x!dorefa.code<6, bipolar>>, tensor<8x3x3x5x!dorefa.code<1, bipolar>> -> tensor<?x3x3x5xf32>
  return %dx : tensor<?x3x3x5xf32>
}

// 16 output positions: words along them, bits counted, sample after sample.
// CHECK-LABEL: func.func @filter_gradient
// CHECK:         scf.forall
// CHECK:           bitserial.unpack
// CHECK:           bitserial.pack {{.*}} {axis = 1 : i64, bits = 2 : i64}
// CHECK:         scf.forall
// CHECK:           scf.for
// CHECK:             bitserial.matmul {{.*}} {transpose_lhs}
func.func @filter_gradient(%g: tensor<?x4x4x8x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %a: tensor<?x4x4x5x!dorefa.code<2, unipolar>>) -> tensor<8x3x3x5xf32> {
  %dw = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x8x!dorefa.code<6, bipolar>>, tensor<?x4x4x5x!dorefa.code<2, unipolar>> -> tensor<8x3x3x5xf32>
  return %dw : tensor<8x3x3x5xf32>
}

// A linear layer has one position in each sample: codes are multiplied, exactly
// though in f32, and scaled, each product rounded by itself.
// CHECK-LABEL: func.func @linear_filter_gradient
// CHECK-NOT:     bitserial.matmul
// CHECK-DAG:     arith.uitofp
// CHECK-DAG:     arith.sitofp
// CHECK:         %[[PRODUCT:.*]] = arith.mulf
// CHECK-NEXT:    %[[TERM:.*]] = arith.mulf %[[PRODUCT]]
// CHECK-NEXT:    arith.subf %{{.*}}, %[[TERM]]
func.func @linear_filter_gradient(%g: tensor<?x4x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %a: tensor<?x8x!dorefa.code<2, unipolar>>) -> tensor<4x8xf32> {
  %dw = dorefa.linear_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>)
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x8xf32>
  return %dw : tensor<4x8xf32>
}

// The mask is packed where it is made and unpacked where it is used.
// CHECK-LABEL: func.func @mask
// CHECK:         %[[WORDS:.*]] = bitserial.pack {{.*}} {axis = 1 : i64, bits = 1 : i64}
// CHECK:         bitserial.unpack ins(%[[WORDS]]
func.func @mask(%x: tensor<?x40xf32>, %g: tensor<?x40xf32>) -> tensor<?x40xf32> {
  %m = dorefa.clip_mask %x : tensor<?x40xf32> -> tensor<?x40x!dorefa.code<1, unipolar>>
  %r = dorefa.mask %g, %m : tensor<?x40xf32>, tensor<?x40x!dorefa.code<1, unipolar>>
  return %r : tensor<?x40xf32>
}
