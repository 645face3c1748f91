// RUN: dorefa-opt %s --convert-bitserial-to-llvm="features=avx512vnni,avx512bw,avx512vl,avx2,ssse3,sse2" | FileCheck %s --implicit-check-not=bitserial.dot --check-prefixes=ALL,VNNI --implicit-check-not=pmaddubs --implicit-check-not=pmadd.ub
// RUN: dorefa-opt %s --convert-bitserial-to-llvm="features=avxvnni,avx2,ssse3,sse2" | FileCheck %s --implicit-check-not=bitserial.dot --check-prefixes=ALL,AVXVNNI --implicit-check-not=avx512.p
// RUN: dorefa-opt %s --convert-bitserial-to-llvm="features=avx512bw,avx2,ssse3,sse2" | FileCheck %s --implicit-check-not=bitserial.dot --check-prefixes=ALL,MADD --implicit-check-not=vpdpbusd
// RUN: dorefa-opt %s --convert-bitserial-to-llvm="features=sse2" | FileCheck %s --implicit-check-not=bitserial.dot --check-prefixes=ALL,SSE2 --implicit-check-not=vpdpbusd --implicit-check-not=ssse3 --implicit-check-not=avx
// RUN: dorefa-opt %s --convert-bitserial-to-llvm="features=dotprod,neon" | FileCheck %s --implicit-check-not=bitserial.dot --check-prefixes=ALL,UDOT --implicit-check-not=x86
// RUN: dorefa-opt %s --convert-bitserial-to-llvm | FileCheck %s --implicit-check-not=bitserial.dot --check-prefixes=ALL,PORTABLE --implicit-check-not=llvm.
// RUN: dorefa-opt %s --convert-bitserial-to-llvm="features=avx512vnni,avx2" | FileCheck %s --implicit-check-not=bitserial.dot --check-prefix=NARROW

// The side of at most 7 bits is the last operand, which is read as signed; the
// addition is part of the instruction.
// ALL-LABEL: func @signed_lhs
// VNNI-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// VNNI-DAG: %[[U:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// VNNI-DAG: %[[I:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// VNNI: %[[D:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[S]], %[[U]], %[[I]]) : (vector<16xi32>, vector<64xi8>, vector<64xi8>) -> vector<16xi32>
// VNNI-NEXT: return %[[D]]
// Two products of 2 and 6 bits stay below 2^15.
// MADD-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// MADD-DAG: %[[U:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// MADD-DAG: %[[I:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// MADD: %[[P:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddubs.w.512"(%[[U]], %[[I]]) : (vector<64xi8>, vector<64xi8>) -> vector<32xi16>
// MADD-NEXT: %[[ONES:.*]] = arith.constant dense<1> : vector<32xi16>
// MADD-NEXT: %[[D:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%[[P]], %[[ONES]]) : (vector<32xi16>, vector<32xi16>) -> vector<16xi32>
// MADD-NEXT: %[[R:.*]] = arith.addi %[[S]], %[[D]] : vector<16xi32>
// MADD-NEXT: return %[[R]]
// UDOT: arith.muli
// AVXVNNI: arith.muli
func.func @signed_lhs(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(2, 6) : vector<16xi32>
  %r = arith.addi %s, %d : vector<16xi32>
  return %r : vector<16xi32>
}

// The sum is the other operand of the addition.
// ALL-LABEL: func @signed_rhs
// VNNI-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// VNNI-DAG: %[[U:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// VNNI-DAG: %[[I:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// VNNI: %[[D:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[S]], %[[U]], %[[I]])
// VNNI-NEXT: return %[[D]]
// 2 * 255 * 127 is beyond 2^15, so vpmaddubsw would saturate.
// MADD-NOT: pmaddubs
// MADD-COUNT-2: pmaddw.d.512
// MADD: return
func.func @signed_rhs(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(8, 7) : vector<16xi32>
  %r = arith.addi %d, %s : vector<16xi32>
  return %r : vector<16xi32>
}

// ALL-LABEL: func @signed_lhs_of_7
// VNNI-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// VNNI-DAG: %[[U:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// VNNI-DAG: %[[I:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// VNNI: "llvm.x86.avx512.vpdpbusd.512"(%[[S]], %[[U]], %[[I]])
func.func @signed_lhs_of_7(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(7, 8) : vector<16xi32>
  %r = arith.addi %s, %d : vector<16xi32>
  return %r : vector<16xi32>
}

