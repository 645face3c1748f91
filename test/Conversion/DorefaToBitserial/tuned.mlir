// A tuned choice goes ahead of the cost model's, for products of its shape alone.

// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="tuned=2x1x64:integer" | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="tuned=2x1x64:popcount" | FileCheck %s --check-prefix=PLANES
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="tuned=1x2x64:integer,2x1x32:integer vector-bits=512 features=avx512vpopcntdq" | FileCheck %s --check-prefix=PLANES
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="tuned=2x1x64:integer strategy=popcount" | FileCheck %s --check-prefix=PLANES

func.func @layer(%a: tensor<?x64x!dorefa.code<2, unipolar>>, %w: tensor<10x64x!dorefa.code<1, bipolar>>) -> tensor<?x10xf32> {
  // CHECK: bitserial.pack {{.*}}bytes
  // CHECK: bitserial.conv2d {{.*}}byte_bits
  // PLANES-NOT: bytes
  // PLANES: bitserial.conv2d
  // PLANES-NOT: byte_bits
  %z = dorefa.linear %a, %w : tensor<?x64x!dorefa.code<2, unipolar>>, tensor<10x64x!dorefa.code<1, bipolar>> -> tensor<?x10xf32>
  return %z : tensor<?x10xf32>
}
