// Codes are packed where they are computed: piece by piece, once for each form.

// RUN: dorefa-opt %s --dorefa-quantize-pieces --dorefa-pack-pieces --cse | FileCheck %s

#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d3)>
#twos = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 2 + d4, d2 * 2 + d5, d3)>
#taps = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5)>
#pool = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3)>
#summed = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#sum = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>

// Words of bit planes go to the middle of zeros, words of bytes to a tensor of their own, and so
// does the mask. 12 rows of 8 x 64 codes are a piece; the codes live in that alone.
// CHECK-LABEL: func.func @quantized
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x36x8x64xf32>, %[[SCALE:[a-z0-9]+]]: tensor<64xf32>
// CHECK:         %[[N:.*]] = tensor.dim %[[X]]
// CHECK-DAG:     %[[BYTES:.*]] = tensor.empty(%[[N]]) : tensor<?x36x8x1x16x1xi32>
// CHECK-DAG:     %[[ZEROS:.*]] = linalg.fill {{.*}} -> tensor<?x38x10x1x2x2xi32>
// CHECK-DAG:     %[[BITS:.*]] = tensor.empty(%[[N]]) : tensor<?x36x8x2x1xi32>
// CHECK:         %[[R:.*]]:3 = scf.forall (%[[I:.*]], %[[ROW:.*]]) = (0, 0) to (%[[N]], 36) step (1, 12) shared_outs(%[[B:.*]] = %[[BYTES]], %[[P:.*]] = %[[ZEROS]], %[[M:.*]] = %[[BITS]])
// CHECK-DAG:       %[[PART:.*]] = tensor.extract_slice %[[X]][%[[I]], %[[ROW]], 0, 0] [1, 12, 8, 64] [1, 1, 1, 1]
// CHECK-DAG:       %[[OWN:.*]] = tensor.empty() : tensor<1x12x8x64xi8>
// CHECK:           %[[CODES:.*]]:2 = linalg.generic {{.*}} ins(%[[PART]], {{.*}}) outs(%[[OWN]], %[[OWN]] : tensor<1x12x8x64xi8>, tensor<1x12x8x64xi8>)
// CHECK:           %[[SPLIT:.*]] = tensor.expand_shape %[[CODES]]#0 {{.*}} : tensor<1x12x8x64xi8> into tensor<1x12x8x1x64xi8>
// CHECK:           %[[BPLACE:.*]] = tensor.extract_slice %[[B]][%[[I]], %[[ROW]], 0, 0, 0, 0] [1, 12, 8, 1, 16, 1]
// CHECK:           %[[BPIECE:.*]] = bitserial.pack ins(%[[SPLIT]] : {{.*}}) outs(%[[BPLACE]] : {{.*}}) {axis = 4 : i64, bits = 2 : i64, bytes, in_range}
// CHECK:           %[[NEXT:.*]] = affine.apply #{{.*}}(%[[ROW]])
// CHECK:           %[[PPLACE:.*]] = tensor.extract_slice %[[P]][%[[I]], %[[NEXT]], 1, 0, 0, 0] [1, 12, 8, 1, 2, 2]
// CHECK:           %[[PPIECE:.*]] = bitserial.pack ins(%[[SPLIT]] : {{.*}}) outs(%[[PPLACE]] : {{.*}}) {axis = 4 : i64, bits = 2 : i64}
// CHECK:           %[[MPLACE:.*]] = tensor.extract_slice %[[M]][%[[I]], %[[ROW]], 0, 0, 0] [1, 12, 8, 2, 1]
// CHECK:           %[[MPIECE:.*]] = bitserial.pack ins(%[[CODES]]#1 : {{.*}}) outs(%[[MPLACE]] : {{.*}}) {axis = 3 : i64, bits = 1 : i64}
// CHECK:           scf.forall.in_parallel {
// CHECK-NEXT:        tensor.parallel_insert_slice %[[BPIECE]] into %[[B]][%[[I]], %[[ROW]], 0, 0, 0, 0] [1, 12, 8, 1, 16, 1]
// CHECK-NEXT:        tensor.parallel_insert_slice %[[PPIECE]] into %[[P]][%[[I]], %[[NEXT]], 1, 0, 0, 0] [1, 12, 8, 1, 2, 2]
// CHECK-NEXT:        tensor.parallel_insert_slice %[[MPIECE]] into %[[M]][%[[I]], %[[ROW]], 0, 0, 0] [1, 12, 8, 2, 1]
// CHECK-NEXT:      }
// CHECK-NOT:     bitserial.pack
// CHECK:         return %[[R]]#1, %[[R]]#0, %[[R]]#2
func.func @quantized(%x: tensor<?x36x8x64xf32>, %scale: tensor<64xf32>) -> (tensor<?x38x10x1x2x2xi32>, tensor<?x36x8x1x16x1xi32>, tensor<?x36x8x2x1xi32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %three = arith.constant 3.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x36x8x64xf32>
  %e = tensor.empty(%n) : tensor<?x36x8x64xi8>
  %codes, %mask = linalg.generic {indexing_maps = [#all, #channel, #all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %scale : tensor<?x36x8x64xf32>, tensor<64xf32>) outs(%e, %e : tensor<?x36x8x64xi8>, tensor<?x36x8x64xi8>) {
  ^bb0(%in: f32, %s: f32, %out: i8, %out2: i8):
    %0 = arith.mulf %in, %s : f32
    %1 = arith.minimumf %0, %three : f32
    %2 = arith.fptoui %1 : f32 to i8
    %3 = arith.cmpf ole, %0, %three : f32
    %4 = arith.extui %3 : i1 to i8
    linalg.yield %2, %4 : i8, i8
  } -> (tensor<?x36x8x64xi8>, tensor<?x36x8x64xi8>)
  %split = tensor.expand_shape %codes [[0], [1], [2], [3, 4]] output_shape [%n, 36, 8, 1, 64] : tensor<?x36x8x64xi8> into tensor<?x36x8x1x64xi8>
  %around = tensor.empty(%n) : tensor<?x38x10x1x2x2xi32>
  %zeros = linalg.fill ins(%zero : i32) outs(%around : tensor<?x38x10x1x2x2xi32>) -> tensor<?x38x10x1x2x2xi32>
  %place = tensor.extract_slice %zeros[0, 1, 1, 0, 0, 0] [%n, 36, 8, 1, 2, 2] [1, 1, 1, 1, 1, 1] : tensor<?x38x10x1x2x2xi32> to tensor<?x36x8x2x2xi32>
  %to = tensor.expand_shape %place [[0], [1], [2], [3, 4], [5]] output_shape [%n, 36, 8, 1, 2, 2] : tensor<?x36x8x2x2xi32> into tensor<?x36x8x1x2x2xi32>
  %planes = bitserial.pack ins(%split : tensor<?x36x8x1x64xi8>) outs(%to : tensor<?x36x8x1x2x2xi32>) {axis = 4 : i64, bits = 2 : i64} -> tensor<?x36x8x1x2x2xi32>
  %flat = tensor.collapse_shape %planes [[0], [1], [2], [3, 4], [5]] : tensor<?x36x8x1x2x2xi32> into tensor<?x36x8x2x2xi32>
  %padded = tensor.insert_slice %flat into %zeros[0, 1, 1, 0, 0, 0] [%n, 36, 8, 1, 2, 2] [1, 1, 1, 1, 1, 1] : tensor<?x36x8x2x2xi32> into tensor<?x38x10x1x2x2xi32>
  %b = tensor.empty(%n) : tensor<?x36x8x1x16x1xi32>
  %bytes = bitserial.pack ins(%split : tensor<?x36x8x1x64xi8>) outs(%b : tensor<?x36x8x1x16x1xi32>) {axis = 4 : i64, bits = 2 : i64, bytes, in_range} -> tensor<?x36x8x1x16x1xi32>
  %m = tensor.empty(%n) : tensor<?x36x8x2x1xi32>
  %bits = bitserial.pack ins(%mask : tensor<?x36x8x64xi8>) outs(%m : tensor<?x36x8x2x1xi32>) {axis = 3 : i64, bits = 1 : i64} -> tensor<?x36x8x2x1xi32>
  return %padded, %bytes, %bits : tensor<?x38x10x1x2x2xi32>, tensor<?x36x8x1x16x1xi32>, tensor<?x36x8x2x1xi32>
}

// An image of up to 8192 codes is a piece, and codes that something else reads stay whole, too.
// CHECK-LABEL: func.func @read_again
// CHECK:         %[[LOOP:.*]]:2 = scf.forall (%[[I:.*]]) in (%{{.*}}) shared_outs({{.*}}) -> (tensor<?x9x9x64xi8>, tensor<?x9x9x2x2xi32>)
// CHECK:           bitserial.pack ins(%{{.*}} : tensor<1x9x9x64xi8>) outs(%{{.*}} : tensor<1x9x9x2x2xi32>)
// CHECK:         return %[[LOOP]]#1, %[[LOOP]]#0
func.func @read_again(%x: tensor<?x9x9x64xf32>) -> (tensor<?x9x9x2x2xi32>, tensor<?x9x9x64xi8>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x9x9x64xf32>
  %e = tensor.empty(%n) : tensor<?x9x9x64xi8>
  %codes = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : tensor<?x9x9x64xf32>) outs(%e : tensor<?x9x9x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<?x9x9x64xi8>
  %w = tensor.empty(%n) : tensor<?x9x9x2x2xi32>
  %words = bitserial.pack ins(%codes : tensor<?x9x9x64xi8>) outs(%w : tensor<?x9x9x2x2xi32>) {axis = 3 : i64, bits = 2 : i64} -> tensor<?x9x9x2x2xi32>
  return %words, %codes : tensor<?x9x9x2x2xi32>, tensor<?x9x9x64xi8>
}

// A pool and what it reads is computed in the same pieces: 6 rows of maxima are of 12 rows. Where
// the maxima are is asked for outside, too; the maxima are not.
// CHECK-LABEL: func.func @pooled
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x36x36x64xf32>
// CHECK-NOT:     linalg.generic
// CHECK:         %[[R:.*]]:2 = scf.forall (%[[I:.*]], %[[ROW:.*]]) = (0, 0) to (%{{.*}}, 18) step (1, 6) shared_outs(%[[PLACES:.*]] = %{{.*}}, %[[WORDS:.*]] = %{{.*}}) -> (tensor<?x18x18x64xi8>, tensor<?x18x18x2x2xi32>)
// CHECK:           %[[FROM:.*]] = affine.apply #[[TWICE:.*]](%[[ROW]])
// CHECK:           %[[IN:.*]] = tensor.extract_slice %[[X]][%[[I]], %[[FROM]], 0, 0] [1, 12, 36, 64]
// CHECK:           %[[NEAR:.*]] = tensor.empty() : tensor<1x12x36x64xf32>
// CHECK:           %[[BIASED:.*]] = linalg.generic {{.*}} ins(%[[IN]], %{{.*}}) outs(%[[NEAR]] : tensor<1x12x36x64xf32>)
// CHECK-DAG:       %[[LOW:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<1x6x18x64xf32>)
// CHECK-DAG:       %[[PLACE:.*]] = tensor.extract_slice %[[PLACES]][%[[I]], %[[ROW]], 0, 0] [1, 6, 18, 64]
// CHECK-DAG:       %[[NONE:.*]] = linalg.fill ins(%{{.*}} : i8) outs(%[[PLACE]] : tensor<1x6x18x64xi8>)
// CHECK:           %[[MAXIMA:.*]]:2 = linalg.generic {{.*}} ins(%[[BIASED]], %{{.*}}) outs(%[[LOW]], %[[NONE]] : {{.*}})
// CHECK:           %[[CODES:.*]] = linalg.generic {{.*}} ins(%[[MAXIMA]]#0 : tensor<1x6x18x64xf32>)
// CHECK:           bitserial.pack ins(%[[CODES]] : tensor<1x6x18x64xi8>)
// CHECK:           scf.forall.in_parallel
// CHECK-NEXT:        tensor.parallel_insert_slice %[[MAXIMA]]#1 into %[[PLACES]]
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[R]]#1, %[[R]]#0
func.func @pooled(%x: tensor<?x36x36x64xf32>, %bias: tensor<64xf32>) -> (tensor<?x18x18x2x2xi32>, tensor<?x18x18x64xi8>) {
  %c0 = arith.constant 0 : index
  %low = arith.constant -1.0 : f32
  %none = arith.constant 0 : i8
  %n = tensor.dim %x, %c0 : tensor<?x36x36x64xf32>
  %b = tensor.empty(%n) : tensor<?x36x36x64xf32>
  %biased = linalg.generic {indexing_maps = [#all, #channel, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %bias : tensor<?x36x36x64xf32>, tensor<64xf32>) outs(%b : tensor<?x36x36x64xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %0 = arith.addf %a, %s : f32
    linalg.yield %0 : f32
  } -> tensor<?x36x36x64xf32>
  %w = tensor.empty() : tensor<2x2xf32>
  %m = tensor.empty(%n) : tensor<?x18x18x64xf32>
  %lows = linalg.fill ins(%low : f32) outs(%m : tensor<?x18x18x64xf32>) -> tensor<?x18x18x64xf32>
  %e = tensor.empty(%n) : tensor<?x18x18x64xi8>
  %nones = linalg.fill ins(%none : i8) outs(%e : tensor<?x18x18x64xi8>) -> tensor<?x18x18x64xi8>
  %maxima:2 = linalg.generic {indexing_maps = [#twos, #taps, #pool, #pool], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%biased, %w : tensor<?x36x36x64xf32>, tensor<2x2xf32>) outs(%lows, %nones : tensor<?x18x18x64xf32>, tensor<?x18x18x64xi8>) {
  ^bb0(%a: f32, %t: f32, %o: f32, %i: i8):
    %0 = arith.cmpf ogt, %a, %o : f32
    %1 = linalg.index 5 : index
    %2 = arith.index_cast %1 : index to i8
    %3 = arith.select %0, %a, %o : f32
    %4 = arith.select %0, %2, %i : i8
    linalg.yield %3, %4 : f32, i8
  } -> (tensor<?x18x18x64xf32>, tensor<?x18x18x64xi8>)
  %codes = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%maxima#0 : tensor<?x18x18x64xf32>) outs(%e : tensor<?x18x18x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<?x18x18x64xi8>
  %p = tensor.empty(%n) : tensor<?x18x18x2x2xi32>
  %words = bitserial.pack ins(%codes : tensor<?x18x18x64xi8>) outs(%p : tensor<?x18x18x2x2xi32>) {axis = 3 : i64, bits = 2 : i64} -> tensor<?x18x18x2x2xi32>
  return %words, %maxima#1 : tensor<?x18x18x2x2xi32>, tensor<?x18x18x64xi8>
}

// Windows of 3 x 3 with steps of 2 have rows in common: what they are of is not computed twice.
// CHECK-LABEL: func.func @overlapping
// CHECK:         %[[WHOLE:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<4x35x35x64xf32>)
// CHECK:         scf.forall (%[[I:.*]], %[[ROW:.*]]) in (4, 17)
// CHECK:           tensor.extract_slice %[[WHOLE]][%[[I]], %{{.*}}, 0, 0] [1, 3, 35, 64]
// CHECK:           bitserial.pack
// CHECK:         return
func.func @overlapping(%x: tensor<4x35x35x64xf32>) -> tensor<4x17x17x2x2xi32> {
  %zero = arith.constant 0.0 : f32
  %b = tensor.empty() : tensor<4x35x35x64xf32>
  %squares = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : tensor<4x35x35x64xf32>) outs(%b : tensor<4x35x35x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.mulf %a, %a : f32
    linalg.yield %0 : f32
  } -> tensor<4x35x35x64xf32>
  %w = tensor.empty() : tensor<3x3xf32>
  %m = tensor.empty() : tensor<4x17x17x64xf32>
  %lows = linalg.fill ins(%zero : f32) outs(%m : tensor<4x17x17x64xf32>) -> tensor<4x17x17x64xf32>
  %both:2 = linalg.generic {indexing_maps = [#twos, #taps, #pool, #pool], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%squares, %w : tensor<4x35x35x64xf32>, tensor<3x3xf32>) outs(%lows, %lows : tensor<4x17x17x64xf32>, tensor<4x17x17x64xf32>) {
  ^bb0(%a: f32, %t: f32, %o: f32, %s: f32):
    %0 = arith.maximumf %a, %o : f32
    %1 = arith.addf %a, %s : f32
    linalg.yield %0, %1 : f32, f32
  } -> (tensor<4x17x17x64xf32>, tensor<4x17x17x64xf32>)
  %e = tensor.empty() : tensor<4x17x17x64xi8>
  %codes = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%both#0, %both#1 : tensor<4x17x17x64xf32>, tensor<4x17x17x64xf32>) outs(%e : tensor<4x17x17x64xi8>) {
  ^bb0(%max: f32, %sum: f32, %out: i8):
    %0 = arith.divf %max, %sum : f32
    %1 = arith.fptoui %0 : f32 to i8
    linalg.yield %1 : i8
  } -> tensor<4x17x17x64xi8>
  %p = tensor.empty() : tensor<4x17x17x2x2xi32>
  %words = bitserial.pack ins(%codes : tensor<4x17x17x64xi8>) outs(%p : tensor<4x17x17x2x2xi32>) {axis = 3 : i64, bits = 2 : i64} -> tensor<4x17x17x2x2xi32>
  return %words : tensor<4x17x17x2x2xi32>
}

// A loop over pieces that is there already.
// CHECK-LABEL: func.func @pieces
// CHECK:         scf.forall (%[[I:.*]], %[[ROW:.*]]) = (0, 0) to (%{{.*}}, 8) step (1, 2) shared_outs(%[[O:.*]] = %{{.*}}) -> (tensor<?x8x4x2x2xi32>)
// CHECK:           %[[OWN:.*]] = tensor.empty() : tensor<1x2x4x64xi8>
// CHECK:           %[[CODES:.*]] = linalg.generic {{.*}} outs(%[[OWN]] : tensor<1x2x4x64xi8>)
// CHECK:           %[[TO:.*]] = tensor.extract_slice %[[O]][%[[I]], %[[ROW]], 0, 0, 0] [1, 2, 4, 2, 2]
// CHECK:           %[[PIECE:.*]] = bitserial.pack ins(%[[CODES]] : tensor<1x2x4x64xi8>) outs(%[[TO]] : tensor<1x2x4x2x2xi32>)
// CHECK:           tensor.parallel_insert_slice %[[PIECE]] into %[[O]][%[[I]], %[[ROW]], 0, 0, 0] [1, 2, 4, 2, 2]
// CHECK-NOT:     bitserial.pack
// CHECK:         return
func.func @pieces(%x: tensor<?x8x4x64xf32>) -> tensor<?x8x4x2x2xi32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8x4x64xf32>
  %e = tensor.empty(%n) : tensor<?x8x4x64xi8>
  %codes = scf.forall (%i, %row) = (0, 0) to (%n, 8) step (1, 2) shared_outs(%o = %e) -> (tensor<?x8x4x64xi8>) {
    %in = tensor.extract_slice %x[%i, %row, 0, 0] [1, 2, 4, 64] [1, 1, 1, 1] : tensor<?x8x4x64xf32> to tensor<1x2x4x64xf32>
    %place = tensor.extract_slice %o[%i, %row, 0, 0] [1, 2, 4, 64] [1, 1, 1, 1] : tensor<?x8x4x64xi8> to tensor<1x2x4x64xi8>
    %piece = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
        ins(%in : tensor<1x2x4x64xf32>) outs(%place : tensor<1x2x4x64xi8>) {
    ^bb0(%a: f32, %out: i8):
      %0 = arith.fptoui %a : f32 to i8
      linalg.yield %0 : i8
    } -> tensor<1x2x4x64xi8>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %piece into %o[%i, %row, 0, 0] [1, 2, 4, 64] [1, 1, 1, 1] : tensor<1x2x4x64xi8> into tensor<?x8x4x64xi8>
    }
  }
  %w = tensor.empty(%n) : tensor<?x8x4x2x2xi32>
  %words = bitserial.pack ins(%codes : tensor<?x8x4x64xi8>) outs(%w : tensor<?x8x4x2x2xi32>) {axis = 3 : i64, bits = 2 : i64} -> tensor<?x8x4x2x2xi32>
  return %words : tensor<?x8x4x2x2xi32>
}

