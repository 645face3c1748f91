// The steps of the pipelines, one by one.

// RUN: dorefa-opt %s --dorefa-fuse-elementwise | FileCheck %s --check-prefix=FUSE
// RUN: dorefa-opt %s --dorefa-align-contractions | FileCheck %s --check-prefix=ALIGN
// RUN: dorefa-opt %s --dorefa-expand-math | FileCheck %s --check-prefix=EXPAND
// RUN: dorefa-opt %s --dorefa-expand-math=functions=false | FileCheck %s --check-prefix=CLAMP
// RUN: dorefa-opt %s --dorefa-drop-unit-dims | FileCheck %s --check-prefix=DROP
// RUN: dorefa-opt %s --dorefa-separate-inits | FileCheck %s --check-prefix=APART
// RUN: dorefa-opt %s --dorefa-bufferize | FileCheck %s --check-prefix=BUFFER

#id = affine_map<(d0) -> (d0)>
#vector = affine_map<(d0, d1) -> (d1)>
#all = affine_map<(d0, d1) -> (d0, d1)>

// FUSE-LABEL: func.func @chain
// FUSE:         linalg.generic
// FUSE:           arith.mulf
// FUSE-NEXT:      arith.addf
// FUSE-NOT:     linalg.generic
// FUSE:         return
func.func @chain(%x: tensor<8xf32>, %e: tensor<8xf32>) -> tensor<8xf32> {
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%y : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  return %z : tensor<8xf32>
}

// A value of a channel would be computed again for every pixel.
// FUSE-LABEL: func.func @broadcast
// FUSE-COUNT-2: linalg.generic
func.func @broadcast(%x: tensor<8xf32>, %e: tensor<8xf32>, %f: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = math.sqrt %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %z = linalg.generic {indexing_maps = [#vector, #all], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<8xf32>) outs(%f : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %z : tensor<4x8xf32>
}

// ALIGN-LABEL: func.func @linear
// ALIGN-SAME:    %[[X:.*]]: tensor<?x256xf32>, %[[W:.*]]: tensor<100x256xf32>
// ALIGN:         %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<100x256xf32>) outs({{.*}} : tensor<256x100xf32>) permutation = [1, 0]
// ALIGN:         linalg.generic {{.*}} ins(%[[X]], %[[T]]
func.func @linear(%x: tensor<?x256xf32>, %w: tensor<100x256xf32>, %init: tensor<?x100xf32>) -> tensor<?x100xf32> {
  %z = linalg.matmul indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>, affine_map<(b, o, k) -> (b, o)>]
      ins(%x, %w : tensor<?x256xf32>, tensor<100x256xf32>) outs(%init : tensor<?x100xf32>) -> tensor<?x100xf32>
  return %z : tensor<?x100xf32>
}

// Ten columns would fill no vector, the rows do; of short rows too little is left.
// ALIGN-LABEL: func.func @few_columns
// ALIGN-SAME:    %[[X:.*]]: tensor<?x256xf32>, %[[W:.*]]: tensor<10x256xf32>
// ALIGN-NOT:     linalg.transpose
// ALIGN:         linalg.generic {{.*}} ins(%[[X]], %[[W]]
// ALIGN:         linalg.transpose {{.*}} : tensor<10x64xf32>
func.func @few_columns(%x: tensor<?x256xf32>, %w: tensor<10x256xf32>, %y: tensor<?x64xf32>, %v: tensor<10x64xf32>, %init: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %z = linalg.matmul indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>, affine_map<(b, o, k) -> (b, o)>]
      ins(%x, %w : tensor<?x256xf32>, tensor<10x256xf32>) outs(%init : tensor<?x10xf32>) -> tensor<?x10xf32>
  %r = linalg.matmul indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>, affine_map<(b, o, k) -> (b, o)>]
      ins(%y, %v : tensor<?x64xf32>, tensor<10x64xf32>) outs(%z : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}

