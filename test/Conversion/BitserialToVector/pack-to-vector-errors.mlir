// RUN: not dorefa-opt %s --convert-bitserial-pack-to-vector="vector-bits=100" 2>&1 | FileCheck %s

// CHECK: error: convert-bitserial-pack-to-vector: vector-bits is 128, 256 or 512, but got 100
func.func @pack(%codes: memref<4x32xi8>, %words: memref<4x1x2xi32>) {
  bitserial.pack ins(%codes : memref<4x32xi8>) outs(%words : memref<4x1x2xi32>) {axis = 1, bits = 2}
  return
}
