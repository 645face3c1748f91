// What depends on parameters alone goes to a function of its own.

// RUN: dorefa-opt %s --split-input-file --verify-diagnostics --dorefa-split-preparation | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// The chain %a, %b is prepared; %w is passed as it is; the constant and the
// empty tensor are made where they are needed.
// CHECK-LABEL: func.func @f_prepare(
// CHECK-SAME:      %[[W:.*]]: tensor<4xf32> {dorefa.parameter = "w"}, %[[S:.*]]: tensor<4xf32> {dorefa.state = "s"})
// CHECK-SAME:      -> (tensor<4xf32> {dorefa.prepared = "f.0"}, tensor<4xf32> {dorefa.prepared = "f.1"})
// CHECK:         %[[A:.*]] = math.tanh %[[W]]
// CHECK:         %[[B:.*]] = arith.addf %[[A]], %[[S]]
// CHECK-NOT:     math.exp
// CHECK:         return %[[B]], %[[W]]
// CHECK-LABEL: func.func @f(
// CHECK-SAME:      %[[X:.*]]: tensor<4xf32> {dorefa.input}, %[[B:.*]]: tensor<4xf32> {dorefa.prepared = "f.0"}, %[[W:.*]]: tensor<4xf32> {dorefa.prepared = "f.1"})
// CHECK-SAME:      -> (tensor<4xf32> {dorefa.output})
// CHECK-NOT:     math.tanh
// CHECK:         %[[ONE:.*]] = arith.constant dense<1.0
// CHECK:         %[[Y:.*]] = arith.mulf %[[X]], %[[B]]
// CHECK:         %[[Z:.*]] = arith.addf %[[Y]], %[[ONE]]
// CHECK:         %[[R:.*]] = arith.mulf %[[Z]], %[[W]]
// CHECK:         return %[[R]]
func.func @f(%w: tensor<4xf32> {dorefa.parameter = "w"}, %x: tensor<4xf32> {dorefa.input},
             %s: tensor<4xf32> {dorefa.state = "s"}) -> (tensor<4xf32> {dorefa.output}) {
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %a = math.tanh %w : tensor<4xf32>
  %b = arith.addf %a, %s : tensor<4xf32>
  %unused = math.exp %a : tensor<4xf32>
  %y = arith.mulf %x, %b : tensor<4xf32>
  %z = arith.addf %y, %one : tensor<4xf32>
  %r = arith.mulf %z, %w : tensor<4xf32>
  return %r : tensor<4xf32>
}

// What a region reads counts: the body of this op reads a prepared value.
// CHECK-LABEL: func.func @region_prepare(
// CHECK:         %[[A:.*]] = math.exp
// CHECK:         return %[[A]]
// CHECK-LABEL: func.func @region(
// CHECK-SAME:      %[[A:[^ ]*]]: f32 {dorefa.prepared = "region.0"})
// CHECK:         linalg.generic
// CHECK:           arith.mulf %{{.*}}, %[[A]]
func.func @region(%x: tensor<4xf32> {dorefa.input}, %w: f32 {dorefa.parameter = "w"}) -> tensor<4xf32> {
  %a = math.exp %w : f32
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = arith.mulf %v, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// A training step returns parameters, and a function without an input is none
// of inference; one that uses no parameter has nothing to prepare.
// CHECK-LABEL: func.func @step(
// CHECK-LABEL: func.func @no_input(
// CHECK-LABEL: func.func @unused(
// CHECK-SAME:      dorefa.parameter
// CHECK-NOT:   _prepare
func.func @step(%x: tensor<4xf32> {dorefa.input}, %w: tensor<4xf32> {dorefa.parameter = "w"})
    -> (tensor<4xf32> {dorefa.parameter = "w"}) {
  %r = arith.mulf %x, %w : tensor<4xf32>
  return %r : tensor<4xf32>
}
func.func @no_input(%x: tensor<4xf32>, %w: tensor<4xf32> {dorefa.parameter = "w"}) -> tensor<4xf32> {
  %r = math.exp %w : tensor<4xf32>
  return %r : tensor<4xf32>
}
func.func @unused(%x: tensor<4xf32> {dorefa.input}, %w: tensor<4xf32> {dorefa.parameter = "w"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error@+1 {{cannot be split: '@f_prepare' exists}}
func.func @f(%x: tensor<4xf32> {dorefa.input}, %w: tensor<4xf32> {dorefa.parameter = "w"}) -> tensor<4xf32> {
  %r = arith.mulf %x, %w : tensor<4xf32>
  return %r : tensor<4xf32>
}
// expected-note@+1 {{here}}
func.func private @f_prepare()