// A number has no rows, so there are none that both inputs have.
// ALIGN-LABEL: func.func @scaled_rows
// ALIGN:         %[[T:.*]] = linalg.transpose {{.*}} : tensor<10x256xf32>
// ALIGN:         linalg.generic {{.*}} ins(%[[T]], %{{.*}} : tensor<256x10xf32>, tensor<f32>)
func.func @scaled_rows(%x: tensor<10x256xf32>, %s: tensor<f32>, %init: tensor<10xf32>) -> tensor<10xf32> {
  %z = linalg.generic {indexing_maps = [#all, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%x, %s : tensor<10x256xf32>, tensor<f32>) outs(%init : tensor<10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %r = arith.addf %o, %p : f32
    linalg.yield %r : f32
  } -> tensor<10xf32>
  return %z : tensor<10xf32>
}

// EXPAND-LABEL: func.func @functions
// EXPAND-NOT:     math.tanh
// EXPAND-NOT:     math.exp
// EXPAND:         math.log
// CLAMP-LABEL: func.func @functions
// CLAMP:         math.tanh
// CLAMP:         math.exp
func.func @functions(%x: f64, %y: vector<4xf32>) -> (f64, vector<4xf32>, vector<4xf32>) {
  %t = math.tanh %x : f64
  %e = math.exp %y : vector<4xf32>
  %l = math.log %y : vector<4xf32>
  return %t, %e, %l : f64, vector<4xf32>, vector<4xf32>
}

// CLAMP-LABEL: func.func @clamp(
// CLAMP-SAME:      %[[X:.*]]: f32, %[[LOW:.*]]: f32, %[[HIGH:.*]]: f32
// CLAMP:         %[[RAISED:.*]] = arith.maximumf %[[X]], %[[LOW]]
// CLAMP-NEXT:    arith.minimumf %[[RAISED]], %[[HIGH]]
func.func @clamp(%x: f32, %low: f32, %high: f32) -> f32 {
  %y = math.clampf %x to [%low, %high] : f32
  return %y : f32
}

// A result that is accumulated in place stays one.
// DROP-LABEL: func.func @unit
// DROP:         linalg.generic {{.*}} ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>)
func.func @unit(%x: tensor<4x1x8xf32>, %y: tensor<4x1x8xf32>) -> tensor<4x1x8xf32> {
  %z = linalg.generic {
      indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (a, b, c)>],
      iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<4x1x8xf32>) outs(%y : tensor<4x1x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4x1x8xf32>
  return %z : tensor<4x1x8xf32>
}

// An argument is never written to: what would be in place goes to a copy, and
// the copy is a linalg.copy.
// BUFFER-LABEL: func.func @in_place
// BUFFER-SAME:    (%[[X:.*]]: memref<8xf32>
// BUFFER:         %[[NEW:.*]] = memref.alloc()
// BUFFER:         linalg.copy ins(%[[X]] : memref<8xf32>) outs(%[[NEW]] : memref<8xf32>)
// BUFFER:         return %[[NEW]]
func.func @in_place(%x: tensor<8xf32>, %v: f32) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %r = tensor.insert %v into %x[%c0] : tensor<8xf32>
  return %r : tensor<8xf32>
}

// Two sums that start from the same zeros, and a reader of the zeros.
// APART-LABEL: func.func @shared_zeros
// APART:         %[[E:.*]] = tensor.empty() : tensor<8xf32>
// APART:         %[[Z:.*]] = linalg.fill {{.*}} outs(%[[E]]
// APART:         %[[F:.*]] = tensor.empty() : tensor<8xf32>
// APART:         %[[FIRST:.*]] = linalg.fill {{.*}} outs(%[[F]]
// APART:         linalg.add {{.*}} outs(%[[FIRST]]
// APART:         %[[G:.*]] = tensor.empty() : tensor<8xf32>
// APART:         %[[SECOND:.*]] = linalg.fill {{.*}} outs(%[[G]]
// APART:         linalg.sub {{.*}} outs(%[[SECOND]]
// APART:         return {{.*}}, {{.*}}, %[[Z]]
func.func @shared_zeros(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %a = linalg.add ins(%x, %x : tensor<8xf32>, tensor<8xf32>) outs(%zeros : tensor<8xf32>) -> tensor<8xf32>
  %b = linalg.sub ins(%x, %a : tensor<8xf32>, tensor<8xf32>) outs(%zeros : tensor<8xf32>) -> tensor<8xf32>
  return %a, %b, %zeros : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}

