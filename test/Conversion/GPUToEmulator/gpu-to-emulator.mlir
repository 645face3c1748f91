// RUN: dorefa-opt %s --dorefa-gpu-to-emulator | FileCheck %s
// RUN: dorefa-opt %s --dorefa-gpu-to-emulator=check-bounds=false | FileCheck %s --check-prefix=UNCHECKED

// UNCHECKED-NOT: dorefaEmulatorCheck

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.mlir.global internal @tile() {addr_space = 3 : i32} : !llvm.array<32 x i32>
    llvm.mlir.global internal constant @factor(7 : i32) {addr_space = 0 : i32} : i32

    llvm.func @twice(%x: i32) -> i32 {
      %lane = nvvm.read.ptx.sreg.laneid : i32
      %y = llvm.add %x, %lane : i32
      llvm.return %y : i32
    }

    llvm.func @k(%x: !llvm.ptr, %n: i64) attributes {gpu.kernel, nvvm.kernel} {
      %tile = llvm.mlir.addressof @tile : !llvm.ptr<3>
      %t = nvvm.read.ptx.sreg.tid.x : i32
      %w = nvvm.read.ptx.sreg.warpsize : i32
      %p = llvm.getelementptr %tile[%t] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i32
      llvm.store %w, %p : i32, !llvm.ptr<3>
      nvvm.barrier0
      %f = llvm.mlir.addressof @factor : !llvm.ptr
      %c = llvm.load %f : !llvm.ptr -> i32
      %y = llvm.call @twice(%c) : (i32) -> i32
      %q = llvm.getelementptr %x[%n] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      llvm.store %y, %q : i32, !llvm.ptr
      llvm.return
    }
  }

  llvm.func @main(%x: !llvm.ptr, %n: i64) {
    %0 = llvm.mlir.constant(4 : index) : i64
    gpu.launch_func @m::@k blocks in (%0, %0, %0) threads in (%0, %0, %0) : i64 args(%x : !llvm.ptr, %n : i64)
    llvm.return
  }
}

// CHECK-NOT:   gpu.
// CHECK:       llvm.mlir.global internal constant @m_factor(7 : i32)

// CHECK-LABEL: llvm.func @main
// CHECK-SAME:      %[[X:.*]]: !llvm.ptr, %[[N:.*]]: i64
// CHECK:         llvm.store %[[N]], %[[NSLOT:.*]] : i64
// CHECK:         llvm.store %[[NSLOT]], %{{.*}} : !llvm.ptr
// CHECK:         %[[KERNEL:.*]] = llvm.mlir.addressof @m_k_kernel
// CHECK:         llvm.call @mgpuLaunchKernel(%[[KERNEL]],

// CHECK-LABEL: llvm.func internal @m_twice(
// CHECK-SAME:      %[[THREAD:.*]]: !llvm.ptr, %{{.*}}: i32) -> i32
// CHECK:         %[[LANE:.*]] = llvm.getelementptr inbounds %[[THREAD]][48]
// CHECK:         llvm.load %[[LANE]]

// CHECK-LABEL: llvm.func internal @m_k(
// CHECK-SAME:      %[[THREAD:.*]]: !llvm.ptr, %[[X:.*]]: !llvm.ptr, %{{.*}}: i64)
// CHECK:         %[[SHARED:.*]] = llvm.getelementptr inbounds %[[THREAD]][64]
// CHECK:         %[[TILE:.*]] = llvm.load %[[SHARED]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[BEGIN:.*]] = llvm.getelementptr %[[TILE]][0]
// CHECK:         %[[TID:.*]] = llvm.getelementptr inbounds %[[THREAD]][0]
// CHECK:         llvm.load %[[TID]]
// CHECK:         llvm.call @dorefaEmulatorCheckShared(%[[THREAD]], %[[BEGIN]],
// CHECK:         llvm.store %{{.*}} : i32, !llvm.ptr
// CHECK:         llvm.call @dorefaEmulatorBarrier(%[[THREAD]],
// CHECK:         llvm.call @m_twice(%[[THREAD]],
// CHECK:         llvm.call @dorefaEmulatorCheck(%[[THREAD]], %[[X]],

// CHECK-LABEL: llvm.func internal @m_k_run(
// CHECK-SAME:      %[[THREAD:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr)
// CHECK:         llvm.call @m_k(%[[THREAD]],

// CHECK:       llvm.mlir.global external constant @m_k_kernel
// CHECK:         llvm.mlir.addressof @m_k_run
// CHECK:         llvm.mlir.constant(128 : i64)
// CHECK:         llvm.mlir.constant(1 : i32)