// Pieces of half rows are not packed: their words are not whole.
// CHECK-LABEL: func.func @half_rows
// CHECK:         scf.forall {{.*}} -> (tensor<4x64xi8>)
// CHECK:         bitserial.pack ins(%{{.*}} : tensor<4x64xi8>)
// CHECK:         return
func.func @half_rows(%x: tensor<4x64xi8>) -> tensor<4x2x2xi32> {
  %e = tensor.empty() : tensor<4x64xi8>
  %codes = scf.forall (%i, %k) = (0, 0) to (4, 64) step (1, 32) shared_outs(%o = %e) -> (tensor<4x64xi8>) {
    %in = tensor.extract_slice %x[%i, %k] [1, 32] [1, 1] : tensor<4x64xi8> to tensor<1x32xi8>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %in into %o[%i, %k] [1, 32] [1, 1] : tensor<1x32xi8> into tensor<4x64xi8>
    }
  }
  %w = tensor.empty() : tensor<4x2x2xi32>
  %words = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%w : tensor<4x2x2xi32>) {axis = 1 : i64, bits = 2 : i64} -> tensor<4x2x2xi32>
  return %words : tensor<4x2x2xi32>
}

// Random numbers follow from the number of their element in the whole tensor, by operations that run
// in lanes.
// CHECK-LABEL: func.func @numbered
// CHECK:         scf.forall (%[[I:.*]]) in (4)
// CHECK:           linalg.generic
// CHECK:             %[[OF_PIECE:.*]] = linalg.index 0
// CHECK-NEXT:        %[[IMAGE:.*]] = arith.addi %[[I]], %[[OF_PIECE]]
// CHECK-NEXT:        %[[COLUMN:.*]] = linalg.index 2
// CHECK-NEXT:        arith.addi %[[IMAGE]], %[[COLUMN]]
// CHECK:           bitserial.pack
// CHECK:         return
func.func @numbered() -> tensor<4x8x2x1xi32> {
  %e = tensor.empty() : tensor<4x8x64xi8>
  %codes = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]}
      outs(%e : tensor<4x8x64xi8>) {
  ^bb0(%out: i8):
    %0 = linalg.index 0 : index
    %1 = linalg.index 2 : index
    %2 = arith.addi %0, %1 : index
    %3 = arith.index_cast %2 : index to i8
    linalg.yield %3 : i8
  } -> tensor<4x8x64xi8>
  %w = tensor.empty() : tensor<4x8x2x1xi32>
  %words = bitserial.pack ins(%codes : tensor<4x8x64xi8>) outs(%w : tensor<4x8x2x1xi32>) {axis = 2 : i64, bits = 1 : i64} -> tensor<4x8x2x1xi32>
  return %words : tensor<4x8x2x1xi32>
}

