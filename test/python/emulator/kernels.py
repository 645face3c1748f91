# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Modules with one kernel each, as text. @main takes and returns tensors."""

ORDERS = ("forward", "reversed", "shuffled")
SHARED = "#gpu.address_space<workgroup>"


def module(inputs, output, grid, block, body, shared=(), dynamic=0):
    """A module whose @main launches `body` on its inputs (types of memrefs,
    named %a0, ..) and %out, of type `output`, which it returns."""
    names = [f"%a{i}" for i in range(len(inputs))]

    def tensor(memref):
        return memref.replace("memref", "tensor")

    arguments = ", ".join(f"{n}: {tensor(t)}" for n, t in zip(names, inputs))
    parameters = ", ".join(
        f"{n}: {t}" for n, t in zip(names + ["%out"], [*inputs, output])
    )
    operands = ", ".join(
        f"{n} : {t}"
        for n, t in zip([f"{n}_m" for n in names] + ["%out"], [*inputs, output])
    )
    buffers = "\n".join(
        f"    {n}_m = bufferization.to_buffer {n} : {tensor(t)} to {t}"
        for n, t in zip(names, inputs)
    )
    workgroup = ""
    if shared:
        workgroup = "workgroup(" + ", ".join(f"{n}: {t}" for n, t in shared) + ")"
    memory = f"dynamic_shared_memory_size %bytes" if dynamic else ""
    return f"""
module attributes {{gpu.container_module}} {{
  gpu.module @kernels {{
    gpu.func @kernel({parameters}) {workgroup} kernel {{
{body}
      gpu.return
    }}
  }}
  func.func @main({arguments}) -> {tensor(output)} {{
    %one = arith.constant 1 : index
    %grid = arith.constant {grid} : index
    %block = arith.constant {block} : index
    %bytes = arith.constant {dynamic} : i32
{buffers}
    %out = memref.alloc() : {output}
    gpu.launch_func @kernels::@kernel blocks in (%grid, %one, %one)
        threads in (%block, %one, %one) {memory} args({operands})
    %result = bufferization.to_tensor %out restrict writable : {output} to {tensor(output)}
    return %result : {tensor(output)}
  }}
}}
"""


def constants(*numbers):
    return "\n".join(
        f"      %c{n} = arith.constant {n} : index" for n in sorted(set(numbers))
    )


MMA = {
    # name: operand types, shape, k in words, operands, attributes
    "b1": ("b1", "b1", 256, "b1Op = #nvvm.mma_b1op<{op}>,"),
    "s8": ("s8", "s8", 32, "intOverflowBehavior = #nvvm.mma_int_overflow<wrapped>,"),
    "u8": ("u8", "u8", 32, "intOverflowBehavior = #nvvm.mma_int_overflow<wrapped>,"),
    "u8s8": ("u8", "s8", 32, "intOverflowBehavior = #nvvm.mma_int_overflow<wrapped>,"),
}


def product(
    rows,
    columns,
    words,
    kind="b1",
    op="and_popc",
    barriers=("gpu.barrier", "gpu.barrier"),
    fragment=(0, 1, 2, 3),
):
    """C [rows, columns] of words A [rows, words] and B [columns, words]: one
    warp a 16 x 8 tile, eight words at a time; A goes through shared memory.
    `barriers` and `fragment`, the order of A's registers, can be made wrong."""
    a, b, k, attribute = MMA[kind]
    registers = ", ".join(f"%a{i}_f" for i in fragment)
    types = ", ".join(["i32"] * 4)
    tiles = columns // 8
    body = f"""
{constants(0, 1, 2, 4, 8, 16, words, tiles)}
      %z = arith.constant 0 : i32
      %t = gpu.thread_id x
      %block = gpu.block_id x
      %by = arith.divui %block, %c{tiles} : index
      %bx = arith.remui %block, %c{tiles} : index
      %g = arith.divui %t, %c4 : index
      %q = arith.remui %t, %c4 : index
      %m0 = arith.muli %by, %c16 : index
      %n0 = arith.muli %bx, %c8 : index
      %g8 = arith.addi %g, %c8 : index
      %n = arith.addi %n0, %g : index
      %q4 = arith.addi %q, %c4 : index
      %sr = arith.divui %t, %c8 : index
      %sc = arith.remui %t, %c8 : index
      %r:4 = scf.for %k = %c0 to %c{words} step %c8
          iter_args(%x0 = %z, %x1 = %z, %x2 = %z, %x3 = %z) -> ({types}) {{
        {barriers[0]}
        scf.for %i = %c0 to %c16 step %c4 {{
          %row = arith.addi %sr, %i : index
          %grow = arith.addi %m0, %row : index
          %gcol = arith.addi %k, %sc : index
          %v = memref.load %a0[%grow, %gcol] : memref<{rows}x{words}xi32>
          memref.store %v, %s[%row, %sc] : memref<16x8xi32, {SHARED}>
        }}
        {barriers[1]}
        %a0_f = memref.load %s[%g, %q] : memref<16x8xi32, {SHARED}>
        %a1_f = memref.load %s[%g8, %q] : memref<16x8xi32, {SHARED}>
        %a2_f = memref.load %s[%g, %q4] : memref<16x8xi32, {SHARED}>
        %a3_f = memref.load %s[%g8, %q4] : memref<16x8xi32, {SHARED}>
        %kq = arith.addi %k, %q : index
        %kq4 = arith.addi %k, %q4 : index
        %b0_f = memref.load %a1[%n, %kq] : memref<{columns}x{words}xi32>
        %b1_f = memref.load %a1[%n, %kq4] : memref<{columns}x{words}xi32>
        %d = nvvm.mma.sync A[{registers}] B[%b0_f, %b1_f] C[%x0, %x1, %x2, %x3]
          {{layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>,
            {attribute.format(op=op)}
            multiplicandAPtxType = #nvvm.mma_type<{a}>, multiplicandBPtxType = #nvvm.mma_type<{b}>,
            shape = #nvvm.shape<m = 16, n = 8, k = {k}>}} : (i32, i32, i32) -> !llvm.struct<({types})>
        %d0 = llvm.extractvalue %d[0] : !llvm.struct<({types})>
        %d1 = llvm.extractvalue %d[1] : !llvm.struct<({types})>
        %d2 = llvm.extractvalue %d[2] : !llvm.struct<({types})>
        %d3 = llvm.extractvalue %d[3] : !llvm.struct<({types})>
        scf.yield %d0, %d1, %d2, %d3 : {types}
      }}
      %r0 = arith.addi %m0, %g : index
      %r8 = arith.addi %r0, %c8 : index
      %qq = arith.muli %q, %c2 : index
      %col = arith.addi %n0, %qq : index
      %col1 = arith.addi %col, %c1 : index
      memref.store %r#0, %out[%r0, %col] : memref<{rows}x{columns}xi32>
      memref.store %r#1, %out[%r0, %col1] : memref<{rows}x{columns}xi32>
      memref.store %r#2, %out[%r8, %col] : memref<{rows}x{columns}xi32>
      memref.store %r#3, %out[%r8, %col1] : memref<{rows}x{columns}xi32>"""
    return module(
        [f"memref<{rows}x{words}xi32>", f"memref<{columns}x{words}xi32>"],
        f"memref<{rows}x{columns}xi32>",
        rows // 16 * tiles,
        32,
        body,
        [("%s", f"memref<16x8xi32, {SHARED}>")],
    )
