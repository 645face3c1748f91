// Codes behind integer sums, by comparisons. What the thresholds are found by, and that they give the codes of the floats, is
// tested in test/python/test_frozen.py.

// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(dorefa-fuse-thresholds))' | FileCheck %s

// The sign of each channel's slope, three thresholds for codes of two bits, and no float behind the sums.
// CHECK-LABEL: func.func @codes
// CHECK-COUNT-3: iterator_types = ["parallel", "reduction"]
// CHECK: linalg.generic {{.*}} ins(%arg0, %{{[^:]*}} : tensor<?x4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>, tensor<4xi32>)
// CHECK-NEXT: ^bb0
// CHECK-NEXT: arith.xori
// CHECK-COUNT-3: arith.cmpi sgt
// CHECK-NOT: roundeven
// CHECK: return
func.func @codes(%sums: tensor<?x4xi32> {dorefa.input}, %scale: tensor<4xf32> {dorefa.parameter = "scale"},
    %shift: tensor<4xf32> {dorefa.state = "shift"}) -> (tensor<?x4xi8> {dorefa.output}) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %three = arith.constant 3.0 : f32
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %sums, %c0 : tensor<?x4xi32>
  %empty = tensor.empty(%rows) : tensor<?x4xi8>
  %codes = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>,
      affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scale, %shift : tensor<?x4xi32>, tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<?x4xi8>) {
  ^bb0(%sum: i32, %s: f32, %b: f32, %out: i8):
    %f = arith.sitofp %sum : i32 to f32
    %m = arith.mulf %f, %s : f32
    %x = arith.addf %m, %b : f32
    %p = arith.cmpf ogt, %x, %zero : f32
    %l = arith.select %p, %x, %zero : f32
    %q = arith.cmpf olt, %l, %one : f32
    %h = arith.select %q, %l, %one : f32
    %n = arith.mulf %h, %three : f32
    %r = math.roundeven %n : f32
    %i = arith.fptosi %r : f32 to i32
    %c = arith.trunci %i : i32 to i8
    linalg.yield %c : i8
  } -> tensor<?x4xi8>
  return %codes : tensor<?x4xi8>
}

// A factor that comes with the data has no thresholds that could be prepared.
// CHECK-LABEL: func.func @data_scale
// CHECK-NOT: arith.xori
// CHECK: math.roundeven
func.func @data_scale(%sums: tensor<?x4xi32> {dorefa.input}, %scale: tensor<4xf32> {dorefa.labels},
    %shift: tensor<4xf32> {dorefa.state = "shift"}) -> (tensor<?x4xi8> {dorefa.output}) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %three = arith.constant 3.0 : f32
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %sums, %c0 : tensor<?x4xi32>
  %empty = tensor.empty(%rows) : tensor<?x4xi8>
  %codes = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>,
      affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%sums, %scale, %shift : tensor<?x4xi32>, tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<?x4xi8>) {
  ^bb0(%sum: i32, %s: f32, %b: f32, %out: i8):
    %f = arith.sitofp %sum : i32 to f32
    %m = arith.mulf %f, %s : f32
    %x = arith.addf %m, %b : f32
    %p = arith.cmpf ogt, %x, %zero : f32
    %l = arith.select %p, %x, %zero : f32
    %q = arith.cmpf olt, %l, %one : f32
    %h = arith.select %q, %l, %one : f32
    %n = arith.mulf %h, %three : f32
    %r = math.roundeven %n : f32
    %i = arith.fptosi %r : f32 to i32
    %c = arith.trunci %i : i32 to i8
    linalg.yield %c : i8
  } -> tensor<?x4xi8>
  return %codes : tensor<?x4xi8>
}
