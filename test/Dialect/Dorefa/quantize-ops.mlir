// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s

// The quantizers: every optional part once, text and bytecode.

// CHECK-LABEL: func.func @activations(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>, %[[G:.*]]: tensor<?x8xf32>
func.func @activations(%x: tensor<?x8xf32>, %g: tensor<?x8xf32>) {
  // CHECK-NEXT: dorefa.quantize_activation %[[X]] : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<2, unipolar>>
  %0 = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<2, unipolar>>
  // The default bound is left out.
  // CHECK-NEXT: dorefa.quantize_activation %[[X]] : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
  %1 = dorefa.quantize_activation %x bound<clip> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
  // CHECK-NEXT: dorefa.quantize_activation %[[X]] bound<abs_clip> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<8, unipolar>>
  %2 = dorefa.quantize_activation %x bound<abs_clip> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<8, unipolar>>
  // CHECK-NEXT: dorefa.quantize_activation %[[X]] bound<tanh> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<?, unipolar>>
  %3 = dorefa.quantize_activation %x bound<tanh> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<?, unipolar>>
  // CHECK-NEXT: dorefa.quantize_activation %[[X]] bound<relu> : tensor<?x8xf32> -> tensor<?x8xf32>
  %4 = dorefa.quantize_activation %x bound<relu> : tensor<?x8xf32> -> tensor<?x8xf32>
  // CHECK-NEXT: dorefa.quantize_activation %[[X]] bound<tanh> open : tensor<?x8xf32> -> tensor<?x8xf32>
  %5 = dorefa.quantize_activation %x bound<tanh> open : tensor<?x8xf32> -> tensor<?x8xf32>
  // CHECK-NEXT: %[[M:.*]] = dorefa.clip_mask %[[X]] : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
  %m = dorefa.clip_mask %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
  // CHECK-NEXT: dorefa.clip_mask %[[X]] bound<relu>
  %n = dorefa.clip_mask %x bound<relu> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
  // CHECK-NEXT: dorefa.mask %[[G]], %[[M]] : tensor<?x8xf32>, tensor<?x8x!dorefa.code<1, unipolar>>
  %6 = dorefa.mask %g, %m : tensor<?x8xf32>, tensor<?x8x!dorefa.code<1, unipolar>>
  // CHECK-NEXT: dorefa.quantize_activation_grad %[[G]], %[[X]] bound<tanh> : tensor<?x8xf32>
  %7 = dorefa.quantize_activation_grad %g, %x bound<tanh> : tensor<?x8xf32>
  // CHECK-NEXT: dorefa.quantize_activation_grad %[[G]], %[[X]] : tensor<?x8xf32>
  %8 = dorefa.quantize_activation_grad %g, %x : tensor<?x8xf32>
  // CHECK-NEXT: dorefa.ste %[[X]], %[[G]] : tensor<?x8xf32>
  %9 = dorefa.ste %x, %g : tensor<?x8xf32>
  return
}

// CHECK-LABEL: func.func @weights(
// CHECK-SAME:    %[[W:.*]]: tensor<64x3x3x32xf32>
func.func @weights(%w: tensor<64x3x3x32xf32>) {
  // CHECK-NEXT: %[[C:.*]], %[[S:.*]] = dorefa.quantize_weight %[[W]] : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>
  %c0, %s0 = dorefa.quantize_weight %w : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>
  // CHECK-NEXT: %[[CC:.*]], %[[SC:.*]] = dorefa.quantize_weight %[[W]] per_channel : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<64xf32>
  %c1, %s1 = dorefa.quantize_weight %w per_channel : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<64xf32>
  // CHECK-NEXT: dorefa.quantize_weight %[[W]] detach_scale : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<8, bipolar>>, tensor<f32>
  %c2, %s2 = dorefa.quantize_weight %w detach_scale : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<8, bipolar>>, tensor<f32>
  // CHECK-NEXT: dorefa.quantize_weight %[[W]] : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<5, pow2>>, tensor<f32>
  %c3, %s3 = dorefa.quantize_weight %w : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<5, pow2>>, tensor<f32>
  // CHECK-NEXT: dorefa.quantize_weight %[[W]] per_channel scheme<threshold> : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<4, pow2>>, tensor<64xf32>
  %c6, %s6 = dorefa.quantize_weight %w per_channel scheme<threshold> : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<4, pow2>>, tensor<64xf32>
  // CHECK-NEXT: dorefa.quantize_weight %[[W]] : tensor<64x3x3x32xf32> -> tensor<64x3x3x32xf32>, tensor<f32>
  %c4, %s4 = dorefa.quantize_weight %w : tensor<64x3x3x32xf32> -> tensor<64x3x3x32xf32>, tensor<f32>
  // CHECK-NEXT: dorefa.quantize_weight %[[W]] per_channel : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<?, bipolar>>, tensor<64xf32>
  %c5, %s5 = dorefa.quantize_weight %w per_channel : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<?, bipolar>>, tensor<64xf32>
  // CHECK-NEXT: dorefa.quantize_weight_grad %[[W]], %[[W]] : tensor<64x3x3x32xf32>
  %0 = dorefa.quantize_weight_grad %w, %w : tensor<64x3x3x32xf32>
  // CHECK-NEXT: dorefa.quantize_weight_grad %[[W]], %[[W]] detach_scale : tensor<64x3x3x32xf32>
  %1 = dorefa.quantize_weight_grad %w, %w detach_scale : tensor<64x3x3x32xf32>
  // CHECK-NEXT: dorefa.dequantize %[[C]] scale(%[[S]] : tensor<f32>) : tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<64x3x3x32xf32>
  %2 = dorefa.dequantize %c0 scale(%s0 : tensor<f32>) : tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<64x3x3x32xf32>
  // CHECK-NEXT: dorefa.dequantize %[[CC]] scale(%[[SC]] : tensor<64xf32>)
  %3 = dorefa.dequantize %c1 scale(%s1 : tensor<64xf32>) : tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<64x3x3x32xf32>
  // CHECK-NEXT: dorefa.dequantize %[[C]] : tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<64x3x3x32xf32>
  %4 = dorefa.dequantize %c0 : tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<64x3x3x32xf32>
  return
}

