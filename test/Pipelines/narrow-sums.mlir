// Readers of a product multiply for themselves; what is kept are its integers.

// RUN: dorefa-opt %s --dorefa-narrow-sums | FileCheck %s

// CHECK-DAG: #[[TURNED:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-DAG: #[[LEFT:.*]] = affine_map<(d0, d1) -> (d0)>

#all = affine_map<(n, f) -> (n, f)>
#turned = affine_map<(f, n) -> (n, f)>
#rows = affine_map<(n, f) -> (n)>
#filters = affine_map<(n, f) -> (f)>
#scalar = affine_map<(n, f) -> ()>
#id = affine_map<(f, n) -> (f, n)>

// CHECK-LABEL: func.func @two_readers(
// CHECK-SAME:      %[[SUMS:[a-z0-9]+]]: tensor<?x64xi32>, %[[OFFSETS:[a-z0-9]+]]: tensor<?xi32>, %[[SCALE:[a-z0-9]+]]: tensor<64xf32>
// CHECK:         %[[KEPT:.*]] = linalg.generic {{.*}} ins(%[[SUMS]], %[[OFFSETS]] : tensor<?x64xi32>, tensor<?xi32>) outs(%{{.*}} : tensor<?x64xi16>)
// CHECK:           arith.subi
// CHECK:           %[[N:.*]] = arith.trunci
// CHECK-NEXT:      linalg.yield %[[N]] : i16
// CHECK:         linalg.generic {indexing_maps = [#{{.*}}, #[[FILTERS:.*]], #[[FILTERS]]], iterator_types = ["reduction", "parallel"]} ins(%[[KEPT]], %[[SCALE]] : tensor<?x64xi16>, tensor<64xf32>)
// CHECK:         ^bb0(%[[IN:.*]]: i16, %[[S:.*]]: f32, %[[OUT:.*]]: f32):
// CHECK:           %[[F:.*]] = arith.sitofp %[[IN]] : i16 to f32
// CHECK:           %[[P:.*]] = arith.mulf %[[F]], %[[S]] : f32
// CHECK:           arith.addf %[[OUT]], %[[P]]
// CHECK:         linalg.generic {indexing_maps = [#[[TURNED]], #[[LEFT]], #{{.*}}], iterator_types = ["parallel", "parallel"]} ins(%[[KEPT]], %[[SCALE]] : tensor<?x64xi16>, tensor<64xf32>)
// CHECK-NOT:     tensor<?x64xf32>
func.func @two_readers(%sums: tensor<?x64xi32>, %offsets: tensor<?xi32>, %scale: tensor<64xf32>,
                       %e: tensor<?x64xf32>, %z: tensor<64xf32>, %t: tensor<64x?xf32>)
    -> (tensor<64xf32>, tensor<64x?xf32>) {
  %v = linalg.generic {indexing_maps = [#all, #rows, #filters, #all], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %offsets, %scale : tensor<?x64xi32>, tensor<?xi32>, tensor<64xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%sum: i32, %offset: i32, %s: f32, %out: f32):
    %d = arith.subi %sum, %offset : i32
    %n = arith.trunci %d : i32 to i16
    %f = arith.sitofp %n : i16 to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  %a = linalg.generic {indexing_maps = [#all, #filters], iterator_types = ["reduction", "parallel"]}
      ins(%v : tensor<?x64xf32>) outs(%z : tensor<64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %out, %in : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  %b = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]}
      ins(%v : tensor<?x64xf32>) outs(%t : tensor<64x?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.tanh %in : f32
    linalg.yield %0 : f32
  } -> tensor<64x?xf32>
  return %a, %b : tensor<64xf32>, tensor<64x?xf32>
}

// One reader: it is fused, and nothing is kept. An integer of 32 bits: no less
// memory. A result: floats are wanted.
// CHECK-LABEL: func.func @left(
// CHECK-NOT:     tensor<?x64xi16>
func.func @left(%sums: tensor<?x64xi32>, %scale: tensor<f32>, %e: tensor<?x64xf32>)
    -> (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>) {
  %one = linalg.generic {indexing_maps = [#all, #scalar, #all], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scale : tensor<?x64xi32>, tensor<f32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%sum: i32, %s: f32, %out: f32):
    %n = arith.trunci %sum : i32 to i16
    %f = arith.sitofp %n : i16 to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  %a = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%one : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = math.tanh %in : f32
    linalg.yield %0 : f32
  } -> tensor<?x64xf32>
  %wide = linalg.generic {indexing_maps = [#all, #scalar, #all], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scale : tensor<?x64xi32>, tensor<f32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%sum: i32, %s: f32, %out: f32):
    %f = arith.sitofp %sum : i32 to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  %b = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%wide, %wide : tensor<?x64xf32>, tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%in: f32, %same: f32, %out: f32):
    %0 = arith.mulf %in, %same : f32
    linalg.yield %0 : f32
  } -> tensor<?x64xf32>
  %result = linalg.generic {indexing_maps = [#all, #scalar, #all], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scale : tensor<?x64xi32>, tensor<f32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%sum: i32, %s: f32, %out: f32):
    %n = arith.trunci %sum : i32 to i16
    %f = arith.sitofp %n : i16 to f32
    %p = arith.mulf %f, %s : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  %c = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%result : tensor<?x64xf32>) outs(%b : tensor<?x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<?x64xf32>
  return %a, %c, %result : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>
}
