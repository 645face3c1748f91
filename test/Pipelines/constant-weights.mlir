// Constant weights are quantized, laid out and packed at compile time: what is
// left of them is a constant of words.

// RUN: dorefa-opt %s --canonicalize --convert-dorefa-to-bitserial --cse --dorefa-fold-constants | FileCheck %s

// CHECK-LABEL: func.func @layer
// CHECK-DAG:     %[[WORDS:.*]] = arith.constant dense<{{.*}}> : tensor<1x1x1x1x1x3xi32>
// CHECK-NOT:     bitserial.pack ins({{.*}}) outs({{.*}} : tensor<1x1x1x1x1x3xi32>)
// CHECK:         bitserial.conv2d ins(%{{.*}}, %[[WORDS]] :
func.func @layer(%a: tensor<?x4x4x2x!dorefa.code<2, unipolar>>) -> tensor<?x4x4x3xf32> {
  %w = arith.constant dense<[[[[1.0, -1.0]]], [[[0.5, 2.0]]], [[[-3.0, -0.1]]]]> : tensor<3x1x1x2xf32>
  %c, %s = dorefa.quantize_weight %w : tensor<3x1x1x2xf32> -> tensor<3x1x1x2x!dorefa.code<1, bipolar>>, tensor<f32>
  %z = dorefa.conv2d %a, %c filter_scale(%s : tensor<f32>)
      : tensor<?x4x4x2x!dorefa.code<2, unipolar>>, tensor<3x1x1x2x!dorefa.code<1, bipolar>> -> tensor<?x4x4x3xf32>
  return %z : tensor<?x4x4x3xf32>
}
