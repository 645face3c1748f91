// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="vector-bits=512 features=avx512bw,avx512vnni,amx-int8 strategy=integer" --cse | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="vector-bits=512 features=avx512bw,avx512vnni" --cse | FileCheck %s --check-prefix=VNNI
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="vector-bits=256 features=avx2,ssse3" --cse | FileCheck %s --check-prefix=AVX2
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial --cse | FileCheck %s --check-prefix=PLAIN --implicit-check-not=rhs_signed
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="strategy=shift" --cse | FileCheck %s --check-prefix=SHIFT
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="chip=sm_90" | FileCheck %s --check-prefix=GPU --implicit-check-not=rhs_signed

// W4 has m = 4 magnitudes, 1 to 8 in integers: signed codes of 5 bits, in bytes,
// and one product.
// CHECK-LABEL: func.func @one_part
// CHECK-NOT:     bitserial.popsum
// CHECK:         bitserial.pack {{.*}} bits = 8
// CHECK:         bitserial.conv2d {{.*}} {byte_bits = array<i64: 8, 5>, rhs_signed
// CHECK-NOT:     bitserial.conv2d
// CHECK-NOT:     arith.muli
// CHECK:       return
// VNNI-LABEL:  func.func @one_part
// VNNI:          byte_bits = array<i64: 8, 5>, rhs_signed
// AVX2-LABEL:  func.func @one_part
// AVX2:          byte_bits = array<i64: 8, 5>, rhs_signed
// Where no signed bytes are multiplied they have an offset of 8.
// PLAIN-LABEL: func.func @one_part
// PLAIN:         %[[OFFSET:.*]] = arith.constant 8 : i32
// PLAIN:         arith.addi %{{.*}}, %[[OFFSET]] : i32
// PLAIN:         bitserial.pack {{.*}} bits = 5
// PLAIN:         bitserial.conv2d
// PLAIN-NOT:     bitserial.conv2d
// PLAIN:         %[[OF_OFFSET:.*]] = arith.muli %{{.*}}, %{{.*}} : i32
// PLAIN-NEXT:    arith.subi %{{.*}}, %[[OF_OFFSET]] : i32
// PLAIN:       return
// A code is a shift, a sign and whether it is kept at all; nothing is multiplied
// but by the scale.
// SHIFT-LABEL: func.func @one_part
// SHIFT-NOT:     bitserial
// SHIFT-NOT:     arith.muli
// SHIFT:         %[[X:.*]] = arith.shli %[[IN:[a-z_0-9]+]], %{{.*}} : i32
// SHIFT-NEXT:    %[[FLIPPED:.*]] = arith.xori %[[X]], %[[SIGN:.*]] : i32
// SHIFT-NEXT:    %[[SIGNED:.*]] = arith.subi %[[FLIPPED]], %[[SIGN]] : i32
// SHIFT-NEXT:    %[[TERM:.*]] = arith.andi %[[SIGNED]], %{{.*}} : i32
// SHIFT-NEXT:    arith.addi %{{.*}}, %[[TERM]] : i32
// SHIFT-NOT:     bitserial
// SHIFT-NOT:     arith.muli
// SHIFT:       return
func.func @one_part(%a: tensor<?x8x!dorefa.code<8, unipolar>>, %w: tensor<4x8x!dorefa.code<4, pow2>>, %s: tensor<f32>) -> tensor<?x4xf32> {
  %z = dorefa.linear %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x8x!dorefa.code<8, unipolar>>, tensor<4x8x!dorefa.code<4, pow2>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// W6 has 16: two, seven and seven from the bottom, in signed bytes without an
// offset, side by side as one product. They are put together in 64 bits, as
// 1024 x 255 x 2^15 is more than 2^31.
// CHECK-LABEL: func.func @three_parts
// VNNI-LABEL:  func.func @three_parts
// VNNI:          byte_bits = array<i64: 8, 8>, rhs_signed
// Pairs of products with four powers fit into 16 bits.
// AVX2-LABEL:  func.func @three_parts
// AVX2:          bitserial.conv2d {{.*}} tensor<1x1x1x256x1x16xi32>) {{.*}} {byte_bits = array<i64: 8, 5>, rhs_signed
// AVX2-NOT:      bitserial.conv2d
// PLAIN-LABEL: func.func @three_parts
// PLAIN-COUNT-4: bitserial.conv2d
// CHECK-NOT:     bitserial.popsum
// CHECK:         linalg.index 4 : index
// CHECK:         bitserial.pack ins(%{{.*}} : tensor<1x1x1x1024x12xi8>) {{.*}} bits = 8
// CHECK:         %[[ALL:.*]] = bitserial.conv2d {{.*}} {byte_bits = array<i64: 8, 8>, rhs_signed
// CHECK-NOT:     bitserial.conv2d
// CHECK:         tensor.extract_slice %[[ALL]][0, 0, 0, 0, 0] [%{{.*}}, 1, 1, 1, 4]
// CHECK:         tensor.extract_slice %[[ALL]][0, 0, 0, 0, 4] [%{{.*}}, 1, 1, 1, 4]
// CHECK:         tensor.extract_slice %[[ALL]][0, 0, 0, 0, 8] [%{{.*}}, 1, 1, 1, 4]
// CHECK:         %[[TWO:.*]] = arith.constant 2 : i64
// CHECK:         arith.shli %{{.*}}, %[[TWO]] : i64
// CHECK:         %[[NINE:.*]] = arith.constant 9 : i64
// CHECK:         arith.shli %{{.*}}, %[[NINE]] : i64
// CHECK:         arith.sitofp %{{.*}} : i64 to f32
// SHIFT-LABEL: func.func @three_parts
// SHIFT:         arith.shli %{{.*}}, %{{.*}} : i64
// SHIFT:         arith.addi %{{.*}}, %{{.*}} : i64
// SHIFT:         arith.sitofp %{{.*}} : i64 to f32
func.func @three_parts(%a: tensor<?x1024x!dorefa.code<8, unipolar>>, %w: tensor<4x1024x!dorefa.code<6, pow2>>, %s: tensor<f32>) -> tensor<?x4xf32> {
  %z = dorefa.linear %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x1024x!dorefa.code<8, unipolar>>, tensor<4x1024x!dorefa.code<6, pow2>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// Two parts, of one power and of seven, whose sums fit into 32 bits.
// CHECK-LABEL: func.func @narrow
// AVX2-LABEL:  func.func @narrow
// CHECK-NOT:     i64 to f32
// CHECK:         bitserial.conv2d {{.*}} rhs_signed
// CHECK-NOT:     bitserial.conv2d
// CHECK:         %[[ONE:.*]] = arith.constant 1 : i32
// CHECK:         arith.shli %{{.*}}, %[[ONE]] : i32
// CHECK:         arith.sitofp %{{.*}} : i32 to f32
func.func @narrow(%g: tensor<?x4x!dorefa.code<2, bipolar>>, %m: tensor<?xf32>, %w: tensor<4x8x!dorefa.code<5, pow2>>, %s: tensor<f32>) -> tensor<?x8xf32> {
  %dx = dorefa.linear_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>)
      : tensor<?x4x!dorefa.code<2, bipolar>>, tensor<4x8x!dorefa.code<5, pow2>> -> tensor<?x8xf32>
  return %dx : tensor<?x8xf32>
}

// 40000 x 255 x 2^6, four times over, is more than 2^31: parts of four powers. So
// are they where a GPU multiplies.
// CHECK-LABEL: func.func @deep
// CHECK-NOT:     rhs_signed
// CHECK-COUNT-4: bitserial.conv2d
// CHECK:         arith.constant 4 : i64
// CHECK:         arith.constant 8 : i64
// CHECK:         arith.constant 12 : i64
// GPU:           bitserial.conv2d
func.func @deep(%a: tensor<?x40000x!dorefa.code<8, unipolar>>, %w: tensor<4x40000x!dorefa.code<6, pow2>>, %s: tensor<f32>) -> tensor<?x4xf32> {
  %z = dorefa.linear %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x40000x!dorefa.code<8, unipolar>>, tensor<4x40000x!dorefa.code<6, pow2>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// Ternary weights are planes where tables are faster: the second one of -1 alone.
// AVX2-LABEL:  func.func @ternary
// AVX2-NOT:      bitserial.popsum
// AVX2:          bitserial.pack ins(%{{.*}} : tensor<1x1x1x64x4xi8>) {{.*}} bits = 2
// AVX2:          bitserial.conv2d {{.*}} {rhs_signed, strategy = #bitserial.strategy<lookup>}
// AVX2-NOT:      bitserial.popsum
// AVX2:        return
// GPU-LABEL:   func.func @ternary
// GPU:           bitserial.popsum
func.func @ternary(%a: tensor<?x64x!dorefa.code<2, unipolar>>, %w: tensor<4x64x!dorefa.code<2, pow2>>, %s: tensor<f32>) -> tensor<?x4xf32> {
  %z = dorefa.linear %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x64x!dorefa.code<2, unipolar>>, tensor<4x64x!dorefa.code<2, pow2>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}
