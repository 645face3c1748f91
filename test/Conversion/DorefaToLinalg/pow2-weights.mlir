// RUN: dorefa-opt %s --convert-dorefa-to-linalg --cse | FileCheck %s --implicit-check-not=math.log --implicit-check-not=math.exp

// One pass for the largest weight and the sum, from them the exponents to try, a
// pass for each, without a logarithm, and one for the codes.
// CHECK-LABEL: func.func @exact
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]} ins(%[[W:.*]] : tensor<4x8xf32>)
// CHECK-DAG:       arith.maxsi
// CHECK-DAG:       arith.addf {{.*}} : f64
// CHECK-NOT:     iterator_types = ["reduction"
// CHECK:         scf.for {{.*}} -> (tensor<i32>, tensor<i32>, tensor<f64>)
// CHECK:           linalg.generic {{.*}} iterator_types = ["reduction", "reduction"]} ins(%[[W]],
// CHECK:             %[[WIDE:.*]] = arith.extf %{{.*}} : f32 to f64
// CHECK:             arith.cmpf ogt, %[[WIDE]],
// CHECK:             %[[LARGER:.*]] = arith.select
// CHECK:             %[[OFF:.*]] = arith.subf %[[WIDE]],
// CHECK:             %[[DISTANCE:.*]] = math.absf %[[OFF]]
// CHECK:             arith.cmpf olt, %[[DISTANCE]],
// CHECK:             %[[SMALLER:.*]] = arith.select
// CHECK-DAG:         arith.addf %{{.*}}, %[[LARGER]]
// CHECK-DAG:         arith.addf %{{.*}}, %[[SMALLER]]
// CHECK-NOT:       iterator_types = ["reduction"
// CHECK:           scf.yield
// CHECK-NOT:     iterator_types = ["reduction"
// Levels are read off the bits of f32: no f64 here.
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%[[W]], %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<f32>, tensor<i32>, tensor<i32>)
// CHECK-NOT:       f64
// CHECK:           arith.trunci %{{.*}} : i32 to i8
// CHECK:       return
func.func @exact(%w: tensor<4x8xf32>) -> (tensor<4x8x!dorefa.code<4, pow2>>, tensor<f32>) {
  %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<4, pow2>>, tensor<f32>
  return %c, %s : tensor<4x8x!dorefa.code<4, pow2>>, tensor<f32>
}

// The paper's thresholds need no scan; each channel has its own.
// CHECK-LABEL: func.func @thresholds
// CHECK-NOT:     scf.for
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:           arith.maxsi
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]}
// CHECK:           arith.cmpi sgt
// CHECK-NOT:     scf.for
// CHECK:       return
func.func @thresholds(%w: tensor<4x8xf32>) -> (tensor<4x8x!dorefa.code<4, pow2>>, tensor<4xf32>) {
  %c, %s = dorefa.quantize_weight %w per_channel scheme<threshold>
      : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<4, pow2>>, tensor<4xf32>
  return %c, %s : tensor<4x8x!dorefa.code<4, pow2>>, tensor<4xf32>
}