// CHECK-LABEL: func.func @gradients(
// CHECK-SAME:    %[[X:.*]]: tensor<?x8xf32>, %[[SEED:.*]]: i64, %[[STEP:.*]]: i64
func.func @gradients(%x: tensor<?x8xf32>, %seed: i64, %step: i64) {
  // CHECK-NEXT: dorefa.quantize_gradient %[[X]] : tensor<?x8xf32>
  %0 = dorefa.quantize_gradient %x : tensor<?x8xf32>
  // CHECK-NEXT: dorefa.quantize_gradient %[[X]] bits(6) id(2) deterministic : tensor<?x8xf32>
  %1 = dorefa.quantize_gradient %x bits(6) id(2) deterministic : tensor<?x8xf32>
  // CHECK-NEXT: dorefa.quantize_gradient %[[X]] bits(32) : tensor<?x8xf32>
  %2 = dorefa.quantize_gradient %x bits(32) : tensor<?x8xf32>
  // CHECK-NEXT: dorefa.encode_gradient %[[X]] noise(%[[SEED]], %[[STEP]]) id(3) : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<6, bipolar>>, tensor<?xf32>
  %3, %s3 = dorefa.encode_gradient %x noise(%seed, %step) id(3) : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<6, bipolar>>, tensor<?xf32>
  // CHECK-NEXT: dorefa.encode_gradient %[[X]] : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<2, bipolar>>, tensor<?xf32>
  %4, %s4 = dorefa.encode_gradient %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<2, bipolar>>, tensor<?xf32>
  return
}

// CHECK-LABEL: func.func @constants(
func.func @constants() {
  // CHECK-NEXT: dorefa.code_constant dense<[0, 1, 3]> : tensor<3xi8> -> tensor<3x!dorefa.code<2, bipolar>>
  %0 = dorefa.code_constant dense<[0, 1, 3]> : tensor<3xi8> -> tensor<3x!dorefa.code<2, bipolar>>
  // CHECK-NEXT: dorefa.code_constant dense<1> : tensor<2x2xi8> -> tensor<2x2x!dorefa.code<1, unipolar>>
  %1 = dorefa.code_constant dense<1> : tensor<2x2xi8> -> tensor<2x2x!dorefa.code<1, unipolar>>
  // Bytes are unsigned codes, however they are printed.
  // CHECK-NEXT: dorefa.code_constant dense<[-1, 127]> : tensor<2xi8> -> tensor<2x!dorefa.code<8, bipolar>>
  %2 = dorefa.code_constant dense<[255, 127]> : tensor<2xi8> -> tensor<2x!dorefa.code<8, bipolar>>
  // The largest code of a pow2 scheme is 2^(k-1).
  // CHECK-NEXT: dorefa.code_constant dense<4> : tensor<1xi8> -> tensor<1x!dorefa.code<3, pow2>>
  %3 = dorefa.code_constant dense<4> : tensor<1xi8> -> tensor<1x!dorefa.code<3, pow2>>
  return
}
