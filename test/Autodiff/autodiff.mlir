// Which functions, arguments and results --dorefa-autodiff takes.
// RUN: dorefa-opt %s --dorefa-autodiff -split-input-file | FileCheck %s
// RUN: not dorefa-opt %s --dorefa-autodiff=function=unmarked -split-input-file 2>&1 | FileCheck %s --check-prefix=NAMED

// NAMED-DAG: there is no function '@unmarked'
// NAMED-DAG: func.func @unmarked_grad
// NAMED-NOT: @loss_grad

// CHECK-LABEL: func.func @unmarked(
// CHECK-NOT: @unmarked_grad
func.func @unmarked(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// Parameters, where there are any; a cotangent for each result but states.
// CHECK-LABEL: func.func @parameters(
// CHECK-SAME: attributes {dorefa.differentiate}
// CHECK: func.func @parameters_grad(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>, %[[W:.*]]: tensor<4xf32> {dorefa.parameter = "w"}, %[[I:.*]]: tensor<4xi32>, %[[G0:.*]]: tensor<4xf32> {dorefa.cotangent = "result0"}, %[[G2:.*]]: tensor<4xf32> {dorefa.cotangent = "result2"})
// CHECK-SAME: -> (tensor<4xf32>, tensor<4xf32> {dorefa.state = "s"}, tensor<4xf32>, tensor<4xi32>, tensor<4xf32> {dorefa.gradient = "w"}) {
// CHECK: %[[P:.*]] = arith.mulf %[[X]], %[[W]]
// CHECK: %[[GP:.*]] = arith.addf %[[G0]], %[[G2]]
// CHECK: %[[GW:.*]] = arith.mulf %[[GP]], %[[X]]
// CHECK: return %[[P]], %[[X]], %[[P]], %[[I]], %[[GW]]
func.func @parameters(%x: tensor<4xf32>, %w: tensor<4xf32> {dorefa.parameter = "w"}, %i: tensor<4xi32>)
    -> (tensor<4xf32>, tensor<4xf32> {dorefa.state = "s"}, tensor<4xf32>, tensor<4xi32>) attributes {dorefa.differentiate} {
  %y = arith.mulf %x, %w : tensor<4xf32>
  return %y, %x, %y, %i : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>
}

// Results marked dorefa.output are the only ones with a cotangent.
// CHECK-LABEL: func.func @output_grad(
// CHECK-SAME: %{{.*}}: tensor<4xf32>, %{{.*}}: tensor<4xf32> {dorefa.cotangent = "result1"}) ->
func.func @output(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32> {dorefa.output}) attributes {dorefa.differentiate} {
  %y = math.exp %x : tensor<4xf32>
  return %x, %y : tensor<4xf32>, tensor<4xf32>
}

// A loss takes none, wherever it stands; a scalar result does if it is first.
// CHECK-LABEL: func.func @loss_grad(
// CHECK-SAME: %[[X:.*]]: tensor<f32>) -> (tensor<4xf32>, tensor<f32> {dorefa.loss}, tensor<f32> {dorefa.gradient = "arg0"})
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK: return %{{.*}}, %[[X]], %[[ONE]]
func.func @loss(%x: tensor<f32>) -> (tensor<4xf32>, tensor<f32> {dorefa.loss}) attributes {dorefa.differentiate} {
  %s = tensor.extract %x[] : tensor<f32>
  %y = tensor.splat %s : tensor<4xf32>
  return %y, %x : tensor<4xf32>, tensor<f32>
}

// CHECK-LABEL: func.func @scalar_grad(
// CHECK-SAME: %[[X:.*]]: f32) -> (f32, f32 {dorefa.gradient = "arg0"})
// CHECK: %[[Y:.*]] = math.exp %[[X]]
// CHECK: %[[ONE:.*]] = arith.constant 1.000000e+00
// CHECK: %[[D:.*]] = arith.mulf %[[ONE]], %[[Y]]
// CHECK: return %[[Y]], %[[D]]
func.func @scalar(%x: f32) -> f32 attributes {dorefa.differentiate} {
  %y = math.exp %x : f32
  return %y : f32
}

// A value used twice adds up; so does an op's one operand used twice.
// CHECK-LABEL: func.func @shared_grad(
// CHECK: %[[Y:.*]] = math.exp
// CHECK: %[[ONE:.*]] = arith.constant
// CHECK: %[[A:.*]] = arith.mulf %[[ONE]], %[[Y]] : f32
// CHECK: %[[S:.*]] = arith.addf %[[A]], %[[A]] : f32
func.func @shared(%x: f32) -> f32 attributes {dorefa.differentiate} {
  %y = math.exp %x : f32
  %z = arith.mulf %y, %y : f32
  return %z : f32
}

// Nothing that the result does not depend on is differentiated: rounding has no
// rule, and integers carry no gradient.
// CHECK-LABEL: func.func @inactive_grad(
// CHECK-SAME: %{{.*}}: tensor<4xf32>, %[[D:.*]]: tensor<?x4xf32>, %[[G:.*]]: tensor<4xf32>
// CHECK: %[[N:.*]] = tensor.dim %[[D]]
// CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[F:.*]] = linalg.fill ins(%[[ZERO]] : f32) outs(%[[E]]
// CHECK: return %{{.*}}, %{{.*}}, %[[G]], %[[F]]
func.func @inactive(%x: tensor<4xf32>, %d: tensor<?x4xf32>) -> (tensor<4xf32> {dorefa.output}, tensor<4xf32>) attributes {dorefa.differentiate} {
  %r = math.round %x : tensor<4xf32>
  %i = arith.fptosi %x : tensor<4xf32> to tensor<4xi32>
  %f = arith.sitofp %i : tensor<4xi32> to tensor<4xf32>
  %y = arith.addf %x, %f : tensor<4xf32>
  return %y, %r : tensor<4xf32>, tensor<4xf32>
}

// Calls are inlined, calls in the callee too.
// CHECK-LABEL: func.func @caller_grad(
// CHECK-NOT: call
// CHECK: math.tanh
// CHECK: math.exp
// CHECK-NOT: call
// CHECK: return
func.func @caller(%x: f32) -> f32 attributes {dorefa.differentiate} {
  %y = call @callee(%x) : (f32) -> f32
  return %y : f32
}
func.func private @callee(%x: f32) -> f32 {
  %t = math.tanh %x : f32
  %y = call @leaf(%t) : (f32) -> f32
  return %y : f32
}
func.func private @leaf(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// Random ops are numbered in program order, around the numbers that are taken.
// CHECK-LABEL: func.func @numbered_grad(
// CHECK-SAME: %[[SEED:[^:]*]]: i64 {dorefa.seed}, %[[STEP:[^:]*]]: i64 {dorefa.step})
// CHECK: dorefa.dropout {{.*}} noise(%[[SEED]], %[[STEP]]) id(3)
// CHECK: dorefa.encode_gradient {{.*}} id(2)
// CHECK: dorefa.encode_gradient {{.*}} id(1)
// CHECK: dorefa.dropout {{.*}} id(3)
// CHECK: dorefa.encode_gradient %{{[^ ]*}} noise(%[[SEED]], %[[STEP]]) :
func.func @numbered(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {dorefa.differentiate} {
  %a = dorefa.quantize_gradient %x bits(4) : tensor<2x4xf32>
  %b, %s = dorefa.dropout %a rate(0.5) id(3) : tensor<2x4xf32>
  %c = dorefa.quantize_gradient %b bits(4) id(1) : tensor<2x4xf32>
  %d = dorefa.quantize_gradient %c bits(4) : tensor<2x4xf32>
  return %d : tensor<2x4xf32>
}

// The backward ops of a layer carry its name.
// CHECK-LABEL: func.func @layers_grad(
// CHECK: dorefa.linear {{.*}}dorefa.layer = "fc0"
// CHECK: dorefa.quantize_activation {{.*}}dorefa.layer = "fc0"
// CHECK: dorefa.linear {{.*}}dorefa.layer = "mine"
// CHECK: dorefa.linear_grad_input {{.*}}dorefa.layer = "mine"
// CHECK: dorefa.mask {{.*}}dorefa.layer = "fc0"
// CHECK: dorefa.linear_grad_filter {{.*}}dorefa.layer = "fc0"
func.func @layers(%x: tensor<2x4xf32>, %w: tensor<4x4xf32> {dorefa.parameter = "fc0.weight"},
                  %v: tensor<4x4xf32> {dorefa.parameter = "fc1.weight"}) -> tensor<2x4xf32> attributes {dorefa.differentiate} {
  %a = dorefa.linear %x, %w : tensor<2x4xf32>, tensor<4x4xf32> -> tensor<2x4xf32>
  %b = dorefa.quantize_activation %a : tensor<2x4xf32> -> tensor<2x4xf32>
  %c = dorefa.linear %b, %v {dorefa.layer = "mine"} : tensor<2x4xf32>, tensor<4x4xf32> -> tensor<2x4xf32>
  return %c : tensor<2x4xf32>
}

// -----

func.func @other(%x: f32) -> f32 {
  return %x : f32
}
