// RUN: dorefa-opt %s --dorefa-set-bits="w=1 a=2 g=6" | FileCheck %s
// RUN: dorefa-opt %s --dorefa-set-bits="w=32 a=32 g=32" | FileCheck %s --check-prefix=FLOAT
// RUN: dorefa-opt %s --dorefa-set-bits="w=4 a=32 g=8" | FileCheck %s --check-prefix=MIXED

// Every type follows: values, signatures, block arguments, attributes.

// CHECK-LABEL: func.func private @declared(tensor<2x!dorefa.code<2, unipolar>>) -> tensor<2x!dorefa.code<1, bipolar>>
// FLOAT-LABEL: func.func private @declared(tensor<2xf32>) -> tensor<2xf32>
// MIXED-LABEL: func.func private @declared(tensor<2xf32>) -> tensor<2x!dorefa.code<4, bipolar>>
func.func private @declared(tensor<2x!dorefa.code<?, unipolar>>) -> tensor<2x!dorefa.code<?, bipolar>>

// CHECK-LABEL: func.func @layer(
// CHECK:         %[[A:.*]] = dorefa.quantize_activation %{{.*}} bound<abs_clip> : tensor<?x4x4x2xf32> -> tensor<?x4x4x2x!dorefa.code<2, unipolar>>
// CHECK:         %[[P:.*]], %{{.*}} = dorefa.max_pool %[[A]] {{.*}} -> tensor<?x2x2x2x!dorefa.code<2, unipolar>>, tensor<?x2x2x2xi8>
// CHECK:         %[[R:.*]] = tensor.collapse_shape %[[P]] {{.*}} : tensor<?x2x2x2x!dorefa.code<2, unipolar>> into tensor<?x8x!dorefa.code<2, unipolar>>
// CHECK:         %[[W:.*]], %[[S:.*]] = dorefa.quantize_weight %{{.*}} : tensor<3x8xf32> -> tensor<3x8x!dorefa.code<1, bipolar>>, tensor<f32>
// CHECK:         %[[Z:.*]] = dorefa.linear %[[R]], %[[W]] filter_scale(%[[S]] : tensor<f32>)
// CHECK:         dorefa.quantize_gradient %[[Z]] bits(6) id(3) : tensor<?x3xf32>
//
// FLOAT-LABEL: func.func @layer(
// FLOAT-SAME:    %[[X:.*]]: tensor<?x4x4x2xf32>, %[[W:.*]]: tensor<3x8xf32>)
// FLOAT:         %[[A:.*]] = dorefa.quantize_activation %[[X]] bound<relu> : tensor<?x4x4x2xf32> -> tensor<?x4x4x2xf32>
// FLOAT:         %[[P:.*]], %{{.*}} = dorefa.max_pool %[[A]] {{.*}} -> tensor<?x2x2x2xf32>, tensor<?x2x2x2xi8>
// FLOAT:         %[[R:.*]] = tensor.collapse_shape %[[P]]
// FLOAT-NOT:     quantize_weight
// FLOAT:         %[[Z:.*]] = dorefa.linear %[[R]], %[[W]] : tensor<?x8xf32>, tensor<3x8xf32> -> tensor<?x3xf32>
// FLOAT-NOT:     quantize_gradient
// FLOAT:         return %[[Z]]
//
// One operand may stay codes; its scale stays too.
// MIXED-LABEL: func.func @layer(
// MIXED:         dorefa.linear %{{.*}}, %{{.*}} filter_scale(%{{.*}} : tensor<f32>) : tensor<?x8xf32>, tensor<3x8x!dorefa.code<4, bipolar>>
// MIXED:         dorefa.quantize_gradient %{{.*}} bits(8) id(3)
func.func @layer(%x: tensor<?x4x4x2xf32>, %w: tensor<3x8xf32>) -> tensor<?x3xf32> {
  %a = dorefa.quantize_activation %x bound<abs_clip> : tensor<?x4x4x2xf32> -> tensor<?x4x4x2x!dorefa.code<?, unipolar>>
  %p, %i = dorefa.max_pool %a {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x2x!dorefa.code<?, unipolar>> -> tensor<?x2x2x2x!dorefa.code<?, unipolar>>, tensor<?x2x2x2xi8>
  %r = tensor.collapse_shape %p [[0], [1, 2, 3]]
      : tensor<?x2x2x2x!dorefa.code<?, unipolar>> into tensor<?x8x!dorefa.code<?, unipolar>>
  %c, %s = dorefa.quantize_weight %w : tensor<3x8xf32> -> tensor<3x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %z = dorefa.linear %r, %c filter_scale(%s : tensor<f32>)
      : tensor<?x8x!dorefa.code<?, unipolar>>, tensor<3x8x!dorefa.code<?, bipolar>> -> tensor<?x3xf32>
  %q = dorefa.quantize_gradient %z id(3) : tensor<?x3xf32>
  return %q : tensor<?x3xf32>
}

// The activation before a float layer follows the bits through `open` alone.

// CHECK-LABEL: func.func @open_bound(
// CHECK-NEXT:    dorefa.quantize_activation %{{.*}} : tensor<?x8xf32> -> tensor<?x8xf32>
// FLOAT-LABEL: func.func @open_bound(
// FLOAT-NEXT:    dorefa.quantize_activation %{{.*}} bound<relu> : tensor<?x8xf32> -> tensor<?x8xf32>
func.func @open_bound(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %a = dorefa.quantize_activation %x open : tensor<?x8xf32> -> tensor<?x8xf32>
  return %a : tensor<?x8xf32>
}

// What the model fixes itself stays.

// CHECK-LABEL: func.func @fixed(
// CHECK-NEXT:    dorefa.quantize_activation %{{.*}} : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<4, unipolar>>
// CHECK-NEXT:    dorefa.quantize_activation %{{.*}} bound<tanh> : tensor<?x8xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    dorefa.quantize_weight %{{.*}} : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<3, bipolar>>
// CHECK-NEXT:    dorefa.quantize_gradient %{{.*}} bits(4)
// FLOAT-LABEL: func.func @fixed(
// FLOAT-NEXT:    dorefa.quantize_activation %{{.*}} : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<4, unipolar>>
// FLOAT-NEXT:    dorefa.quantize_activation %{{.*}} bound<tanh> : tensor<?x8xf32> -> tensor<?x8xf32>
// FLOAT-NEXT:    dorefa.quantize_weight %{{.*}} : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<3, bipolar>>
// FLOAT-NEXT:    dorefa.quantize_gradient %{{.*}} bits(4)
func.func @fixed(%x: tensor<?x8xf32>) {
  %a = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<4, unipolar>>
  %b = dorefa.quantize_activation %x bound<tanh> : tensor<?x8xf32> -> tensor<?x8xf32>
  %c, %s = dorefa.quantize_weight %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<3, bipolar>>, tensor<f32>
  %g = dorefa.quantize_gradient %x bits(4) : tensor<?x8xf32>
  return
}

// Values of codes: the codes themselves, times the scale of a dropout.

// CHECK-LABEL: func.func @values(
// CHECK:         dorefa.dequantize %{{.*}} scale(%{{.*}} : tensor<f32>) : tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<?x8xf32>
// CHECK:         dorefa.dequantize %{{.*}} scale(%{{.*}} : tensor<f32>) : tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<4x8xf32>
//
// FLOAT-LABEL: func.func @values(
// FLOAT-SAME:    %{{.*}}: tensor<?x8xf32>, %[[W:.*]]: tensor<4x8xf32>)
// FLOAT:         %[[A:.*]] = dorefa.quantize_activation
// FLOAT:         %[[D:.*]], %[[DS:.*]] = dorefa.dropout %[[A]] rate(5.000000e-01) : tensor<?x8xf32>
// FLOAT-DAG:     %[[K:.*]] = tensor.extract %[[DS]][] : tensor<f32>
// FLOAT-DAG:     %[[B:.*]] = tensor.dim %[[D]]
// FLOAT:         %[[SPLAT:.*]] = tensor.splat %[[K]][%[[B]]] : tensor<?x8xf32>
// FLOAT:         %[[V:.*]] = arith.mulf %[[D]], %[[SPLAT]] : tensor<?x8xf32>
// FLOAT:         %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// FLOAT:         return %[[V]], %[[A]], %[[W]], %[[ONE]]
func.func @values(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<4x8xf32>, tensor<f32>) {
  %a = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<?, unipolar>>
  %d, %ds = dorefa.dropout %a rate(0.5) : tensor<?x8x!dorefa.code<?, unipolar>>
  %v = dorefa.dequantize %d scale(%ds : tensor<f32>) : tensor<?x8x!dorefa.code<?, unipolar>> -> tensor<?x8xf32>
  %u = dorefa.dequantize %a : tensor<?x8x!dorefa.code<?, unipolar>> -> tensor<?x8xf32>
  %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %q = dorefa.dequantize %c scale(%s : tensor<f32>) : tensor<4x8x!dorefa.code<?, bipolar>> -> tensor<4x8xf32>
  return %v, %u, %q, %s : tensor<?x8xf32>, tensor<?x8xf32>, tensor<4x8xf32>, tensor<f32>
}

// Regions of other ops.

// CHECK-LABEL: func.func @regions(
// CHECK:         scf.if %{{.*}} -> (tensor<2x!dorefa.code<2, unipolar>>)
// CHECK:         ^bb0(%{{.*}}: !dorefa.code<2, unipolar>, %{{.*}}: !dorefa.code<2, unipolar>):
// FLOAT-LABEL: func.func @regions(
// FLOAT:         scf.if %{{.*}} -> (tensor<2xf32>)
// FLOAT:         ^bb0(%{{.*}}: f32, %{{.*}}: f32):
func.func @regions(%t: i1, %a: tensor<2x!dorefa.code<?, unipolar>>, %b: tensor<2x!dorefa.code<?, unipolar>>)
    -> tensor<2x!dorefa.code<?, unipolar>> {
  %0 = scf.if %t -> tensor<2x!dorefa.code<?, unipolar>> {
    scf.yield %a : tensor<2x!dorefa.code<?, unipolar>>
  } else {
    scf.yield %b : tensor<2x!dorefa.code<?, unipolar>>
  }
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<2x!dorefa.code<?, unipolar>>) outs(%0 : tensor<2x!dorefa.code<?, unipolar>>) {
  ^bb0(%in: !dorefa.code<?, unipolar>, %out: !dorefa.code<?, unipolar>):
    linalg.yield %in : !dorefa.code<?, unipolar>
  } -> tensor<2x!dorefa.code<?, unipolar>>
  return %1 : tensor<2x!dorefa.code<?, unipolar>>
}

// A choice that 1 bit does not leave goes.

// CHECK-LABEL: func.func @detached(
// CHECK-NEXT:    dorefa.quantize_weight %{{.*}} : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<1, bipolar>>
// MIXED-LABEL: func.func @detached(
// MIXED-NEXT:    dorefa.quantize_weight %{{.*}} detach_scale : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<4, bipolar>>
func.func @detached(%w: tensor<4x8xf32>) -> tensor<4x8x!dorefa.code<?, bipolar>> {
  %c, %s = dorefa.quantize_weight %w detach_scale : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<?, bipolar>>, tensor<f32>
  return %c : tensor<4x8x!dorefa.code<?, bipolar>>
}
