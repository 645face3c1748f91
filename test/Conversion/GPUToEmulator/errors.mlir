// RUN: dorefa-opt %s --split-input-file --dorefa-gpu-to-emulator --verify-diagnostics

module attributes {gpu.container_module} {
  gpu.module @m {
    // expected-error @below {{expected kernels in the LLVM dialect; convert-gpu-to-nvvm makes them}}
    gpu.func @k() kernel {
      gpu.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k() attributes {gpu.kernel, nvvm.kernel} {
      // expected-error @below {{the emulator knows no inline assembly}}
      llvm.inline_asm has_side_effects "bar.sync 0;", "" : () -> ()
      llvm.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k() attributes {gpu.kernel, nvvm.kernel} {
      // expected-error @below {{the emulator does not know 'nvvm.read.ptx.sreg.clock'}}
      %0 = nvvm.read.ptx.sreg.clock : i32
      llvm.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @somewhere()
    llvm.func @k() attributes {gpu.kernel, nvvm.kernel} {
      // expected-error @below {{the emulator knows no function 'somewhere'}}
      llvm.call @somewhere() : () -> ()
      llvm.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k(%f: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      // expected-error @below {{the emulator knows no call through a pointer}}
      llvm.call %f() : !llvm.ptr, () -> ()
      llvm.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.mlir.global internal @s() {addr_space = 3 : i32} : !llvm.array<4 x i32>
    // expected-error @below {{the emulator knows shared memory in kernels only}}
    llvm.func @helper() -> !llvm.ptr<3> {
      %0 = llvm.mlir.addressof @s : !llvm.ptr<3>
      llvm.return %0 : !llvm.ptr<3>
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k(%a: vector<2xf16>, %c: f32) attributes {gpu.kernel, nvvm.kernel} {
      // expected-error @below {{the emulator knows mma of b1, 4-bit and 8-bit integers only}}
      %0 = nvvm.mma.sync A[%a, %a] B[%a] C[%c, %c, %c, %c]
        {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>,
         shape = #nvvm.shape<m = 16, n = 8, k = 8>}
        : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
      llvm.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k(%p: i32) attributes {gpu.kernel, nvvm.kernel} {
      // expected-error @below {{the emulator knows no barrier with a reduction}}
      %0 = nvvm.barrier #nvvm.reduction<popc> %p -> i32
      llvm.return
    }
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.module @m {
    llvm.func @k() attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
  func.func @f(%n: index) {
    // expected-error @below {{expected the host's code in the LLVM dialect; gpu-to-llvm makes it}}
    gpu.launch_func @m::@k blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}
