// The op that alone reads a product's sums joins the loop over its pieces.

// RUN: dorefa-opt %s --dorefa-fuse-pieces | FileCheck %s

#form = #bitserial.form<quads, bits = 4 x 4, bytes = 64, tile = 1 x 8, drain = 1, unroll = 1>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#pixel = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#image = affine_map<(d0, d1, d2, d3) -> (d0)>
#column = affine_map<(d0, d1, d2, d3) -> (d3)>
#none = affine_map<(d0, d1, d2, d3) -> ()>

// Parts of what has the axes of a piece; all of what has not. The number of images is that of
// the memory that the sums were to be in.
// CHECK-LABEL: func.func @scaled
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index, %{{.*}}: tensor<?x4x256xi8>, %{{.*}}: tensor<1x1x1x16x64xi8>, %[[OFFSET:.*]]: tensor<?x4x4xi32>, %[[SCALE:.*]]: tensor<?xf32>, %[[BIAS:.*]]: tensor<16xf32>, %[[ONE:.*]]: tensor<f32>
// CHECK:         %[[DIM:.*]] = tensor.dim %{{.*}} : tensor<?x4x4x1x16xi32>
// CHECK:         %[[OUT:.*]] = tensor.empty(%[[DIM]]) : tensor<?x4x4x16xf32>
// CHECK:         %[[RESULT:.*]] = scf.forall (%[[I:.*]], %[[ROW:.*]]) = (0, 0) to (%[[N]], 4) step (1, 2) shared_outs(%[[SHARED:.*]] = %[[OUT]])
// CHECK-NEXT:      %[[OWN:.*]] = tensor.empty() : tensor<2x4x16xi32>
// CHECK:           %[[SUMS:.*]] = bitserial.tile_product
// CHECK:           %[[FLAT:.*]] = tensor.collapse_shape %[[SUMS]]
// CHECK:           %[[PIECE:.*]] = tensor.expand_shape %[[FLAT]] {{.*}} : tensor<2x4x16xi32> into tensor<1x2x4x16xi32>
// CHECK-DAG:       %[[OFFSETS:.*]] = tensor.extract_slice %[[OFFSET]][%[[I]], %[[ROW]], 0] [1, 2, 4] [1, 1, 1]
// CHECK-DAG:       %[[SCALES:.*]] = tensor.extract_slice %[[SCALE]][%[[I]]] [1] [1]
// CHECK-DAG:       %[[PLACE:.*]] = tensor.extract_slice %[[SHARED]][%[[I]], %[[ROW]], 0, 0] [1, 2, 4, 16] [1, 1, 1, 1]
// CHECK:           %[[PART:.*]] = linalg.generic {{.*}} ins(%[[PIECE]], %[[OFFSETS]], %[[SCALES]], %[[BIAS]], %[[ONE]] : {{.*}}) outs(%[[PLACE]] : tensor<1x2x4x16xf32>)
// CHECK:           scf.forall.in_parallel {
// CHECK-NEXT:        tensor.parallel_insert_slice %[[PART]] into %[[SHARED]][%[[I]], %[[ROW]], 0, 0] [1, 2, 4, 16] [1, 1, 1, 1]
// CHECK-NEXT:      }
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[RESULT]]
func.func @scaled(%n: index, %rows: tensor<?x4x256xi8>, %panels: tensor<1x1x1x16x64xi8>, %offset: tensor<?x4x4xi32>, %scale: tensor<?xf32>, %bias: tensor<16xf32>, %one: tensor<f32>) -> tensor<?x4x4x16xf32> {
  %c0 = arith.constant 0 : index
  %e = tensor.empty(%n) : tensor<?x4x4x1x16xi32>
  %sums = scf.forall (%i, %row) = (0, 0) to (%n, 4) step (1, 2) shared_outs(%o = %e) -> (tensor<?x4x4x1x16xi32>) {
    %place = tensor.extract_slice %o[%i, %row, 0, 0, 0] [1, 2, 4, 1, 16] [1, 1, 1, 1, 1] : tensor<?x4x4x1x16xi32> to tensor<2x4x16xi32>
    %to = tensor.expand_shape %place [[0, 1], [2], [3, 4]] output_shape [1, 2, 4, 1, 16] : tensor<2x4x16xi32> into tensor<1x2x4x1x16xi32>
    %from = tensor.extract_slice %rows[%i, %row, 0] [1, 2, 256] [1, 1, 1] : tensor<?x4x256xi8> to tensor<1x2x256xi8>
    %piece = bitserial.tile_product ins(%from, %panels : tensor<1x2x256xi8>, tensor<1x1x1x16x64xi8>) outs(%to : tensor<1x2x4x1x16xi32>)
        {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64} -> tensor<1x2x4x1x16xi32>
    %flat = tensor.collapse_shape %piece [[0, 1], [2], [3, 4]] : tensor<1x2x4x1x16xi32> into tensor<2x4x16xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %flat into %o[%i, %row, 0, 0, 0] [1, 2, 4, 1, 16] [1, 1, 1, 1, 1] : tensor<2x4x16xi32> into tensor<?x4x4x1x16xi32>
    }
  }
  %seen = tensor.collapse_shape %sums [[0], [1], [2, 3], [4]] : tensor<?x4x4x1x16xi32> into tensor<?x4x4x16xi32>
  %count = tensor.dim %sums, %c0 : tensor<?x4x4x1x16xi32>
  %f = tensor.empty(%count) : tensor<?x4x4x16xf32>
  %y = linalg.generic {indexing_maps = [#all, #pixel, #image, #column, #none, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%seen, %offset, %scale, %bias, %one : tensor<?x4x4x16xi32>, tensor<?x4x4xi32>, tensor<?xf32>, tensor<16xf32>, tensor<f32>) outs(%f : tensor<?x4x4x16xf32>) {
  ^bb0(%sum: i32, %d: i32, %s: f32, %b: f32, %u: f32, %out: f32):
    %0 = arith.subi %sum, %d : i32
    %1 = arith.sitofp %0 : i32 to f32
    %2 = arith.mulf %1, %s : f32
    %3 = arith.addf %2, %b : f32
    %4 = arith.mulf %3, %u : f32
    linalg.yield %4 : f32
  } -> tensor<?x4x4x16xf32>
  return %y : tensor<?x4x4x16xf32>
}

