// RUN: dorefa-opt %s --dorefa-training-step | FileCheck %s
// RUN: dorefa-opt %s --dorefa-training-step="optimizer=sgd momentum=0 weight-decay=0.5" | FileCheck %s --check-prefix=PLAIN
// RUN: dorefa-opt %s --dorefa-training-step="optimizer=adam beta1=0.5 epsilon=0.25" | FileCheck %s --check-prefix=ADAM

// CHECK-LABEL: func.func @forward(
func.func @forward(
    %x: tensor<?x8xf32> {dorefa.input},
    %w: tensor<9x8xf32> {dorefa.parameter = "fc0.weight", dorefa.init = "he_normal"},
    %gamma: tensor<9xf32> {dorefa.parameter = "bn.gamma", dorefa.init = "ones"},
    %m: tensor<9xf32> {dorefa.state = "bn.mean", dorefa.init = "zeros"},
    %v: tensor<9xf32> {dorefa.state = "bn.var", dorefa.init = "ones"},
    %u: tensor<10x9xf32> {dorefa.parameter = "fc1.weight", dorefa.init = "lecun_uniform"})
    -> (tensor<9xf32> {dorefa.state = "bn.mean"}, tensor<?x10xf32> {dorefa.output}, tensor<9xf32> {dorefa.state = "bn.var"}) {
  %wc, %ws = dorefa.quantize_weight %w : tensor<9x8xf32> -> tensor<9x8x!dorefa.code<1, bipolar>>, tensor<f32>
  %z = dorefa.linear %x, %wc filter_scale(%ws : tensor<f32>) : tensor<?x8xf32>, tensor<9x8x!dorefa.code<1, bipolar>> -> tensor<?x9xf32>
  %q = dorefa.quantize_gradient %z bits(6) : tensor<?x9xf32>
  %y, %nm, %nv = call @normalize(%q, %gamma, %m, %v) : (tensor<?x9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>) -> (tensor<?x9xf32>, tensor<9xf32>, tensor<9xf32>)
  %a = dorefa.quantize_activation %y : tensor<?x9xf32> -> tensor<?x9x!dorefa.code<2, unipolar>>
  %d, %ds = dorefa.dropout %a rate(0.5) : tensor<?x9x!dorefa.code<2, unipolar>>
  %o = dorefa.linear %d, %u input_scale(%ds : tensor<f32>) : tensor<?x9x!dorefa.code<2, unipolar>>, tensor<10x9xf32> -> tensor<?x10xf32>
  return %nm, %o, %nv : tensor<9xf32>, tensor<?x10xf32>, tensor<9xf32>
}

func.func private @normalize(%x: tensor<?x9xf32>, %gamma: tensor<9xf32>, %m: tensor<9xf32>, %v: tensor<9xf32>)
    -> (tensor<?x9xf32>, tensor<9xf32>, tensor<9xf32>) {
  %zero = arith.constant dense<0.0> : tensor<9xf32>
  %y, %nm, %nv = dorefa.batch_norm %x, %gamma, %zero, %m, %v : tensor<?x9xf32>, tensor<9xf32>
  return %y, %nm, %nv : tensor<?x9xf32>, tensor<9xf32>, tensor<9xf32>
}

// The initial values: parameters, states, optimizer state.
// CHECK-LABEL: func.func @init(
// CHECK-SAME: %[[SEED:.*]]: i64 {dorefa.seed}) -> (tensor<9x8xf32> {dorefa.parameter = "fc0.weight"}, tensor<9xf32> {dorefa.parameter = "bn.gamma"}, tensor<10x9xf32> {dorefa.parameter = "fc1.weight"}, tensor<9xf32> {dorefa.state = "bn.mean"}, tensor<9xf32> {dorefa.state = "bn.var"}, tensor<9x8xf32> {dorefa.optimizer = "momentum/fc0.weight"}, tensor<9xf32> {dorefa.optimizer = "momentum/bn.gamma"}, tensor<10x9xf32> {dorefa.optimizer = "momentum/fc1.weight"}) {
// CHECK: %[[STD:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: arith.constant 1073741824 : i32
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<9x8xf32>)
// CHECK: math.log
// CHECK: math.cos
// CHECK: arith.mulf %{{.*}}, %[[STD]]
// CHECK: linalg.fill
// CHECK: %[[BOUND:.*]] = arith.constant 0.333333343 : f32
// CHECK: arith.constant 1073741826 : i32
// CHECK: arith.mulf %{{.*}}, %[[BOUND]]

