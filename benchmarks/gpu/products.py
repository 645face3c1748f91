# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module with one function for each product:

    products.py PRODUCT...

where PRODUCT is KIND:SIZES:LHSxRHS[:FLAGS], as in product_cases.py, with words
where that has channels, and ? for a size that is not known:

    matmul:MxWxN:2x1[:transposed][,bytes]
    conv:NxHxWxGxCxF,KHxKW:2x1[:bytes]

With the flag codes=B, an op behind it makes codes of B bits of the sums, by
thresholds of each column, and they are packed; then N or M alone may be unknown.
"""

import sys


def dims(sizes):
    return "x".join(map(str, sizes))


def sizes_of(text):
    return [n if n == "?" else int(n) for n in text.split("x")]


def write(number, product):
    kind, sizes, bits, flags = (product.split(":") + [""])[:4]
    sizes = [sizes_of(part) for part in sizes.split(",")]
    bits, flags = sizes_of(bits), flags.split(",")
    planes, attributes = bits, []
    if "bytes" in flags:
        planes = [1, 1]
        attributes.append(f"byte_bits = array<i64: {bits[0]}, {bits[1]}>")
    if kind == "matmul":
        m, w, n = sizes[0]
        lhs = [m, w, planes[0]]
        if "transposed" in flags:
            lhs = [w, planes[0], m]
            attributes.append("transpose_lhs")
        rhs, sums = [w, planes[1], n], [m, n]
    else:
        (n, h, width, g, c, f), (kh, kw) = sizes
        lhs, rhs = [n, h, width, g, c, planes[0]], [g, kh, kw, c, planes[1], f]
        sums = [n, h if h == "?" else h - kh + 1, width if width == "?" else width - kw + 1, g, f]
    lhs, rhs, sums = (f"memref<{dims(shape)}xi32>" for shape in (lhs, rhs, sums))
    op = "matmul" if kind == "matmul" else "conv2d"
    for flag in flags:
        if flag.startswith("codes="):
            bits = int(flag.removeprefix("codes="))
            return write_codes(number, op, lhs, rhs, sums, attributes, bits)
    return f"""func.func @product{number}(%lhs: {lhs}, %rhs: {rhs}, %sums: {sums}) {{
  bitserial.{op} ins(%lhs, %rhs : {lhs}, {rhs}) outs(%sums : {sums}) {{{", ".join(attributes)}}}
  return
}}"""


def write_codes(number, op, lhs, rhs, sums, attributes, bits):
    rows, columns = sums.removeprefix("memref<").removesuffix("xi32>").rsplit("x", 1)
    shape = f"{rows}x{columns}x"
    words = f"memref<{rows}x{-(-int(columns) // 32)}x{bits}xi32>"
    loops = [f"d{i}" for i in range(shape.count("x"))]
    all_loops, last = f"affine_map<({', '.join(loops)}) -> ", loops[-1]
    whole, column = f"{all_loops}({', '.join(loops)})>", f"{all_loops}({last})>"
    limits = [f"%t{i}" for i in range(2**bits - 1)]
    limit = f"memref<{columns}xi32>"
    arguments = ", ".join(f"{name}: {limit}" for name in limits)
    inputs = ", ".join(["%sums", *limits])
    types = ", ".join([f"memref<{shape}i32>", *[limit] * len(limits)])
    values = ", ".join(f"%l{i}: i32" for i in range(len(limits)))
    compare = "\n".join(
        f"""    %above{i} = arith.cmpi sgt, %sum, %l{i} : i32
    %one{i} = arith.extui %above{i} : i1 to i32
    %n{i + 1} = arith.addi %n{i}, %one{i} : i32"""
        for i in range(len(limits))
    )
    size = "%rows" if shape.startswith("?") else ""
    return f"""func.func @product{number}(%lhs: {lhs}, %rhs: {rhs}, {arguments}, %words: {words}) {{
  %c0 = arith.constant 0 : index
  %n0 = arith.constant 0 : i32
  %rows = memref.dim %lhs, %c0 : {lhs}
  %sums = memref.alloc({size}) : memref<{shape}i32>
  linalg.fill ins(%n0 : i32) outs(%sums : memref<{shape}i32>)
  %codes = memref.alloc({size}) : memref<{shape}i8>
  bitserial.{op} ins(%lhs, %rhs : {lhs}, {rhs}) outs(%sums : {sums}) {{{", ".join(attributes)}}}
  linalg.generic {{
      indexing_maps = [{whole}, {", ".join([column] * len(limits))}, {whole}],
      iterator_types = [{", ".join(['"parallel"'] * len(loops))}]}}
      ins({inputs} : {types}) outs(%codes : memref<{shape}i8>) {{
  ^bb0(%sum: i32, {values}, %out: i8):
{compare}
    %code = arith.trunci %n{len(limits)} : i32 to i8
    linalg.yield %code : i8
  }}
  bitserial.pack ins(%codes : memref<{shape}i8>) outs(%words : {words})
      {{axis = {len(loops) - 1} : i64, bits = {bits} : i64}}
  return
}}"""


print("\n".join(write(i, product) for i, product in enumerate(sys.argv[1:])))
