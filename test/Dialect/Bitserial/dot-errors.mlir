// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @dot_c1_lhs(%x: i32, %y: i32) -> i32 {
  // expected-error @+1 {{'bitserial.dot' op (C1) expects 1 to 8 bits on both sides, but got 0 and 8}}
  %0 = bitserial.dot %x, %y bits(0, 8) : i32
  return %0 : i32
}

// -----

func.func @dot_c1_rhs(%x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  // expected-error @+1 {{'bitserial.dot' op (C1) expects 1 to 8 bits on both sides, but got 8 and 9}}
  %0 = bitserial.dot %x, %y bits(8, 9) : vector<4xi32>
  return %0 : vector<4xi32>
}

// -----

// expected-note @+1 {{prior use here}}
func.func @dot_types(%x: vector<4xi32>, %y: vector<8xi32>) -> vector<4xi32> {
  // expected-error @+1 {{use of value '%y' expects different type than prior uses: 'vector<4xi32>' vs 'vector<8xi32>'}}
  %0 = bitserial.dot %x, %y bits(8, 8) : vector<4xi32>
  return %0 : vector<4xi32>
}

// -----

func.func @dot_element(%x: vector<4xi8>, %y: vector<4xi8>) -> vector<4xi8> {
  // expected-error @+1 {{operand #0 must be word-like, but got 'vector<4xi8>'}}
  %0 = bitserial.dot %x, %y bits(8, 8) : vector<4xi8>
  return %0 : vector<4xi8>
}
