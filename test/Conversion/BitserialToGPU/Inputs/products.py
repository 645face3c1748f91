# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module with one function for each product:

    products.py PRODUCT...

where PRODUCT is KIND:SIZES:LHSxRHS[:FLAGS], as in product_cases.py, with words
where that has channels, and ? for a size that is not known:

    matmul:MxWxN:2x1[:transposed][,bytes]
    conv:NxHxWxGxCxF,KHxKW:2x1[:bytes]
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
    return f"""func.func @product{number}(%lhs: {lhs}, %rhs: {rhs}, %sums: {sums}) {{
  bitserial.{op} ins(%lhs, %rhs : {lhs}, {rhs}) outs(%sums : {sums}) {{{", ".join(attributes)}}}
  return
}}"""


print("\n".join(write(i, product) for i, product in enumerate(sys.argv[1:])))
