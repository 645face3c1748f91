// RUN: dorefa-opt %s --dorefa-gpu-to-emulator | FileCheck %s

// A product of a warpgroup is a call with its shape, both descriptors and the
// thread's part of the sums in memory; so is the fence that it needs.
module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k(%a: i64, %b: i64, %c: i32, %out: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      %r:4 = bitserial.warpgroup_multiply %a, %b, sums(%c, %c, %c, %c)
          {columns = 8 : i64, steps = 2 : i64, planes = array<i64: 1, 1>, lhs_strides = array<i64: 2048, 4096>, rhs_strides = array<i64: 256, 512>}
      llvm.store %r#3, %out : i32, !llvm.ptr
      llvm.return
    }
  }
}

// CHECK-LABEL: llvm.func internal @m_k(
// CHECK-SAME:      %[[THREAD:.*]]: !llvm.ptr, %[[A:.*]]: i64, %[[B:.*]]: i64, %[[C:.*]]: i32,
// CHECK:         llvm.call @dorefaEmulatorProxyFence(%[[THREAD]])
// CHECK-COUNT-4: llvm.store %[[C]],
// CHECK:         llvm.call @dorefaEmulatorWarpgroupMultiply(%[[THREAD]], %{{.*}}, %[[A]], %[[B]], %[[SUMS:[^,]*]],
// CHECK:         %[[LAST:.*]] = llvm.getelementptr %[[SUMS]][3]
// CHECK:         %[[VALUE:.*]] = llvm.load %[[LAST]]
// CHECK:         llvm.store %[[VALUE]], %{{.*}} : i32, !llvm.ptr
