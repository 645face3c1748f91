// RUN: dorefa-opt %s --dorefa-clip-and-round | FileCheck %s

// CHECK-LABEL: func.func @quantizer
// CHECK-SAME:    (%[[X:.*]]: vector<16xf32>)
// CHECK-DAG:     %[[ONE:.*]] = arith.constant dense<1.0{{.*}}> : vector<16xf32>
// CHECK-DAG:     %[[N:.*]] = arith.constant dense<3.0{{.*}}> : vector<16xf32>
// CHECK-NEXT:    %[[Y:.*]] = arith.minnumf %[[X]], %[[ONE]]
// CHECK-NEXT:    %[[Z:.*]] = arith.mulf %[[Y]], %[[N]]
// CHECK-NEXT:    %[[I:.*]] = llvm.intr.lrint(%[[Z]]) : (vector<16xf32>) -> vector<16xi32>
// CHECK-NEXT:    return %[[I]]
func.func @quantizer(%x: vector<16xf32>) -> vector<16xi32> {
  %one = arith.constant dense<1.0> : vector<16xf32>
  %n = arith.constant dense<3.0> : vector<16xf32>
  %c = arith.cmpf olt, %x, %one : vector<16xf32>
  %y = arith.select %c, %x, %one : vector<16xi1>, vector<16xf32>
  %z = arith.mulf %y, %n : vector<16xf32>
  %r = math.roundeven %z : vector<16xf32>
  %i = arith.fptosi %r : vector<16xf32> to vector<16xi32>
  return %i : vector<16xi32>
}

// What else reads the rounded value or the comparison keeps it.
// CHECK-LABEL: func.func @others_read
// CHECK:         arith.cmpf olt
// CHECK:         arith.minnumf
// CHECK:         math.roundeven
// CHECK:         llvm.intr.lrint
func.func @others_read(%x: f32) -> (i1, f32, i32) {
  %one = arith.constant 1.0 : f32
  %c = arith.cmpf olt, %x, %one : f32
  %y = arith.select %c, %x, %one : f32
  %r = math.roundeven %y : f32
  %i = arith.fptosi %r : f32 to i32
  return %c, %r, %i : i1, f32, i32
}

// Not the lesser one of a value and a number; of two zeros one is the lesser one for some; other widths;
// rounded in another way.
// CHECK-LABEL: func.func @others
// CHECK-COUNT-4: arith.select
// CHECK-COUNT-3: arith.fptosi
// CHECK-NOT:     minnumf
// CHECK-NOT:     lrint
func.func @others(%x: f32, %b: f32, %d: f64) -> (f32, f32, f32, f32, i32, i8, i32) {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %none = arith.constant 0x7FC00000 : f32
  %c0 = arith.cmpf ult, %x, %one : f32
  %0 = arith.select %c0, %x, %one : f32
  %c1 = arith.cmpf olt, %x, %zero : f32
  %1 = arith.select %c1, %x, %zero : f32
  %c2 = arith.cmpf olt, %x, %none : f32
  %2 = arith.select %c2, %x, %none : f32
  %c3 = arith.cmpf olt, %x, %b : f32
  %3 = arith.select %c3, %x, %b : f32
  %r4 = math.roundeven %d : f64
  %4 = arith.fptosi %r4 : f64 to i32
  %r5 = math.roundeven %x : f32
  %5 = arith.fptosi %r5 : f32 to i8
  %r6 = math.floor %x : f32
  %6 = arith.fptosi %r6 : f32 to i32
  return %0, %1, %2, %3, %4, %5, %6 : f32, f32, f32, f32, i32, i8, i32
}
