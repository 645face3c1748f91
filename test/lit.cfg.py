# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How lit runs the tests in this folder.

Substitutions a test may use, beside the tools by name:

  %mlir_lib_dir  the folder with libmlir_runner_utils.so and its relatives
  %shlibs        the two runner libraries, comma-separated, for -shared-libs=
  %python        a Python that has NumPy
  %{models}      the folder models/ of the sources
  %{sources}     the top of the sources
  %{build}       the top of the build tree
  %{vulkan-run}  the program that runs a shader
  %{cxx}         the C++ compiler of the build
  %{link-emulated-driver}
                 links tools/EmulatedDriver.cpp with what is named behind it
  %{cmake}, %{cmake_options}
                 to build a project of its own with the same compilers

Features for REQUIRES and UNSUPPORTED: host-<flag> for every vector or popcount
flag in HOST_FLAGS that the machine has, fashion-mnist, cuda, ptxas, cuobjdump
(with nvdisasm; scripts/cuda-tools fetches all three), vulkan (its headers and
loader: without a device its tests fail), asan, release.
"""

import ctypes
import os
import platform
import shutil
from pathlib import Path

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "dorefa"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "unit", "python", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.dorefa_build_dir, "test")

llvm_config.with_system_environment(["HOME", "TMP", "TEMP", "TMPDIR"])
llvm_config.with_environment(
    "DOREFA_CACHE_DIR", os.path.join(config.test_exec_root, "cache")
)
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.dorefa_tools_dir, append_path=True)
llvm_config.with_environment(
    "PYTHONPATH", os.path.join(config.dorefa_source_dir, "python")
)
# Threads that spin spoil the timing of others when tests run side by side.
llvm_config.with_environment("OMP_WAIT_POLICY", "passive")

runner_libraries = [
    os.path.join(config.mlir_lib_dir, name + config.shared_library_suffix)
    for name in ("libmlir_runner_utils", "libmlir_c_runner_utils")
]
config.substitutions += [
    ("%mlir_lib_dir", config.mlir_lib_dir),
    ("%shlibs", ",".join(runner_libraries)),
    ("%python", config.python),
    ("%{models}", os.path.join(config.dorefa_source_dir, "models")),
    ("%{sources}", config.dorefa_source_dir),
    ("%{build}", config.dorefa_build_dir),
    ("%{vulkan-run}", config.vulkan_run),
    ("%{cxx}", config.cxx_compiler),
    # A libcuda.so.1 that runs the kernels of the object behind it.
    ("%{link-emulated-driver}",
     f"{config.cxx_compiler} -shared -Wl,-z,defs -Wl,--wrap=aligned_alloc,--wrap=free"
     f" -Wl,--whole-archive {config.dorefa_build_dir}/lib/libdorefa-emulated-driver.a"
     f" {config.dorefa_build_dir}/lib/libDorefaEmulator.a -Wl,--no-whole-archive"
     " -lpthread -ldl"),
    ("%{cmake}", config.cmake),
    ("%{cmake_options}", config.cmake_options),
]

# A tool that is not built is left as a word: only the tests that name it fail.
ours = [
    ToolSubst(name, unresolved="ignore")
    for name in ("dorefa-opt", "dorefa-run", "dorefa-lsp-server", "dorefa-gpu-check",
                 "dorefa-step")
]
theirs = [
    ToolSubst(name, unresolved="fatal")
    for name in (
        "FileCheck", "not", "split-file", "count", "mlir-opt", "mlir-runner",
        "mlir-translate", "llc", "llvm-mca", "opt",
    )
]
llvm_config.add_tool_substitutions(
    ours + theirs, [config.dorefa_tools_dir, config.llvm_tools_dir]
)

HOST_FLAGS = {
    # feature: the name in /proc/cpuinfo
    "avx2": "avx2",
    "avx512f": "avx512f",
    "avx512bw": "avx512bw",
    "avx512vpopcntdq": "avx512_vpopcntdq",
    "avx512vnni": "avx512_vnni",
    "neon": "asimd",
}


def host_flags():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip().lower() in ("flags", "features"):
            return set(value.split())
    return set()


def has_library(name):
    try:
        ctypes.CDLL(name)
        return True
    except OSError:
        return False


flags = host_flags()
for feature, flag in HOST_FLAGS.items():
    if flag in flags:
        config.available_features.add("host-" + feature)
config.available_features.add("host-" + platform.machine())
if Path(config.fashion_mnist_dir, "train-images-idx3-ubyte.gz").exists():
    config.available_features.add("fashion-mnist")
if has_library("libcuda.so.1"):
    config.available_features.add("cuda")
cuda_tools = ["/usr/local/cuda/bin",
              os.path.join(config.dorefa_source_dir, ".cache/cuda-tools/nvidia/cu13/bin")]
path = os.pathsep.join([os.environ.get("PATH", ""), *cuda_tools])
if shutil.which("ptxas", path=path):
    config.available_features.add("ptxas")
    if shutil.which("cuobjdump", path=path) and shutil.which("nvdisasm", path=path):
        config.available_features.add("cuobjdump")
    llvm_config.with_environment("PATH", cuda_tools, append_path=True)
if config.vulkan_run:
    config.available_features.add("vulkan")
config.available_features.add("asan" if config.sanitize else "release")