// One step: the seed and the step reach every random op, in the order of ids.
// CHECK-LABEL: func.func @train_step(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32> {dorefa.input}, %[[LABELS:[^:]*]]: tensor<?xi32> {dorefa.labels}, %[[W:[^:]*]]: tensor<9x8xf32> {dorefa.parameter = "fc0.weight"}, %[[GAMMA:[^:]*]]: tensor<9xf32> {dorefa.parameter = "bn.gamma"}, %[[U:[^:]*]]: tensor<10x9xf32> {dorefa.parameter = "fc1.weight"}, %[[M:[^:]*]]: tensor<9xf32> {dorefa.state = "bn.mean"}, %[[V:[^:]*]]: tensor<9xf32> {dorefa.state = "bn.var"}, %[[MW:[^:]*]]: tensor<9x8xf32> {dorefa.optimizer = "momentum/fc0.weight"}, %{{[^:]*}}: tensor<9xf32> {dorefa.optimizer = "momentum/bn.gamma"}, %{{[^:]*}}: tensor<10x9xf32> {dorefa.optimizer = "momentum/fc1.weight"}, %[[LR:[^:]*]]: f32 {dorefa.learning_rate}, %[[SEED:[^:]*]]: i64 {dorefa.seed}, %[[STEP:[^:]*]]: i64 {dorefa.step})
// CHECK-SAME: -> (tensor<f32> {dorefa.loss}, tensor<f32> {dorefa.gradient_scale = "fc0"}, tensor<9x8xf32> {dorefa.parameter = "fc0.weight"}, tensor<9xf32> {dorefa.parameter = "bn.gamma"}, tensor<10x9xf32> {dorefa.parameter = "fc1.weight"}, tensor<9xf32> {dorefa.state = "bn.mean"}, tensor<9xf32> {dorefa.state = "bn.var"}, tensor<9x8xf32> {dorefa.optimizer = "momentum/fc0.weight"}, tensor<9xf32> {dorefa.optimizer = "momentum/bn.gamma"}, tensor<10x9xf32> {dorefa.optimizer = "momentum/fc1.weight"}) {
// CHECK-NOT: quantize_gradient
// CHECK-NOT: call
// CHECK: %{{.*}}, %[[NM:.*]], %[[NV:.*]] = dorefa.batch_norm
// CHECK: dorefa.dropout {{.*}} noise(%[[SEED]], %[[STEP]]) id(1)
// CHECK: %[[LOSS:.*]] = dorefa.softmax_cross_entropy %{{.*}}, %[[LABELS]]
// CHECK: dorefa.dropout {{.*}} noise(%[[SEED]], %[[STEP]]) id(1)
// CHECK: %[[C:.*]], %[[SCALE:.*]] = dorefa.encode_gradient {{.*}} noise(%[[SEED]], %[[STEP]])
// CHECK: %[[DW:.*]] = dorefa.linear_grad_filter %[[C]], %[[X]]
// CHECK: %[[MAX:.*]] = linalg.reduce ins(%[[SCALE]] : tensor<?xf32>)
// CHECK: arith.maximumf
// CHECK: %[[NEW:.*]]:2 = linalg.generic {{.*}} ins(%[[DW]] : tensor<9x8xf32>) outs(%[[W]], %[[MW]] : tensor<9x8xf32>, tensor<9x8xf32>)
// CHECK-NEXT: ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[OLD:.*]]: f32):
// CHECK: %[[DECAY:.*]] = arith.constant 0.899999976 : f32
// CHECK: %[[KEPT:.*]] = arith.mulf %[[DECAY]], %[[OLD]]
// CHECK: %[[VELOCITY:.*]] = arith.addf %[[KEPT]], %[[G]]
// CHECK: %[[REACH:.*]] = arith.mulf %[[LR]], %[[VELOCITY]]
// CHECK: %[[MOVED:.*]] = arith.subf %[[P]], %[[REACH]]
// CHECK: linalg.yield %[[MOVED]], %[[VELOCITY]]
// CHECK: return %[[LOSS]], %[[MAX]], %[[NEW]]#0, {{.*}}, %[[NM]], %[[NV]], %[[NEW]]#1