// The most that vpmaddubsw multiplies: 2 * 255 * 63.
// ALL-LABEL: func @largest_pairs
// MADD-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// MADD-DAG: %[[U:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// MADD-DAG: %[[I:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// MADD: "llvm.x86.avx512.pmaddubs.w.512"(%[[U]], %[[I]])
func.func @largest_pairs(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(8, 6) : vector<16xi32>
  %r = arith.addi %s, %d : vector<16xi32>
  return %r : vector<16xi32>
}

// Neither side of 8 bits may be read as signed: even and odd bytes.
// ALL-LABEL: func @both_of_8
// VNNI-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// VNNI-NOT: vpdpbusd
// VNNI: %[[MASK:.*]] = arith.constant dense<16711935> : vector<16xi32>
// VNNI: arith.andi %[[X]], %[[MASK]] : vector<16xi32>
// VNNI-NOT: vpdpbusd
// VNNI: %[[EVEN:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%{{.*}}, %{{.*}}) : (vector<32xi16>, vector<32xi16>) -> vector<16xi32>
// VNNI-COUNT-2: arith.shrui
// VNNI: %[[ODD:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"
// VNNI-NEXT: %[[BOTH:.*]] = arith.addi %[[EVEN]], %[[ODD]]
// VNNI-NEXT: %[[R:.*]] = arith.addi %[[S]], %[[BOTH]]
// VNNI-NEXT: return %[[R]]
// MADD-NOT: pmaddubs
// MADD-COUNT-2: pmaddw.d.512
func.func @both_of_8(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(8, 8) : vector<16xi32>
  %r = arith.addi %s, %d : vector<16xi32>
  return %r : vector<16xi32>
}

// ALL-LABEL: func @eight_lanes
// VNNI: "llvm.x86.avx512.vpdpbusd.256"({{.*}}) : (vector<8xi32>, vector<32xi8>, vector<32xi8>) -> vector<8xi32>
// AVXVNNI: "llvm.x86.avx512.vpdpbusd.256"
// MADD: "llvm.x86.avx2.pmadd.ub.sw"({{.*}}) : (vector<32xi8>, vector<32xi8>) -> vector<16xi16>
// MADD: "llvm.x86.avx2.pmadd.wd"({{.*}}) : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
// VNNI without avx512vl has 512 bits only.
// NARROW-LABEL: func @eight_lanes
// NARROW-NOT: vpdpbusd
// NARROW: "llvm.x86.avx2.pmadd.wd"
func.func @eight_lanes(%s: vector<8xi32>, %x: vector<8xi32>, %y: vector<8xi32>) -> vector<8xi32> {
  %d = bitserial.dot %x, %y bits(4, 1) : vector<8xi32>
  %r = arith.addi %s, %d : vector<8xi32>
  return %r : vector<8xi32>
}

// ALL-LABEL: func @four_lanes
// VNNI: "llvm.x86.avx512.vpdpbusd.128"({{.*}}) : (vector<4xi32>, vector<16xi8>, vector<16xi8>) -> vector<4xi32>
// AVXVNNI: "llvm.x86.avx512.vpdpbusd.128"
// MADD: "llvm.x86.ssse3.pmadd.ub.sw.128"({{.*}}) : (vector<16xi8>, vector<16xi8>) -> vector<8xi16>
// MADD: "llvm.x86.sse2.pmadd.wd"({{.*}}) : (vector<8xi16>, vector<8xi16>) -> vector<4xi32>
// SSE2-COUNT-2: "llvm.x86.sse2.pmadd.wd"
// UDOT-SAME: (%[[S:.*]]: vector<4xi32>, %[[X:.*]]: vector<4xi32>, %[[Y:.*]]: vector<4xi32>)
// UDOT: %[[D:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.udot.v4i32.v16i8"(%[[S]], %{{.*}}, %{{.*}}) : (vector<4xi32>, vector<16xi8>, vector<16xi8>) -> vector<4xi32>
// UDOT-NEXT: return %[[D]]
func.func @four_lanes(%s: vector<4xi32>, %x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  %d = bitserial.dot %x, %y bits(6, 2) : vector<4xi32>
  %r = arith.addi %s, %d : vector<4xi32>
  return %r : vector<4xi32>
}

// udot reads both sides as unsigned.
// ALL-LABEL: func @four_lanes_of_8
// VNNI-COUNT-2: "llvm.x86.sse2.pmadd.wd"
// UDOT: "llvm.aarch64.neon.udot.v4i32.v16i8"
func.func @four_lanes_of_8(%s: vector<4xi32>, %x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  %d = bitserial.dot %x, %y bits(8, 8) : vector<4xi32>
  %r = arith.addi %s, %d : vector<4xi32>
  return %r : vector<4xi32>
}

