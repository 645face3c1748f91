// A chip or PTX that there is no code for is a message, not the end of the
// process, and it comes before anything is lowered.

// RUN: not dorefa-opt %s --dorefa-to-nvvm=chip=sm_75 2>&1 | FileCheck %s --check-prefix=CHIP
// CHIP: error: no kernels for chip 'sm_75'; expected sm_80 sm_86

// RUN: not dorefa-opt %s --dorefa-to-nvvm="chip=sm_90a features=+ptx78" 2>&1 | FileCheck %s --check-prefix=OLD
// OLD: error: features '+ptx78' do not fit chip 'sm_90a'; expected +ptx80 to +ptx90

// RUN: not dorefa-opt %s --dorefa-to-nvvm="chip=sm_80 features=+avx2" 2>&1 | FileCheck %s --check-prefix=FEATURES
// FEATURES: error: unknown features '+avx2' of a GPU; expected +ptxNN

// RUN: not dorefa-opt %s --dorefa-attach-nvvm-target 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expected a chip to compile for

// RUN: not dorefa-opt %s --dorefa-attach-nvvm-target="chips=sm_80 triple=another-gpu" 2>&1 | FileCheck %s --check-prefix=TRIPLE
// TRIPLE: error: LLVM has no code generator for 'another-gpu'

// The version of PTX is 8.0, or the oldest that knows the chip.
// RUN: dorefa-opt %s --dorefa-attach-nvvm-target="chips=sm_80,sm_90a,sm_120" | FileCheck %s
// CHECK: gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_80", features = "+ptx80">,
// CHECK-SAME: chip = "sm_90a", features = "+ptx80">,
// CHECK-SAME: chip = "sm_120", features = "+ptx87">]

// Kernels that are marked with some of the chips are compiled for these.
// CHECK: gpu.module @some [#nvvm.target<O = 3, chip = "sm_90a", features = "+ptx80">] attributes

// RUN: not dorefa-opt %s --dorefa-attach-nvvm-target="chips=sm_80,sm_86" 2>&1 | FileCheck %s --check-prefix=MARKED
// MARKED: error: its kernels are for ["sm_90a"], for which nothing is compiled

gpu.module @kernels {}
gpu.module @some attributes {bitserial.chips = ["sm_90a"]} {}
