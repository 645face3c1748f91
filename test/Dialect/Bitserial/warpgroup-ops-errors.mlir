// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @none(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C1) has 0 columns; expected 8, 16, 24 or a multiple of 16 up to 256}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 0 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @odd(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C1) has 40 columns; expected 8, 16, 24 or a multiple of 16 up to 256}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 40 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @many(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C1) has 272 columns; expected 8, 16, 24 or a multiple of 16 up to 256}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 272 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @one_number(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C2) expected planes and strides to be two numbers each}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @one_stride(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C2) expected planes and strides to be two numbers each}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0>}
  return
}

// -----

func.func @planes(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C2) has 9 planes on a side; expected 1 to 8}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 9>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @no_planes(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C2) has 0 planes on a side; expected 1 to 8}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 0, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @planes_of_bytes(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C2) has 2 planes on a side; expected 1 of bytes}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {bytes, columns = 8 : i64, steps = 1 : i64, planes = array<i64: 2, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @no_steps(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C3) expected at least one step}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 0 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @stride(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C3) has a stride of 24 bytes; expected a multiple of 16}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 24, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @backwards(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C3) has a stride of -16 bytes; expected a multiple of 16}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, -16>}
  return
}

// -----

func.func @sums(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C4) has 4 sums; expected 8}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 2>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}

// -----

func.func @columns(%a: i64, %b: i64, %s: i32) {
  // expected-error @+1 {{'bitserial.warpgroup_multiply' op (C4) has 4 sums; expected 8}}
  %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%s, %s, %s, %s)
      {columns = 16 : i64, steps = 1 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 0, 0>, rhs_strides = array<i64: 0, 0>}
  return
}