// A slice that is written and put back is one destination with what it is put
// back into; the next such pair gets zeros of its own.
// APART-LABEL: func.func @slices_put_back
// APART:         %[[ZEROS:.*]] = linalg.fill
// APART-NEXT:    %[[SLICE:.*]] = tensor.extract_slice %[[ZEROS]]
// APART-NEXT:    %[[INSIDE:.*]] = tensor.collapse_shape %[[SLICE]]
// APART-NEXT:    linalg.add {{.*}} outs(%[[INSIDE]]
// APART:         %[[OTHERS:.*]] = linalg.fill
// APART-NEXT:    %[[OTHER:.*]] = tensor.extract_slice %[[OTHERS]]
// APART-NEXT:    %[[FLAT:.*]] = tensor.collapse_shape %[[OTHER]]
// APART-NEXT:    linalg.sub {{.*}} outs(%[[FLAT]]
// APART-NOT:     linalg.fill
// APART:         tensor.insert_slice {{.*}} into %[[ZEROS]]
// APART:         tensor.insert_slice {{.*}} into %[[OTHERS]]
func.func @slices_put_back(%x: tensor<4xf32>) -> (tensor<6x1xf32>, tensor<6x1xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6x1xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<6x1xf32>) -> tensor<6x1xf32>
  %slice = tensor.extract_slice %zeros[1, 0] [4, 1] [1, 1] : tensor<6x1xf32> to tensor<4x1xf32>
  %inside = tensor.collapse_shape %slice [[0, 1]] : tensor<4x1xf32> into tensor<4xf32>
  %a = linalg.add ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%inside : tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.sub ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%inside : tensor<4xf32>) -> tensor<4xf32>
  %c = tensor.expand_shape %a [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %d = tensor.expand_shape %b [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %f = tensor.insert_slice %c into %zeros[1, 0] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<6x1xf32>
  %g = tensor.insert_slice %d into %zeros[1, 0] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<6x1xf32>
  return %f, %g : tensor<6x1xf32>, tensor<6x1xf32>
}

// Both readers of the product become one op, and the product is part of it.
// FUSE-LABEL: func.func @two_readers
// FUSE:         linalg.generic
// FUSE:           arith.mulf
// FUSE-DAG:       arith.addf
// FUSE-DAG:       arith.cmpf
// FUSE:           linalg.yield {{.*}}, {{.*}} : f32, i1
// FUSE-NOT:     linalg.generic
// FUSE:         return
func.func @two_readers(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xi1>) {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%y : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %f = tensor.empty() : tensor<8xi1>
  %m = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]} ins(%y, %x : tensor<8xf32>, tensor<8xf32>) outs(%f : tensor<8xi1>) {
  ^bb0(%a: f32, %b: f32, %o: i1):
    %r = arith.cmpf ogt, %a, %b : f32
    linalg.yield %r : i1
  } -> tensor<8xi1>
  return %z, %m : tensor<8xf32>, tensor<8xi1>
}

// So do the readers of one result of a reduction with two, which stays what it is.
// FUSE-LABEL: func.func @read_maxima
// FUSE:         %[[POOLED:.*]]:2 = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// FUSE:         linalg.generic {{.*}} ins(%[[POOLED]]#0 : tensor<8xf32>) outs(%{{.*}}, %{{.*}} : tensor<8xf32>, tensor<8xi1>)
// FUSE-NOT:     linalg.generic
// FUSE:         return
func.func @read_maxima(%x: tensor<8x4xf32>, %low: tensor<8xf32>, %first: tensor<8xindex>, %limit: f32) -> (tensor<8xf32>, tensor<8xi1>, tensor<8xindex>) {
  %pooled:2 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<8x4xf32>) outs(%low, %first : tensor<8xf32>, tensor<8xindex>) {
  ^bb0(%a: f32, %o: f32, %i: index):
    %larger = arith.cmpf ogt, %a, %o : f32
    %here = linalg.index 1 : index
    %m = arith.select %larger, %a, %o : f32
    %j = arith.select %larger, %here, %i : index
    linalg.yield %m, %j : f32, index
  } -> (tensor<8xf32>, tensor<8xindex>)
  %e = tensor.empty() : tensor<8xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%pooled#0 : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.minimumf %a, %limit : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %f = tensor.empty() : tensor<8xi1>
  %m = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%pooled#0 : tensor<8xf32>) outs(%f : tensor<8xi1>) {
  ^bb0(%a: f32, %o: i1):
    %r = arith.cmpf ole, %a, %limit : f32
    linalg.yield %r : i1
  } -> tensor<8xi1>
  return %z, %m, %pooled#1 : tensor<8xf32>, tensor<8xi1>, tensor<8xindex>
}

// What the second reader needs comes behind the first: nothing to merge.
// FUSE-LABEL: func.func @late_operand
// FUSE-COUNT-3: linalg.generic
// FUSE-NOT:     linalg.generic
// FUSE:         return
func.func @late_operand(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%y : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %late = linalg.exp ins(%z : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %m = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]} ins(%y, %late : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  return %z, %m : tensor<8xf32>, tensor<8xf32>
}
