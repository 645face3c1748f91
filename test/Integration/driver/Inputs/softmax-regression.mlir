// Softmax regression on 4x4 grey images with three classes, with the functions
// of a training step written by hand: momentum as the optimizer, and a running
// mean of the input as a state.

func.func private @logits(%x: tensor<?x4x4x1xf32>, %w: tensor<3x16xf32>) -> tensor<?x3xf32> {
  %flat = tensor.collapse_shape %x [[0], [1, 2, 3]] : tensor<?x4x4x1xf32> into tensor<?x16xf32>
  %z = dorefa.linear %flat, %w : tensor<?x16xf32>, tensor<3x16xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

func.func @init(%seed: i64 {dorefa.seed})
    -> (tensor<3x16xf32> {dorefa.parameter = "fc.weight"},
        tensor<f32> {dorefa.state = "steps"},
        tensor<3x16xf32> {dorefa.optimizer = "momentum/fc.weight"}) {
  %seed_f32 = arith.sitofp %seed : i64 to f32
  %small = arith.constant 1.0e-3 : f32
  %scale = arith.mulf %seed_f32, %small : f32
  %empty = tensor.empty() : tensor<3x16xf32>
  %w = linalg.generic {
      indexing_maps = [affine_map<(o, k) -> (o, k)>], iterator_types = ["parallel", "parallel"]}
      outs(%empty : tensor<3x16xf32>) {
  ^bb0(%old: f32):
    %o = linalg.index 0 : index
    %k = linalg.index 1 : index
    %sum = arith.addi %o, %k : index
    %int = arith.index_cast %sum : index to i32
    %float = arith.sitofp %int : i32 to f32
    %value = arith.mulf %float, %scale : f32
    linalg.yield %value : f32
  } -> tensor<3x16xf32>
  %steps = arith.constant dense<0.0> : tensor<f32>
  %v = arith.constant dense<0.0> : tensor<3x16xf32>
  return %w, %steps, %v : tensor<3x16xf32>, tensor<f32>, tensor<3x16xf32>
}

func.func @train_step(
    %rate: f32 {dorefa.learning_rate}, %seed: i64 {dorefa.seed}, %step: i64 {dorefa.step},
    %v: tensor<3x16xf32> {dorefa.optimizer = "momentum/fc.weight"},
    %w: tensor<3x16xf32> {dorefa.parameter = "fc.weight"},
    %steps: tensor<f32> {dorefa.state = "steps"},
    %labels: tensor<?xi32> {dorefa.labels}, %x: tensor<?x4x4x1xf32> {dorefa.input})
    -> (tensor<f32> {dorefa.state = "steps"},
        tensor<3x16xf32> {dorefa.parameter = "fc.weight"},
        tensor<3x16xf32> {dorefa.optimizer = "momentum/fc.weight"},
        f32 {dorefa.gradient_scale = "fc"},
        tensor<f32> {dorefa.loss}) {
  %z = func.call @logits(%x, %w) : (tensor<?x4x4x1xf32>, tensor<3x16xf32>) -> tensor<?x3xf32>
  %loss = dorefa.softmax_cross_entropy %z, %labels : tensor<?x3xf32>, tensor<?xi32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %dz = dorefa.softmax_cross_entropy_grad %one, %z, %labels
      : tensor<f32>, tensor<?x3xf32>, tensor<?xi32>
  %flat = tensor.collapse_shape %x [[0], [1, 2, 3]] : tensor<?x4x4x1xf32> into tensor<?x16xf32>
  %g = dorefa.linear_grad_filter %dz, %flat : tensor<?x3xf32>, tensor<?x16xf32> -> tensor<3x16xf32>
  %momentum = arith.constant dense<0.9> : tensor<3x16xf32>
  %kept = arith.mulf %momentum, %v : tensor<3x16xf32>
  %new_v = arith.addf %kept, %g : tensor<3x16xf32>
  %rates = tensor.splat %rate : tensor<3x16xf32>
  %change = arith.mulf %rates, %new_v : tensor<3x16xf32>
  %new_w = arith.subf %w, %change : tensor<3x16xf32>
  %new_steps = arith.addf %steps, %one : tensor<f32>
  %c0 = arith.constant 0 : index
  %scale = tensor.extract %new_w[%c0, %c0] : tensor<3x16xf32>
  return %new_steps, %new_w, %new_v, %scale, %loss
      : tensor<f32>, tensor<3x16xf32>, tensor<3x16xf32>, f32, tensor<f32>
}

func.func @evaluate(
    %x: tensor<?x4x4x1xf32> {dorefa.input}, %labels: tensor<?xi32> {dorefa.labels},
    %w: tensor<3x16xf32> {dorefa.parameter = "fc.weight"})
    -> (f32 {dorefa.loss}, i64 {dorefa.correct}) {
  %z = func.call @logits(%x, %w) : (tensor<?x4x4x1xf32>, tensor<3x16xf32>) -> tensor<?x3xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %batch = tensor.dim %x, %c0 : tensor<?x4x4x1xf32>
  %zero = arith.constant 0.0 : f32
  %none = arith.constant 0 : i64
  %loss, %correct = scf.for %b = %c0 to %batch step %c1
      iter_args(%sum = %zero, %hits = %none) -> (f32, i64) {
    %label = tensor.extract %labels[%b] : tensor<?xi32>
    %first = arith.constant 0 : i32
    %counts = arith.cmpi sge, %label, %first : i32
    %new_sum, %new_hits = scf.if %counts -> (f32, i64) {
      %z0 = tensor.extract %z[%b, %c0] : tensor<?x3xf32>
      %z1 = tensor.extract %z[%b, %c1] : tensor<?x3xf32>
      %z2 = tensor.extract %z[%b, %c2] : tensor<?x3xf32>
      %m01 = arith.maximumf %z0, %z1 : f32
      %m = arith.maximumf %m01, %z2 : f32
      %index = arith.index_cast %label : i32 to index
      %own = tensor.extract %z[%b, %index] : tensor<?x3xf32>
      %e0 = math.exp %z0 : f32
      %e1 = math.exp %z1 : f32
      %e2 = math.exp %z2 : f32
      %e01 = arith.addf %e0, %e1 : f32
      %e = arith.addf %e01, %e2 : f32
      %log = math.log %e : f32
      %row = arith.subf %log, %own : f32
      %next = arith.addf %sum, %row : f32
      %hit = arith.cmpf oeq, %own, %m : f32
      %hit_int = arith.extui %hit : i1 to i64
      %next_hits = arith.addi %hits, %hit_int : i64
      scf.yield %next, %next_hits : f32, i64
    } else {
      scf.yield %sum, %hits : f32, i64
    }
    scf.yield %new_sum, %new_hits : f32, i64
  }
  return %loss, %correct : f32, i64
}
