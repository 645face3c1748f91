# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The IR of single products, one function each."""

import re


def bits_of(pair):
    """The (weights, activations) of "W1A2"; (32, 32) of "f32"."""
    found = re.fullmatch(r"W(\d)A(\d)", pair)
    return (int(found[1]), int(found[2])) if found else (32, 32)


def convolution(size, channels, filters, kernel, stride, pair, of_codes=False):
    """@conv: a convolution of one image of floats, or as inference runs it: quantize, pack,
    product, corrections, of the image and of the weights' codes, which are a parameter; or
    of an image of codes."""
    pad = kernel // 2
    out = (size + 2 * pad - kernel) // stride + 1
    source, result = f"tensor<1x{size}x{size}x{channels}x", f"tensor<1x{out}x{out}x{filters}xf32>"
    shape = f"tensor<{filters}x{kernel}x{kernel}x{channels}x"
    if pair == "f32":
        padded = f"tensor<1x{size + 2 * pad}x{size + 2 * pad}x{channels}xf32>"
        return f"""
func.func @conv(%x: {source}f32> {{dorefa.input}},
                %w: {shape}f32> {{dorefa.parameter = "w"}}) -> {result} {{
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %x low[0, {pad}, {pad}, 0] high[0, {pad}, {pad}, 0] {{
  ^bb0(%n: index, %h: index, %v: index, %c: index):
    tensor.yield %zero : f32
  }} : {source}f32> to {padded}
  %empty = tensor.empty() : {result}
  %zeros = linalg.fill ins(%zero : f32) outs(%empty : {result}) -> {result}
  %z = linalg.conv_2d_nhwc_fhwc {{strides = dense<{stride}> : tensor<2xi64>}}
      ins(%padded, %w : {padded}, {shape}f32>) outs(%zeros : {result}) -> {result}
  return %z : {result}
}}
"""
    w, a = bits_of(pair)
    codes, weights = f"{source}!dorefa.code<{a}, unipolar>>", f"{shape}!dorefa.code<{w}, bipolar>>"
    image, quantized = (("%a", codes), "") if of_codes else (
        ("%x", f"{source}f32>"),
        f"%a = dorefa.quantize_activation %x : {source}f32> -> {codes}")
    return f"""
func.func @conv({": ".join(image)} {{dorefa.input}}, %w: {weights} {{dorefa.parameter = "w"}},
                %s: tensor<f32> {{dorefa.parameter = "s"}}) -> {result} {{
  {quantized}
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>)
      {{pads = array<i64: {pad}, {pad}, {pad}, {pad}>, strides = array<i64: {stride}, {stride}>}}
      : {codes}, {weights} -> {result}
  return %z : {result}
}}
"""


def layer(m, n, k, pair):
    """@layer: M rows of K codes times the codes of N filters."""
    w, a = bits_of(pair)
    rows, filters = f"tensor<{m}x{k}x", f"tensor<{n}x{k}x"
    if pair == "f32":
        return f"""
func.func @layer(%a: {rows}f32>, %b: tensor<{k}x{n}xf32>) -> tensor<{m}x{n}xf32> {{
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<{m}x{n}xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  %c = linalg.matmul ins(%a, %b : {rows}f32>, tensor<{k}x{n}xf32>)
      outs(%zeros : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  return %c : tensor<{m}x{n}xf32>
}}
"""
    codes, weights = f"{rows}!dorefa.code<{a}, unipolar>>", f"{filters}!dorefa.code<{w}, bipolar>>"
    return f"""
func.func @layer(%a: {codes}, %w: {weights}, %s: tensor<f32>) -> tensor<{m}x{n}xf32> {{
  %z = dorefa.linear %a, %w filter_scale(%s : tensor<f32>) : {codes}, {weights} -> tensor<{m}x{n}xf32>
  return %z : tensor<{m}x{n}xf32>
}}
"""


def packed_product(m, n, k, pair, strategy):
    """@gemm: a product of packed codes, words by words: planes, or bytes."""
    w, a = bits_of(pair)
    in_bytes = strategy == "integer"
    words, planes = (-(-k // 4), (1, 1)) if in_bytes else (-(-k // 32), (a, w))
    left, right = f"tensor<{m}x{words}x{planes[0]}xi32>", f"tensor<{words}x{planes[1]}x{n}xi32>"
    result = f"tensor<{m}x{n}xi32>"
    attributes = [f"strategy = #bitserial.strategy<{strategy}>"]
    if in_bytes:
        attributes = [f"byte_bits = array<i64: {a}, {w}>"]
    return f"""
func.func @gemm(%a: {left}, %b: {right}) -> {result} {{
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : {result}
  %zeros = linalg.fill ins(%zero : i32) outs(%empty : {result}) -> {result}
  %c = bitserial.matmul ins(%a, %b : {left}, {right}) outs(%zeros : {result})
      {{{", ".join(attributes)}}} -> {result}
  return %c : {result}
}}
"""