// What finishes the sums of a convolution does so in the pieces, whose sums are never whole.
// CHECK-LABEL: func.func @sums
// CHECK:         scf.forall (%[[I:.*]]) in (4)
// CHECK:           %[[OWN:.*]] = tensor.empty() : tensor<1x8x8x64xf32>
// CHECK:           linalg.fill {{.*}} outs(%[[OWN]] :
// CHECK:           linalg.generic {{.*}} ins(%{{.*}} : tensor<1x8x8x64x9xf32>)
// CHECK:           linalg.generic {{.*}} outs(%{{.*}} : tensor<1x8x8x64xi8>)
// CHECK:           bitserial.pack
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @sums(%x: tensor<4x8x8x64x9xf32>) -> tensor<4x8x8x2x1xi32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8x8x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8x8x64xf32>) -> tensor<4x8x8x64xf32>
  %sums = linalg.generic {indexing_maps = [#summed, #sum], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%x : tensor<4x8x8x64x9xf32>) outs(%zeros : tensor<4x8x8x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<4x8x8x64xf32>
  %c = tensor.empty() : tensor<4x8x8x64xi8>
  %codes = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums : tensor<4x8x8x64xf32>) outs(%c : tensor<4x8x8x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<4x8x8x64xi8>
  %w = tensor.empty() : tensor<4x8x8x2x1xi32>
  %words = bitserial.pack ins(%codes : tensor<4x8x8x64xi8>) outs(%w : tensor<4x8x8x2x1xi32>) {axis = 3 : i64, bits = 1 : i64} -> tensor<4x8x8x2x1xi32>
  return %words : tensor<4x8x8x2x1xi32>
}

// Every second pixel of every second row, which two rows of a piece have one of; codes in a row are
// packed of whole images; words go to every second place of zeros.
// CHECK-LABEL: func.func @thinned
// CHECK:         scf.forall (%[[I:.*]], %[[ROW:.*]]) = (0, 0) to (4, 16) step (1, 8)
// CHECK:           %[[CODES:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<1x8x16x64xi8>)
// CHECK:           %[[HALF:.*]] = affine.apply #[[$HALF:.*]](%[[ROW]])
// CHECK:           %[[THIN:.*]] = tensor.extract_slice %[[CODES]][0, 0, 0, 0] [1, 4, 8, 64] [1, 2, 2, 1]
// CHECK:           %[[TO:.*]] = tensor.extract_slice %{{.*}}[%[[I]], %[[HALF]], 0, 0, 0] [1, 4, 8, 2, 1] [1, 1, 1, 1, 1]
// CHECK:           bitserial.pack ins(%[[THIN]] : {{.*}}) outs(%[[TO]]
// CHECK:           %[[NEXT:.*]] = affine.apply #[[$TWICE:.*]](%[[ROW]])
// CHECK:           %[[AT:.*]] = tensor.extract_slice %{{.*}}[%[[I]], %[[NEXT]], 1, 0, 0] [1, 8, 16, 2, 1] [1, 2, 2, 1, 1]
// CHECK:           %[[WORDS:.*]] = bitserial.pack ins(%[[CODES]] : {{.*}}) outs(%[[AT]]
// CHECK:           tensor.parallel_insert_slice %[[WORDS]] into %{{.*}}[%[[I]], %[[NEXT]], 1, 0, 0] [1, 8, 16, 2, 1] [1, 2, 2, 1, 1]
// CHECK-NOT:     bitserial.pack
// CHECK:         return
func.func @thinned(%x: tensor<4x16x16x64xf32>) -> (tensor<4x8x8x2x1xi32>, tensor<4x33x33x2x1xi32>) {
  %zero = arith.constant 0 : i32
  %c = tensor.empty() : tensor<4x16x16x64xi8>
  %codes = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : tensor<4x16x16x64xf32>) outs(%c : tensor<4x16x16x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<4x16x16x64xi8>
  %thin = tensor.extract_slice %codes[0, 0, 0, 0] [4, 8, 8, 64] [1, 2, 2, 1] : tensor<4x16x16x64xi8> to tensor<4x8x8x64xi8>
  %w = tensor.empty() : tensor<4x8x8x2x1xi32>
  %words = bitserial.pack ins(%thin : tensor<4x8x8x64xi8>) outs(%w : tensor<4x8x8x2x1xi32>) {axis = 3 : i64, bits = 1 : i64} -> tensor<4x8x8x2x1xi32>
  %e = tensor.empty() : tensor<4x33x33x2x1xi32>
  %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<4x33x33x2x1xi32>) -> tensor<4x33x33x2x1xi32>
  %place = tensor.extract_slice %zeros[0, 1, 1, 0, 0] [4, 16, 16, 2, 1] [1, 2, 2, 1, 1] : tensor<4x33x33x2x1xi32> to tensor<4x16x16x2x1xi32>
  %apart = bitserial.pack ins(%codes : tensor<4x16x16x64xi8>) outs(%place : tensor<4x16x16x2x1xi32>) {axis = 3 : i64, bits = 1 : i64} -> tensor<4x16x16x2x1xi32>
  %dilated = tensor.insert_slice %apart into %zeros[0, 1, 1, 0, 0] [4, 16, 16, 2, 1] [1, 2, 2, 1, 1] : tensor<4x16x16x2x1xi32> into tensor<4x33x33x2x1xi32>
  return %words, %dilated : tensor<4x8x8x2x1xi32>, tensor<4x33x33x2x1xi32>
}