// No instruction has two lanes, or one, or more than a register.
// ALL-LABEL: func @two_lanes
// ALL-NOT: call_intrinsic
// ALL: return
func.func @two_lanes(%s: vector<2xi32>, %x: vector<2xi32>, %y: vector<2xi32>) -> vector<2xi32> {
  %d = bitserial.dot %x, %y bits(1, 1) : vector<2xi32>
  %r = arith.addi %s, %d : vector<2xi32>
  return %r : vector<2xi32>
}

// ALL-LABEL: func @two_axes
// ALL-NOT: call_intrinsic
// ALL: arith.muli {{.*}} : vector<2x8xi32>
// ALL: return
func.func @two_axes(%x: vector<2x8xi32>, %y: vector<2x8xi32>) -> vector<2x8xi32> {
  %d = bitserial.dot %x, %y bits(1, 1) : vector<2x8xi32>
  return %d : vector<2x8xi32>
}

// Bytes 0 to 3 one by one; the last needs no mask.
// ALL-LABEL: func @scalar
// ALL-NOT: call_intrinsic
// PORTABLE-SAME: (%[[S:.*]]: i32, %[[X:.*]]: i32, %[[Y:.*]]: i32)
// PORTABLE: arith.andi %[[X]], %{{.*}} : i32
// PORTABLE: arith.andi %[[Y]], %{{.*}} : i32
// PORTABLE: %[[P0:.*]] = arith.muli
// PORTABLE: %[[S0:.*]] = arith.addi %[[S]], %[[P0]] : i32
// PORTABLE: %[[P1:.*]] = arith.muli
// PORTABLE: %[[S1:.*]] = arith.addi %[[S0]], %[[P1]] : i32
// PORTABLE: %[[P2:.*]] = arith.muli
// PORTABLE: %[[S2:.*]] = arith.addi %[[S1]], %[[P2]] : i32
// PORTABLE: arith.constant 24 : i32
// PORTABLE: %[[X3:.*]] = arith.shrui %[[X]], %{{.*}} : i32
// PORTABLE: %[[Y3:.*]] = arith.shrui %[[Y]], %{{.*}} : i32
// PORTABLE-NEXT: %[[P3:.*]] = arith.muli %[[X3]], %[[Y3]] : i32
// PORTABLE-NEXT: %[[S3:.*]] = arith.addi %[[S2]], %[[P3]] : i32
// PORTABLE-NEXT: return %[[S3]]
func.func @scalar(%s: i32, %x: i32, %y: i32) -> i32 {
  %d = bitserial.dot %x, %y bits(8, 8) : i32
  %r = arith.addi %s, %d : i32
  return %r : i32
}

// Without an addition the sum starts with zero.
// ALL-LABEL: func @no_addition
// VNNI: %[[ZERO:.*]] = arith.constant dense<0> : vector<4xi32>
// VNNI: %[[D:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"(%[[ZERO]],
// VNNI-NEXT: return %[[D]]
// UDOT: %[[ZERO:.*]] = arith.constant dense<0> : vector<4xi32>
// UDOT: %[[D:.*]] = llvm.call_intrinsic "llvm.aarch64.neon.udot.v4i32.v16i8"(%[[ZERO]],
// UDOT-NEXT: return %[[D]]
// MADD: %[[D:.*]] = llvm.call_intrinsic "llvm.x86.sse2.pmadd.wd"
// MADD-NEXT: return %[[D]]
// PORTABLE-COUNT-4: arith.muli
// PORTABLE: return
func.func @no_addition(%x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  %d = bitserial.dot %x, %y bits(1, 1) : vector<4xi32>
  return %d : vector<4xi32>
}

// A product that others use, too, is not merged with an addition, nor is one
// that is added to itself.
// ALL-LABEL: func @used_twice
// VNNI: %[[D:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"
// VNNI-NEXT: %[[R:.*]] = arith.addi %[[D]], %[[D]] : vector<4xi32>
// VNNI-NEXT: return %[[R]]
func.func @used_twice(%x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  %d = bitserial.dot %x, %y bits(1, 1) : vector<4xi32>
  %r = arith.addi %d, %d : vector<4xi32>
  return %r : vector<4xi32>
}

