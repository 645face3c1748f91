// What lives from the forward into the backward pass: codes and masks of the
// quantized layer, packed; weights and statistics are not counted by sample.
// RUN: dorefa-opt %s --dorefa-autodiff=print-residuals -o %t 2>&1 | FileCheck %s --match-full-lines --strict-whitespace

//      CHECK:residuals of @f_grad, bytes a sample
// CHECK-NEXT:  layer        value                          elements  bits     packed        f32
// CHECK-NEXT:  -            argument                              6     3          3         24
// CHECK-NEXT:  -            argument                              1    32          4          4
// CHECK-NEXT:  fc0          dorefa.linear                         9    32         36         36
// CHECK-NEXT:  fc0          dorefa.quantize_activation            9     2          3         36
// CHECK-NEXT:  fc0          dorefa.clip_mask                      9     1          2         36
// CHECK-NEXT:  fc1          dorefa.linear                         4    32         16         16
// CHECK-NEXT:  total                                                              64        152
// CHECK-NEXT:  and 9 bytes whatever the batch
func.func @f(%x: tensor<?x6x!dorefa.code<3, unipolar>> {dorefa.input}, %labels: tensor<?xi32> {dorefa.labels},
             %w: tensor<9x6xf32> {dorefa.parameter = "fc0.weight"}, %v: tensor<4x9xf32> {dorefa.parameter = "fc1.weight"},
             %gamma: tensor<9xf32> {dorefa.parameter = "bn.gamma"}, %m: tensor<9xf32> {dorefa.state = "m"})
    -> tensor<f32> attributes {dorefa.differentiate} {
  %wc, %ws = dorefa.quantize_weight %w : tensor<9x6xf32> -> tensor<9x6x!dorefa.code<1, bipolar>>, tensor<f32>
  %z = dorefa.linear %x, %wc filter_scale(%ws : tensor<f32>) : tensor<?x6x!dorefa.code<3, unipolar>>, tensor<9x6x!dorefa.code<1, bipolar>> -> tensor<?x9xf32>
  %q = dorefa.quantize_gradient %z bits(6) : tensor<?x9xf32>
  %y, %nm, %nv = dorefa.batch_norm %q, %gamma, %gamma, %m, %m : tensor<?x9xf32>, tensor<9xf32>
  %a = dorefa.quantize_activation %y : tensor<?x9xf32> -> tensor<?x9x!dorefa.code<2, unipolar>>
  %vc, %vs = dorefa.quantize_weight %v : tensor<4x9xf32> -> tensor<4x9x!dorefa.code<1, bipolar>>, tensor<f32>
  %o = dorefa.linear %a, %vc filter_scale(%vs : tensor<f32>) : tensor<?x9x!dorefa.code<2, unipolar>>, tensor<4x9x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  %loss = dorefa.softmax_cross_entropy %o, %labels : tensor<?x4xf32>, tensor<?xi32>
  return %loss : tensor<f32>
}