// Codes of whole images are packed in a row. Of 9 rows in pieces of 3, every second is not half of a
// piece: that is packed behind.
// CHECK-LABEL: func.func @flattened
// CHECK:         scf.forall (%[[I:.*]]) in (4)
// CHECK:           %[[FLAT:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2, 3]] : tensor<1x5x5x64xi8> into tensor<1x1600xi8>
// CHECK:           bitserial.pack ins(%[[FLAT]] : tensor<1x1600xi8>)
// CHECK:         %[[LOOP:.*]] = scf.forall ({{.*}}) = (0, 0) to (4, 9) step (1, 3)
// CHECK-NOT:       bitserial.pack
// CHECK:         %[[ODD:.*]] = tensor.extract_slice %[[LOOP]]
// CHECK:         bitserial.pack ins(%[[ODD]]
// CHECK:         return
func.func @flattened(%x: tensor<4x5x5x64xf32>, %y: tensor<4x9x32x64xf32>) -> (tensor<4x50x1xi32>, tensor<4x5x16x2x1xi32>) {
  %c = tensor.empty() : tensor<4x5x5x64xi8>
  %codes = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : tensor<4x5x5x64xf32>) outs(%c : tensor<4x5x5x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<4x5x5x64xi8>
  %flat = tensor.collapse_shape %codes [[0], [1, 2, 3]] : tensor<4x5x5x64xi8> into tensor<4x1600xi8>
  %w = tensor.empty() : tensor<4x50x1xi32>
  %words = bitserial.pack ins(%flat : tensor<4x1600xi8>) outs(%w : tensor<4x50x1xi32>) {axis = 1 : i64, bits = 1 : i64} -> tensor<4x50x1xi32>
  %d = tensor.empty() : tensor<4x9x32x64xi8>
  %others = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y : tensor<4x9x32x64xf32>) outs(%d : tensor<4x9x32x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<4x9x32x64xi8>
  %odd = tensor.extract_slice %others[0, 0, 0, 0] [4, 5, 16, 64] [1, 2, 2, 1] : tensor<4x9x32x64xi8> to tensor<4x5x16x64xi8>
  %v = tensor.empty() : tensor<4x5x16x2x1xi32>
  %behind = bitserial.pack ins(%odd : tensor<4x5x16x64xi8>) outs(%v : tensor<4x5x16x2x1xi32>) {axis = 3 : i64, bits = 1 : i64} -> tensor<4x5x16x2x1xi32>
  return %words, %behind : tensor<4x50x1xi32>, tensor<4x5x16x2x1xi32>
}

