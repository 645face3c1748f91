// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s

// CHECK-LABEL: func.func private @codes(
// CHECK-SAME:    tensor<?x14x14x32x!dorefa.code<2, unipolar>>,
// CHECK-SAME:    tensor<64x3x3x32x!dorefa.code<1, bipolar>>,
// CHECK-SAME:    tensor<8x!dorefa.code<8, bipolar>>,
// CHECK-SAME:    tensor<8x!dorefa.code<2, pow2>>,
// CHECK-SAME:    tensor<8x!dorefa.code<6, pow2>>)
func.func private @codes(
    tensor<?x14x14x32x!dorefa.code<2, unipolar>>,
    tensor<64x3x3x32x!dorefa.code<1, bipolar>>,
    tensor<8x!dorefa.code<8, bipolar>>,
    tensor<8x!dorefa.code<2, pow2>>,
    tensor<8x!dorefa.code<6, pow2>>)

// CHECK-LABEL: func.func private @open(
// CHECK-SAME:    tensor<8x!dorefa.code<?, unipolar>>,
// CHECK-SAME:    tensor<8x!dorefa.code<?, bipolar>>,
// CHECK-SAME:    tensor<8x!dorefa.code<?, pow2>>)
func.func private @open(
    tensor<8x!dorefa.code<?, unipolar>>,
    tensor<8x!dorefa.code<?, bipolar>>,
    tensor<8x!dorefa.code<?, pow2>>)

// A code outside of a tensor, in a region of an elementwise op.
// CHECK-LABEL: func.func private @scalar(!dorefa.code<3, unipolar>)
func.func private @scalar(!dorefa.code<3, unipolar>)

// CHECK-LABEL: func.func private @attributes()
// CHECK-SAME:    some.bound = #dorefa.bound<abs_clip>
// CHECK-SAME:    some.codes = #dorefa.codes<dense<[0, 3]> : tensor<2xi8>>
func.func private @attributes() attributes {
  some.bound = #dorefa.bound<abs_clip>,
  some.codes = #dorefa.codes<dense<[0, 3]> : tensor<2xi8>>
}