// A chain of sums is a chain of instructions.
// ALL-LABEL: func @chain
// VNNI-SAME: (%[[S:[a-z0-9]+]]: vector<4xi32>
// VNNI: %[[A:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"(%[[S]],
// VNNI: %[[B:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"(%[[A]],
// VNNI-NEXT: return %[[B]]
func.func @chain(%s: vector<4xi32>, %x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  %d = bitserial.dot %x, %y bits(1, 2) : vector<4xi32>
  %r = arith.addi %s, %d : vector<4xi32>
  %e = bitserial.dot %y, %x bits(2, 1) : vector<4xi32>
  %t = arith.addi %r, %e : vector<4xi32>
  return %t : vector<4xi32>
}

// The sum of two products: one starts with the other.
// ALL-LABEL: func @sum_of_two
// VNNI: %[[ZERO:.*]] = arith.constant dense<0>
// VNNI: %[[A:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"(%[[ZERO]],
// VNNI: %[[B:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"(%[[A]],
// VNNI-NEXT: return %[[B]]
func.func @sum_of_two(%x: vector<4xi32>, %y: vector<4xi32>) -> vector<4xi32> {
  %d = bitserial.dot %x, %x bits(1, 2) : vector<4xi32>
  %e = bitserial.dot %y, %y bits(2, 1) : vector<4xi32>
  %r = arith.addi %d, %e : vector<4xi32>
  return %r : vector<4xi32>
}

// Only the portable form has no width.
// ALL-LABEL: func @tensors
// ALL-NOT: call_intrinsic
// ALL: arith.muli %{{.*}} : tensor<4xi32>
func.func @tensors(%x: tensor<4xi32>, %y: tensor<4xi32>) -> tensor<4xi32> {
  %d = bitserial.dot %x, %y bits(1, 2) : tensor<4xi32>
  return %d : tensor<4xi32>
}

// ALL-LABEL: func @scalable
// ALL-NOT: call_intrinsic
// ALL: arith.muli %{{.*}} : vector<[4]xi32>
func.func @scalable(%x: vector<[4]xi32>, %y: vector<[4]xi32>) -> vector<[4]xi32> {
  %d = bitserial.dot %x, %y bits(1, 2) : vector<[4]xi32>
  return %d : vector<[4]xi32>
}

// A product stays outside of a loop that adds it.
// ALL-LABEL: func @outside
// VNNI: call_intrinsic
// VNNI: scf.for
// VNNI-NOT: call_intrinsic
// VNNI: return
func.func @outside(%x: vector<4xi32>, %y: vector<4xi32>, %s: vector<4xi32>, %n: index) -> vector<4xi32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = bitserial.dot %x, %y bits(1, 2) : vector<4xi32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %s) -> vector<4xi32> {
    %t = arith.addi %a, %d : vector<4xi32>
    scf.yield %t : vector<4xi32>
  }
  return %r : vector<4xi32>
}

// A rhs with a sign is the last operand whatever its bits; without the
// instruction its bytes are extended.
// ALL-LABEL: func @twos_complement
// VNNI-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// VNNI-DAG: %[[U:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// VNNI-DAG: %[[I:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[S]], %[[U]], %[[I]])
// MADD: arith.shrsi {{.*}} : vector<32xi16>
// MADD: arith.shli {{.*}} : vector<32xi16>
// MADD: arith.shrsi {{.*}} : vector<32xi16>
// MADD-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"
// UDOT: arith.shrsi
// UDOT: arith.muli
// PORTABLE-COUNT-4: arith.shrsi %{{.*}}, %{{.*}} : vector<16xi32>
func.func @twos_complement(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(8, 8) {rhs_signed} : vector<16xi32>
  %r = arith.addi %s, %d : vector<16xi32>
  return %r : vector<16xi32>
}

// Two products of up to 255 by -64 to 63 stay above -2^15.
// ALL-LABEL: func @largest_signed_pairs
// MADD-SAME: (%[[S:.*]]: vector<16xi32>, %[[X:.*]]: vector<16xi32>, %[[Y:.*]]: vector<16xi32>)
// MADD-DAG: %[[U:.*]] = vector.bitcast %[[X]] : vector<16xi32> to vector<64xi8>
// MADD-DAG: %[[I:.*]] = vector.bitcast %[[Y]] : vector<16xi32> to vector<64xi8>
// MADD: "llvm.x86.avx512.pmaddubs.w.512"(%[[U]], %[[I]])
func.func @largest_signed_pairs(%s: vector<16xi32>, %x: vector<16xi32>, %y: vector<16xi32>) -> vector<16xi32> {
  %d = bitserial.dot %x, %y bits(8, 7) {rhs_signed} : vector<16xi32>
  %r = arith.addi %s, %d : vector<16xi32>
  return %r : vector<16xi32>
}
