func.func @gather(%x: tensor<16xf32>, %i: tensor<8xi32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d) -> (d)>, affine_map<(d) -> (d)>], iterator_types = ["parallel"]}
      ins(%i : tensor<8xi32>) outs(%e : tensor<8xf32>) {
  ^bb0(%index: i32, %o: f32):
    %position = arith.index_cast %index : i32 to index
    %v = tensor.extract %x[%position] : tensor<16xf32>
    linalg.yield %v : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}
