// RUN: rm -rf %t && sh %S/../Integration/driver/Inputs/make-ptxas.sh %t
// RUN: env DOREFA_PTXAS=%t/copy/ptxas dorefa-opt %s --dorefa-assemble-kernels | FileCheck %s

// Machine code of each chip stands before its PTX; what is no PTX of NVIDIA's
// GPUs stays as it is.

// CHECK-LABEL: gpu.binary @kernels
// CHECK-SAME: chip = "sm_80">, bin = "\7FELF of the stand-in\0A.target sm_80\0A">,
// CHECK-SAME: chip = "sm_80">, assembly = ".target sm_80\0A">,
// CHECK-SAME: chip = "sm_90a">, bin = "\7FELF of the stand-in\0A.target sm_90a\0A">,
// CHECK-SAME: chip = "sm_90a">, assembly = ".target sm_90a\0A\00">]
gpu.binary @kernels [
  #gpu.object<#nvvm.target<chip = "sm_80">, assembly = ".target sm_80\0A">,
  #gpu.object<#nvvm.target<chip = "sm_90a">, assembly = ".target sm_90a\0A\00">]
// CHECK-NEXT: gpu.binary @code [#gpu.object<#nvvm.target<chip = "sm_80">, bin = "machine code">]
gpu.binary @code [#gpu.object<#nvvm.target<chip = "sm_80">, bin = "machine code">]
// CHECK-NEXT: gpu.binary @other [#gpu.object<#rocdl.target, assembly = "of another maker">]
gpu.binary @other [#gpu.object<#rocdl.target, assembly = "of another maker">]

// Without an assembler, or where it fails, PTX is left alone if that is enough.
// RUN: env DOREFA_PTXAS= dorefa-opt %s --dorefa-assemble-kernels=optional | FileCheck %s --check-prefix=ALONE
// RUN: env DOREFA_PTXAS=%t/bad/ptxas dorefa-opt %s --dorefa-assemble-kernels=optional 2> %t/warning | \
// RUN:   FileCheck %s --check-prefix=ALONE
// RUN: FileCheck %s --check-prefix=WARNING --input-file=%t/warning
// ALONE: gpu.binary @kernels
// ALONE-NOT: bin =
// ALONE: gpu.binary @code
// WARNING: warning: no machine code beside PTX: {{.*}}bad/ptxas does not take the kernels for sm_80:
// WARNING-SAME: it does not like that
// WARNING-NOT: warning

// RUN: env DOREFA_PTXAS= not dorefa-opt %s --dorefa-assemble-kernels 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: machine code of GPUs needs the program that DOREFA_PTXAS names
// RUN: env DOREFA_PTXAS=%t/bad/ptxas not dorefa-opt %s --dorefa-assemble-kernels 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: {{.*}}bad/ptxas does not take the kernels for sm_80: {{.*}}it does not like that
// RUN: env DOREFA_PTXAS=%t/empty/ptxas not dorefa-opt %s --dorefa-assemble-kernels 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: {{.*}}empty/ptxas wrote no code for sm_80
