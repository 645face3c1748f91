//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Runs GPU kernels on the host.

#ifndef DOREFA_CONVERSION_GPUTOEMULATOR_PASSES_TD
#define DOREFA_CONVERSION_GPUTOEMULATOR_PASSES_TD

include "mlir/Pass/PassBase.td"

def GPUToEmulator : Pass<"dorefa-gpu-to-emulator", "::mlir::ModuleOp"> {
  let summary = "Turn kernels of the NVVM dialect into host functions";
  let description = [{
    Takes kernels as `convert-gpu-to-nvvm` leaves them, and host code of the
    LLVM dialect as `gpu-to-llvm` leaves it: the very IR that PTX is made of.
    Each kernel becomes a function of the host that runs one thread. What the
    host has no instruction for becomes a call into the emulator, whose ABI is
    `dorefa/Runtime/Emulator.h`: barriers, `mma.sync` on integers and bits,
    `ldmatrix`, shuffles, votes, asynchronous copies. Special registers are
    loads from the thread's state, shared memory is a part of the block's.

    Every load and store is preceded by a check of its bounds: the allocation
    that the base of its address points into, or the variable in shared memory.

    Before:
    ```mlir
    gpu.module @m {
      llvm.func @f(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
        %t = nvvm.read.ptx.sreg.tid.x : i32
        nvvm.barrier0
        llvm.store %t, %x : i32, !llvm.ptr
        llvm.return
      }
    }
    ```
    After:
    ```mlir
    llvm.func internal @m_f(%thread: !llvm.ptr, %x: !llvm.ptr) {
      %r = llvm.getelementptr inbounds %thread[0, 0] : ...
      %t = llvm.load %r : !llvm.ptr -> i32
      llvm.call @dorefaEmulatorBarrier(%thread, %0, %0, %site) : ...
      llvm.call @dorefaEmulatorCheck(%thread, %x, %x, %4, %1, %site2) : ...
      llvm.store %t, %x : i32, !llvm.ptr
      llvm.return
    }
    ```
  }];
  let options = [
    Option<"checkBounds", "check-bounds", "bool", /*default=*/"true",
           "Check the bounds of every load and store">,
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // DOREFA_CONVERSION_GPUTOEMULATOR_PASSES_TD
