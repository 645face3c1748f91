// RUN: dorefa-opt %s --dorefa-mark-chips | FileCheck %s

// Kernels are marked with the chips for which a choice by the chip launches them,
// also deeper inside of it; not if another launch is for every chip, or if the
// choice is by something else.

// CHECK-DAG: gpu.module @first attributes {bitserial.chips = ["sm_80", "sm_90"]}
// CHECK-DAG: gpu.module @second attributes {bitserial.chips = ["sm_90a"]}
// CHECK-DAG: gpu.module @both attributes {bitserial.chips = ["sm_80", "sm_90", "sm_90a"]}
// CHECK-DAG: gpu.module @everywhere {
// CHECK-DAG: gpu.module @other {

module attributes {gpu.container_module} {
  gpu.module @first { gpu.func @k() kernel { gpu.return } }
  gpu.module @second { gpu.func @k() kernel { gpu.return } }
  gpu.module @both { gpu.func @k() kernel { gpu.return } }
  gpu.module @everywhere { gpu.func @k() kernel { gpu.return } }
  gpu.module @other { gpu.func @k() kernel { gpu.return } }
  func.func @host(%n: index, %c: i1, %i: i32) {
    %0 = bitserial.chip ["sm_80", "sm_90a", "sm_90"] : i32
    %1 = arith.index_cast %0 : i32 to index
    scf.index_switch %1
    case 1 {
      scf.if %c {
        gpu.launch_func @second::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
      }
      gpu.launch_func @both::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
      gpu.launch_func @everywhere::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
      scf.yield
    }
    default {
      gpu.launch_func @first::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
      gpu.launch_func @both::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    }
    gpu.launch_func @everywhere::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    %2 = arith.index_cast %i : i32 to index
    scf.index_switch %2
    case 1 {
      gpu.launch_func @other::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
      scf.yield
    }
    default {
    }
    return
  }
}