// What finishes the sums of a product of matrices stays with that, and few codes stay whole.
// CHECK-LABEL: func.func @whole
// CHECK-NOT:     scf.forall
// CHECK:         return
func.func @whole(%x: tensor<?x512x9xf32>, %e: tensor<?x512xi8>, %w: tensor<?x16x1xi32>, %s: tensor<?x512xf32>, %n: index, %few: tensor<?x3x1x64xf32>) -> (tensor<?x16x1xi32>, tensor<?x3x1x2x1xi32>) {
  %sums = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<?x512x9xf32>) outs(%s : tensor<?x512xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.addf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<?x512xf32>
  %codes = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%sums : tensor<?x512xf32>) outs(%e : tensor<?x512xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<?x512xi8>
  %words = bitserial.pack ins(%codes : tensor<?x512xi8>) outs(%w : tensor<?x16x1xi32>) {axis = 1 : i64, bits = 1 : i64} -> tensor<?x16x1xi32>

  %f = tensor.empty(%n) : tensor<?x3x1x64xi8>
  %small = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%few : tensor<?x3x1x64xf32>) outs(%f : tensor<?x3x1x64xi8>) {
  ^bb0(%in: f32, %out: i8):
    %0 = arith.fptoui %in : f32 to i8
    linalg.yield %0 : i8
  } -> tensor<?x3x1x64xi8>
  %t = tensor.empty(%n) : tensor<?x3x1x2x1xi32>
  %tiny = bitserial.pack ins(%small : tensor<?x3x1x64xi8>) outs(%t : tensor<?x3x1x2x1xi32>) {axis = 3 : i64, bits = 1 : i64} -> tensor<?x3x1x2x1xi32>
  return %words, %tiny : tensor<?x16x1xi32>, tensor<?x3x1x2x1xi32>
}
