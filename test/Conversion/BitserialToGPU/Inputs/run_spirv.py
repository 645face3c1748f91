# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs products as Vulkan shaders, and compares the sums with those of the codes.

    run_spirv.py --runner=PROGRAM --folder=FOLDER [--xor] PRODUCT...

PRODUCT is as in benchmarks/gpu/products.py, all sizes known, matmul alone, and may have the flag
`largest`: all codes are the largest. The kernel is the one that
convert-bitserial-to-gpu makes for any GPU; through SPIR-V it reaches the program
that runs it. With --xor its AND becomes an XOR, which must be noticed.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

TO_LAUNCHES = ("builtin.module(canonicalize,cse,gpu-launch-sink-index-computations,"
               "gpu-kernel-outlining,map-memref-spirv-storage-class{client-api=vulkan})")
TO_SPIRV = "builtin.module(convert-gpu-to-spirv,spirv.module(spirv-lower-abi-attrs,spirv-update-vce))"
TARGET = ("spirv.target_env = #spirv.target_env<#spirv.vce<v1.3, [Shader], "
          "[SPV_KHR_storage_buffer_storage_class]>, #spirv.resource_limits<>>")


def run(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=isinstance(text, str))
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def sizes_of_kernel(text, name):
    return [int(n) for n in re.search(rf"{name} = array<i32: ([\d, ]+)>", text).group(1).split(",")]


def compile_shader(product, xor, binary):
    """Writes the shader and returns its entry point and grid."""
    products = Path(__file__).parents[4] / "benchmarks/gpu/products.py"
    ir = run([sys.executable, products, product], "")
    ir = run(["dorefa-opt", "--convert-bitserial-to-gpu=chip=vulkan"], ir)
    ir = run(["mlir-opt", f"--pass-pipeline={TO_LAUNCHES}"], ir)
    if xor:
        ir, changed = re.subn(r"arith\.andi (.*) : i32", r"arith.xori \1 : i32", ir)
        assert changed
    grid = sizes_of_kernel(ir, "known_grid_size")
    block = ", ".join(map(str, sizes_of_kernel(ir, "known_block_size")))
    # What a program sets that runs kernels by SPIR-V; upstream counts no bits.
    ir = ir.replace("gpu.container_module}", f"gpu.container_module, {TARGET}}}", 1)
    ir = ir.replace("kernel attributes {", "kernel attributes {spirv.entry_point_abi = "
                    f"#spirv.entry_point_abi<workgroup_size = [{block}]>, ", 1)
    ir = ir.replace("math.ctpop", "spirv.BitCount")
    ir = run(["mlir-opt", f"--pass-pipeline={TO_SPIRV}"], ir)
    module = re.search(r"^  spirv\.module .*?^  }", ir, re.M | re.S).group(0)
    code = subprocess.run(["mlir-translate", "--no-implicit-module", "--serialize-spirv"],
                          input=module.encode(), capture_output=True, check=True).stdout
    binary.write_bytes(code)
    return re.search(r"spirv\.EntryPoint \"GLCompute\" @(\w+)", module).group(1), grid


def packed(codes, axis, bits):
    """The words of `codes` along `axis`, as bitserial.pack has them."""
    codes = np.moveaxis(codes, axis, -1)
    words = codes.reshape(*codes.shape[:-1], -1, 32).astype(np.uint64)
    planes = np.stack([((words >> np.uint64(p) & np.uint64(1)) << np.arange(32, dtype=np.uint64)).sum(-1)
                       for p in range(bits)], -1)
    return np.ascontiguousarray(np.moveaxis(planes, (-2, -1), (axis, axis + 1)).astype(np.uint32))


def check(product, options, random):
    kind, sizes, bits, flags = (product.split(":") + [""])[:4]
    assert kind == "matmul"
    m, words, n = map(int, sizes.split("x"))
    bits = [int(b) for b in bits.split("x")]
    transposed = "transposed" in flags

    def codes(shape, count):
        if "largest" in flags:
            return np.full(shape, 2**count - 1)
        return random.integers(0, 2**count, shape)

    lhs, rhs = codes((m, 32 * words), bits[0]), codes((32 * words, n), bits[1])
    start = random.integers(-1000, 1000, (m, n)).astype(np.int32)
    buffers = [packed(lhs.T, 0, bits[0]) if transposed else packed(lhs, 1, bits[0]),
               packed(rhs, 0, bits[1]), start]
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    shader, output = folder / "shader.spv", folder / "sums.bin"
    # A file of an earlier run would be taken for the result of this one.
    for stale in (shader, output):
        stale.unlink(missing_ok=True)
    entry, grid = compile_shader(product, options.xor, shader)
    files = []
    for i, buffer in enumerate(buffers):
        files.append(folder / f"buffer{i}.bin")
        files[-1].write_bytes(buffer.tobytes())
    print(run([options.runner, shader, entry, *map(str, grid), output, *files], ""), end="")
    sums = np.fromfile(output, np.int32).reshape(m, n)
    wrong = np.count_nonzero(sums != start + (lhs @ rhs).astype(np.int32))
    print(f"{product}: {wrong} of {m * n} sums are wrong")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runner", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--xor", action="store_true")
    parser.add_argument("products", nargs="+")
    options = parser.parse_args()
    random = np.random.default_rng(7)
    for product in options.products:
        check(product, options, random)


if __name__ == "__main__":
    main()
