// RUN: dorefa-opt %s --convert-linalg-to-vector-loops=warn-scalar --split-input-file --verify-diagnostics -o /dev/null

func.func @tensors(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @+1 {{has tensor operands: bufferize first}}
  %y = linalg.exp ins(%x : tensor<8xf32>) outs(%x : tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

func.func @map(%x: memref<4xf32>, %y: memref<8xf32>) {
  // expected-error @+1 {{needs strided buffers and indexing maps that are sums of loop indices times constants}}
  linalg.generic {indexing_maps = [affine_map<(i) -> (i floordiv 2)>, affine_map<(i) -> (i)>],
                  iterator_types = ["parallel"]}
      ins(%x : memref<4xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  }
  return
}

// -----

func.func @layout(%x: memref<8xf32, affine_map<(i) -> (i floordiv 2)>>, %y: memref<8xf32>) {
  // expected-error @+1 {{needs strided buffers}}
  linalg.exp ins(%x : memref<8xf32, affine_map<(i) -> (i floordiv 2)>>) outs(%y : memref<8xf32>)
  return
}

// -----

func.func @body(%table: memref<256xf32>, %x: memref<64xi32>, %y: memref<64xf32>) {
  // expected-warning @+1 {{becomes scalar loops}}
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                  iterator_types = ["parallel"]}
      ins(%x : memref<64xi32>) outs(%y : memref<64xf32>) {
  ^bb0(%a: i32, %b: f32):
    %i = arith.index_cast %a : i32 to index
    %v = memref.load %table[%i] : memref<256xf32>
    linalg.yield %v : f32
  }
  return
}
