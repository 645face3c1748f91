// RUN: dorefa-opt %s --dorefa-launch-kernels -split-input-file -verify-diagnostics

// expected-error @below {{expected PTX or machine code of NVIDIA's GPUs}}
gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_80">, "LLVM's bitcode">]

// -----

// expected-error @below {{expected PTX or machine code of NVIDIA's GPUs}}
gpu.binary @kernels [#gpu.object<#rocdl.target<chip = "gfx90a">, bin = "of another maker">]

// -----

module attributes {gpu.container_module} {
  gpu.module @kernels {
    llvm.func @f() attributes {gpu.kernel} { llvm.return }
  }
  llvm.func @host(%n: i64) {
    // expected-error @below {{no compiled kernel @kernels::@f}}
    gpu.launch_func @kernels::@f blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64
    llvm.return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_80">, assembly = "PTX">]
  func.func @host(%n: index) {
    // expected-error @below {{expected the host's code in the LLVM dialect; gpu-to-llvm makes it}}
    gpu.launch_func @kernels::@f blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90">, assembly = "PTX">]
  llvm.func @host(%n: i64) {
    // expected-error @below {{clusters of blocks are not launched}}
    gpu.launch_func @kernels::@f clusters in (%n, %n, %n) blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64
    llvm.return
  }
}

// -----

module attributes {gpu.container_module} {
  gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_80">, assembly = "PTX">]
  llvm.func @host(%n: i64) {
    %m = builtin.unrealized_conversion_cast %n : i64 to index
    // expected-error @below {{expected operands of the LLVM dialect, found 'index'}}
    gpu.launch_func @kernels::@f blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%m : index)
    llvm.return
  }
}
