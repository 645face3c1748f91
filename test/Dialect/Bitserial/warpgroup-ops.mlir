// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s

// CHECK-LABEL: @bits
func.func @bits(%a: i64, %b: i64, %s: i32) -> i32 {
  // CHECK: %[[R:.*]]:8 = bitserial.warpgroup_multiply %{{.*}}, %{{.*}}, sums(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {columns = 8 : i64, lhs_strides = array<i64: 2048, 4096>, planes = array<i64: 2, 1>, rhs_strides = array<i64: 256, 512>, steps = 2 : i64}
  %r:8 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s, %s, %s, %s, %s)
      {columns = 8 : i64, steps = 2 : i64, planes = array<i64: 2, 1>, lhs_strides = array<i64: 2048, 4096>, rhs_strides = array<i64: 256, 512>}
  // CHECK: return %[[R]]#7
  return %r#7 : i32
}

// CHECK-LABEL: @bytes
func.func @bytes(%a: i64, %b: i64, %s: i32) -> i32 {
  // CHECK: bitserial.warpgroup_multiply {{.*}}{bytes, columns = 8 : i64
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {bytes, columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return %r#0 : i32
}