// Inference: running statistics, no dropout, its scale gone from the product.
// CHECK-LABEL: func.func @evaluate(
// CHECK-SAME: -> (tensor<f32> {dorefa.loss}, tensor<i32> {dorefa.correct})
// CHECK-NOT: quantize_gradient
// CHECK: dorefa.batch_norm {{.*}} inference
// CHECK-NOT: dropout
// CHECK: dorefa.linear %{{.*}}, %{{[^ ]*}} {dorefa.layer = "fc1"}
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: math.log
// CHECK: arith.minsi
// CHECK: return

// CHECK-LABEL: func.func @predict(
// CHECK-SAME: %{{[^:]*}}: tensor<?x8xf32> {dorefa.input}, %{{[^:]*}}: tensor<9x8xf32> {dorefa.parameter = "fc0.weight"}
// CHECK-SAME: -> (tensor<?x10xf32> {dorefa.output})
// CHECK: inference
// CHECK-NOT: dropout
// CHECK: return

// PLAIN-LABEL: func.func @train_step(
// PLAIN-NOT: dorefa.optimizer
// PLAIN: linalg.generic {{.*}} outs(%{{[^,]*}} : tensor<9x8xf32>)
// PLAIN-NEXT: ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32):
// PLAIN: %[[HALF:.*]] = arith.constant 5.000000e-01
// PLAIN: %[[DECAYED:.*]] = arith.mulf %[[HALF]], %[[P]]
// PLAIN: %[[SUM:.*]] = arith.addf %[[G]], %[[DECAYED]]
// PLAIN: %[[REACH:.*]] = arith.mulf %{{.*}}, %[[SUM]]
// PLAIN: arith.subf %[[P]], %[[REACH]]

// ADAM-LABEL: func.func @init(
// ADAM-SAME: {dorefa.optimizer = "adam.m/fc0.weight"}, {{[^,]*}} {dorefa.optimizer = "adam.v/fc0.weight"}, {{[^,]*}} {dorefa.optimizer = "adam.m/bn.gamma"}
// ADAM-LABEL: func.func @train_step(
// ADAM-SAME: %[[LR:[^:]*]]: f32 {dorefa.learning_rate}, %{{[^:]*}}: i64 {dorefa.seed}, %[[STEP:[^:]*]]: i64 {dorefa.step}
// ADAM: %[[ONE:.*]] = arith.constant 1 : i64
// ADAM: %[[COUNT:.*]] = arith.addi %[[STEP]], %[[ONE]]
// ADAM: %[[T:.*]] = arith.sitofp %[[COUNT]] : i64 to f64
// ADAM: %[[WIDE:.*]] = arith.extf %[[LR]] : f32 to f64
// ADAM: %[[B1:.*]] = arith.constant 5.000000e-01 : f64
// ADAM: %[[P1:.*]] = math.powf %[[B1]], %[[T]]
// ADAM: %[[C1:.*]] = arith.subf %{{.*}}, %[[P1]]
// ADAM: %[[Q:.*]] = arith.divf %[[WIDE]], %[[C1]]
// ADAM: %[[RATE:.*]] = arith.truncf %[[Q]] : f64 to f32
// ADAM: math.powf
// ADAM: math.sqrt
// ADAM: %[[ROOT:.*]] = arith.truncf
// ADAM: linalg.generic {{.*}} outs(%{{.*}}, %{{.*}}, %{{.*}} : tensor<9x8xf32>, tensor<9x8xf32>, tensor<9x8xf32>)
// ADAM: %[[R:.*]] = math.sqrt
// ADAM: %[[D:.*]] = arith.divf %[[R]], %[[ROOT]]
// ADAM: %[[EPS:.*]] = arith.constant 2.500000e-01
// ADAM: %[[DEN:.*]] = arith.addf %[[D]], %[[EPS]]
// ADAM: %[[UPDATE:.*]] = arith.divf %{{.*}}, %[[DEN]]
// ADAM: arith.mulf %[[RATE]], %[[UPDATE]]
