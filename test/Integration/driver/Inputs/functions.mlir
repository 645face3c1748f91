// Functions of every kind of argument and result.

func.func @types(%matrix: tensor<?x3xf32>, %number: f32, %index: index, %flag: i1,
                 %scalar: tensor<f64>, %vector: tensor<4xi32>)
    -> (tensor<?x3xf32>, f32, index, i1, tensor<f64>, tensor<4xi32>) {
  %splat = tensor.splat %number : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %matrix, %c0 : tensor<?x3xf32>
  %empty = tensor.empty(%rows) : tensor<?x3xf32>
  %scaled = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%matrix : tensor<?x3xf32>) outs(%empty : tensor<?x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %product = arith.mulf %in, %number : f32
    linalg.yield %product : f32
  } -> tensor<?x3xf32>
  %twice = arith.addf %number, %number : f32
  %next = arith.addi %index, %rows : index
  %true = arith.constant true
  %not = arith.xori %flag, %true : i1
  %square = arith.mulf %scalar, %scalar : tensor<f64>
  %sum = arith.addi %vector, %vector : tensor<4xi32>
  return %scaled, %twice, %next, %not, %square, %sum
      : tensor<?x3xf32>, f32, index, i1, tensor<f64>, tensor<4xi32>
}

// Results that are arguments, constants and each other.
func.func @aliases(%x: tensor<3xf32>)
    -> (tensor<3xf32>, tensor<3xf32>, tensor<2xi8>, tensor<2xi8>) {
  %c = arith.constant dense<[7, 9]> : tensor<2xi8>
  return %x, %x, %c, %c : tensor<3xf32>, tensor<3xf32>, tensor<2xi8>, tensor<2xi8>
}

// Codes are u8 outside.
func.func @codes(%a: tensor<?x4x!dorefa.code<2, unipolar>>, %w: tensor<3x4xf32>)
    -> (tensor<?x3xf32>, tensor<3x4x!dorefa.code<1, bipolar>>) {
  %c, %s = dorefa.quantize_weight %w
      : tensor<3x4xf32> -> tensor<3x4x!dorefa.code<1, bipolar>>, tensor<f32>
  %z = dorefa.linear %a, %c filter_scale(%s : tensor<f32>)
      : tensor<?x4x!dorefa.code<2, unipolar>>, tensor<3x4x!dorefa.code<1, bipolar>>
      -> tensor<?x3xf32>
  return %z, %c : tensor<?x3xf32>, tensor<3x4x!dorefa.code<1, bipolar>>
}

func.func @nothing() {
  return
}

// No counterpart in host memory.
func.func @vectors(%x: vector<4xf32>) -> vector<4xf32> {
  return %x : vector<4xf32>
}

func.func private @hidden(%x: f32) -> f32 {
  return %x : f32
}
