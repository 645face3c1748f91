// What AVX2 chooses by the bits of activations and weights: tables for weights of up to two bits; for activations of up to two
// bits where a batch is known to fill vectors; products of bytes for what has none. Population counts of one bit by four take
// 1.3 to 1.4 times as long as products of bytes.

// DEFINE: %{a} =
// DEFINE: %{w} =
// DEFINE: %{convert} = sed 's/code<A,/code<%{a},/g; s/code<W,/code<%{w},/g' %s \
// DEFINE:   | dorefa-opt --convert-dorefa-to-bitserial="vector-bits=256 features=avx2,ssse3"

// REDEFINE: %{a} = 1
// REDEFINE: %{w} = 1
// RUN: %{convert} | FileCheck %s --check-prefix=LOOKUP
// REDEFINE: %{a} = 6
// REDEFINE: %{w} = 2
// RUN: %{convert} | FileCheck %s --check-prefix=USES
// REDEFINE: %{a} = 1
// REDEFINE: %{w} = 4
// RUN: %{convert} | FileCheck %s --check-prefix=INTEGER
// RUN: %{convert} | FileCheck %s --check-prefix=BATCH
// REDEFINE: %{a} = 7
// REDEFINE: %{w} = 1
// RUN: %{convert} | FileCheck %s --check-prefix=INTEGER

// LOOKUP: bitserial.conv2d {{.*}}strategy<lookup>
// INTEGER: bitserial.conv2d {{.*}}strategy<integer>
// BATCH: bitserial.conv2d {{.*}}strategy<integer>
// BATCH: bitserial.conv2d {{.*}}strategy<lookup>
// USES-LABEL: @layer
// USES: bitserial.conv2d {{.*}}strategy<integer>
// USES-LABEL: @wide
// USES: bitserial.conv2d {{.*}}strategy<lookup>
func.func @layer(%a: tensor<?x64x!dorefa.code<A, unipolar>>, %w: tensor<10x64x!dorefa.code<W, bipolar>>) -> tensor<?x10xf32> {
  %z = dorefa.linear %a, %w : tensor<?x64x!dorefa.code<A, unipolar>>, tensor<10x64x!dorefa.code<W, bipolar>> -> tensor<?x10xf32>
  return %z : tensor<?x10xf32>
}

func.func @batch(%a: tensor<128x64x!dorefa.code<A, unipolar>>, %w: tensor<10x64x!dorefa.code<W, bipolar>>) -> tensor<128x10xf32> {
  %z = dorefa.linear %a, %w : tensor<128x64x!dorefa.code<A, unipolar>>, tensor<10x64x!dorefa.code<W, bipolar>> -> tensor<128x10xf32>
  return %z : tensor<128x10xf32>
}

// Tables of more than two bits are made, which ten products of a code are not worth.
func.func @wide(%a: tensor<?x64x!dorefa.code<A, unipolar>>, %w: tensor<256x64x!dorefa.code<W, bipolar>>) -> tensor<?x256xf32> {
  %z = dorefa.linear %a, %w : tensor<?x64x!dorefa.code<A, unipolar>>, tensor<256x64x!dorefa.code<W, bipolar>> -> tensor<?x256xf32>
  return %z : tensor<?x256xf32>
}