// Sums that two ops read, and sums that are moved, stay where they are.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-2: scf.forall {{.*}} -> (tensor<8x1x1x1x16xi32>)
// CHECK-COUNT-3: linalg.generic
// CHECK:         return
func.func @others(%rows: tensor<8x1x64xi8>, %panels: tensor<1x1x1x16x64xi8>) -> (tensor<8x1x1x1x16xf32>, tensor<8x1x1x1x16xi32>, tensor<1x1x8x1x16xf32>) {
  %e = tensor.empty() : tensor<8x1x1x1x16xi32>
  %read = scf.forall (%i) = (0) to (8) step (4) shared_outs(%o = %e) -> (tensor<8x1x1x1x16xi32>) {
    %to = tensor.extract_slice %o[%i, 0, 0, 0, 0] [4, 1, 1, 1, 16] [1, 1, 1, 1, 1] : tensor<8x1x1x1x16xi32> to tensor<4x1x1x1x16xi32>
    %from = tensor.extract_slice %rows[%i, 0, 0] [4, 1, 64] [1, 1, 1] : tensor<8x1x64xi8> to tensor<4x1x64xi8>
    %piece = bitserial.tile_product ins(%from, %panels : tensor<4x1x64xi8>, tensor<1x1x1x16x64xi8>) outs(%to : tensor<4x1x1x1x16xi32>)
        {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64} -> tensor<4x1x1x1x16xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %piece into %o[%i, 0, 0, 0, 0] [4, 1, 1, 1, 16] [1, 1, 1, 1, 1] : tensor<4x1x1x1x16xi32> into tensor<8x1x1x1x16xi32>
    }
  }
  %moved = scf.forall (%i) = (0) to (8) step (4) shared_outs(%o = %e) -> (tensor<8x1x1x1x16xi32>) {
    %to = tensor.extract_slice %o[%i, 0, 0, 0, 0] [4, 1, 1, 1, 16] [1, 1, 1, 1, 1] : tensor<8x1x1x1x16xi32> to tensor<4x1x1x1x16xi32>
    %from = tensor.extract_slice %rows[%i, 0, 0] [4, 1, 64] [1, 1, 1] : tensor<8x1x64xi8> to tensor<4x1x64xi8>
    %piece = bitserial.tile_product ins(%from, %panels : tensor<4x1x64xi8>, tensor<1x1x1x16x64xi8>) outs(%to : tensor<4x1x1x1x16xi32>)
        {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64} -> tensor<4x1x1x1x16xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %piece into %o[%i, 0, 0, 0, 0] [4, 1, 1, 1, 16] [1, 1, 1, 1, 1] : tensor<4x1x1x1x16xi32> into tensor<8x1x1x1x16xi32>
    }
  }
  %f = tensor.empty() : tensor<8x1x1x1x16xf32>
  %a = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%read : tensor<8x1x1x1x16xi32>) outs(%f : tensor<8x1x1x1x16xf32>) {
  ^bb0(%sum: i32, %out: f32):
    %0 = arith.sitofp %sum : i32 to f32
    linalg.yield %0 : f32
  } -> tensor<8x1x1x1x16xf32>
  %b = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%read : tensor<8x1x1x1x16xi32>) outs(%e : tensor<8x1x1x1x16xi32>) {
  ^bb0(%sum: i32, %out: i32):
    %0 = arith.addi %sum, %sum : i32
    linalg.yield %0 : i32
  } -> tensor<8x1x1x1x16xi32>
  %g = tensor.empty() : tensor<1x1x8x1x16xf32>
  %c = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (d2, d1, d0, d3, d4)>, affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%moved : tensor<8x1x1x1x16xi32>) outs(%g : tensor<1x1x8x1x16xf32>) {
  ^bb0(%sum: i32, %out: f32):
    %0 = arith.sitofp %sum : i32 to f32
    linalg.yield %0 : f32
  } -> tensor<1x1x8x1x16xf32>
  return %a, %b, %c : tensor<8x1x1x1x16xf32>, tensor<8x1x1x1x16xi32>, tensor<1x1x8x1x16xf32>
}
