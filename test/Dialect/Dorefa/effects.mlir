// RUN: dorefa-opt %s --cse | FileCheck %s
// RUN: dorefa-opt %s --canonicalize | FileCheck %s --check-prefix=DEAD

// Every op is a pure function of tensors: equal ones are one, unused ones go.
// Random numbers are no exception: they are a function of seed, step and id.

// CHECK-LABEL: func.func @equal(
// CHECK:         dorefa.quantize_weight
// CHECK-NOT:     dorefa.quantize_weight
// CHECK:         dorefa.encode_gradient %{{.*}} id(1)
// CHECK-NOT:     id(1)
// CHECK:         dorefa.encode_gradient %{{.*}} id(2)
// CHECK:         dorefa.dropout
// CHECK-NOT:     dorefa.dropout
func.func @equal(%w: tensor<2x8xf32>, %seed: i64, %step: i64)
    -> (tensor<2x8x!dorefa.code<1, bipolar>>, tensor<2x8x!dorefa.code<1, bipolar>>, tensor<2x8x!dorefa.code<6, bipolar>>,
        tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2x8xf32>, tensor<2x8xf32>) {
  %c0, %s0 = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<f32>
  %c1, %s1 = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<f32>
  %g0, %m0 = dorefa.encode_gradient %w noise(%seed, %step) id(1) : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2xf32>
  %g1, %m1 = dorefa.encode_gradient %w noise(%seed, %step) id(1) : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2xf32>
  %g2, %m2 = dorefa.encode_gradient %w noise(%seed, %step) id(2) : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2xf32>
  %d0, %k0 = dorefa.dropout %w rate(0.5) noise(%seed, %step) id(3) : tensor<2x8xf32>
  %d1, %k1 = dorefa.dropout %w rate(0.5) noise(%seed, %step) id(3) : tensor<2x8xf32>
  return %c0, %c1, %g0, %g1, %g2, %d0, %d1
      : tensor<2x8x!dorefa.code<1, bipolar>>, tensor<2x8x!dorefa.code<1, bipolar>>, tensor<2x8x!dorefa.code<6, bipolar>>,
        tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2x8xf32>, tensor<2x8xf32>
}

// DEAD-LABEL: func.func @unused(
// DEAD-NEXT:    return
func.func @unused(%x: tensor<2x8xf32>, %v: tensor<8xf32>, %y: tensor<2x4x4x8xf32>, %l: tensor<2xi32>,
                  %m: tensor<2x8x!dorefa.code<1, unipolar>>, %i: tensor<2x2x2x8xi8>, %z: tensor<2x2x2x8xf32>,
                  %f: tensor<8x1x1x8xf32>, %s: tensor<f32>) {
  %0 = dorefa.quantize_activation %x : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<2, unipolar>>
  %1 = dorefa.clip_mask %x : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, unipolar>>
  %2 = dorefa.mask %x, %m : tensor<2x8xf32>, tensor<2x8x!dorefa.code<1, unipolar>>
  %3 = dorefa.quantize_activation_grad %x, %x : tensor<2x8xf32>
  %4:2 = dorefa.quantize_weight %x : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<f32>
  %5 = dorefa.quantize_weight_grad %x, %x : tensor<2x8xf32>
  %6 = dorefa.quantize_gradient %x bits(6) : tensor<2x8xf32>
  %7:2 = dorefa.encode_gradient %x : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<6, bipolar>>, tensor<2xf32>
  %8 = dorefa.dequantize %m : tensor<2x8x!dorefa.code<1, unipolar>> -> tensor<2x8xf32>
  %9 = dorefa.code_constant dense<1> : tensor<2xi8> -> tensor<2x!dorefa.code<1, bipolar>>
  %10 = dorefa.ste %x, %3 : tensor<2x8xf32>
  %11 = dorefa.conv2d %y, %f : tensor<2x4x4x8xf32>, tensor<8x1x1x8xf32> -> tensor<2x4x4x8xf32>
  %12 = dorefa.conv2d_grad_input %y, %f : tensor<2x4x4x8xf32>, tensor<8x1x1x8xf32> -> tensor<2x4x4x8xf32>
  %13 = dorefa.conv2d_grad_filter %y, %y : tensor<2x4x4x8xf32>, tensor<2x4x4x8xf32> -> tensor<8x1x1x8xf32>
  %14 = dorefa.linear %x, %x : tensor<2x8xf32>, tensor<2x8xf32> -> tensor<2x2xf32>
  %15 = dorefa.linear_grad_input %14, %x : tensor<2x2xf32>, tensor<2x8xf32> -> tensor<2x8xf32>
  %16 = dorefa.linear_grad_filter %14, %x : tensor<2x2xf32>, tensor<2x8xf32> -> tensor<2x8xf32>
  %17:2 = dorefa.batch_stats %x : tensor<2x8xf32> -> tensor<8xf32>
  %18:3 = dorefa.batch_norm %x, %v, %v, %v, %v : tensor<2x8xf32>, tensor<8xf32>
  %19:3 = dorefa.batch_norm_grad %x, %x, %v, %v, %v : tensor<2x8xf32>, tensor<8xf32>
  %20:2 = dorefa.max_pool %y {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<2x4x4x8xf32> -> tensor<2x2x2x8xf32>, tensor<2x2x2x8xi8>
  %21 = dorefa.max_pool_grad %z, %i {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<2x2x2x8xf32>, tensor<2x2x2x8xi8> -> tensor<2x4x4x8xf32>
  %22 = dorefa.softmax_cross_entropy %x, %l : tensor<2x8xf32>, tensor<2xi32>
  %23 = dorefa.softmax_cross_entropy_grad %s, %x, %l : tensor<f32>, tensor<2x8xf32>, tensor<2xi32>
  %24:2 = dorefa.dropout %x rate(0.5) : tensor<2x8xf32>
  return
}
