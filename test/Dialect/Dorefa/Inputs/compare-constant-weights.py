# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares constant weights that dorefa-opt quantized with the NumPy model.

    compare-constant-weights.py generate > FILE.mlir
    compare-constant-weights.py check < CANONICALIZED.mlir

Both make the same weights. Codes, scales and dequantized values must agree in
every bit.
"""

import re
import sys

import numpy as np

from dorefa.model import pow2, quantizers

F32 = np.float32


def tensors():
    """Weights [F, K]: random ones of several widths, ties, and corners."""
    random = np.random.default_rng(20)
    yield random.normal(0, 0.1, (4, 27)).astype(F32)
    yield random.normal(0, 3, (3, 50)).astype(F32)
    yield (random.integers(-8, 9, (5, 16)) / 8).astype(F32)  # ties between levels
    yield random.standard_cauchy((2, 40)).astype(F32)
    yield np.zeros((2, 3), F32)
    yield np.array([[0.0, -0.0, 1e-38, -1e-38]], F32)
    yield np.array([[0.75]], F32)
    yield np.full((3, 3), -0.75, F32)  # 4/3 of the mean is a power of two
    yield np.array([[1.0, -1.0, 0.5, 0.25, 1e38, -1e38]], F32)


def pow2_codes(w, bits, scheme=pow2.exact_scan):
    """Codes, scale and values of a scheme, in the code's own numbering."""
    found = scheme(w, bits)
    t = pow2.level_count(bits) - np.abs(found.levels)
    codes = np.where(found.levels == 0, 0, 2 * t + np.where(found.levels < 0, 2, 1))
    return codes, np.ldexp(F32(1), found.exponent), found.value()


def cases():
    """Yields (weights, code type, scale type, attribute, codes, scale, values)."""
    for w in tensors():
        rows = w.shape[0]
        for bits in range(1, 9):
            q = quantizers.quantize_weight(w, bits)
            yield w, f"{bits}, bipolar", "f32", "", q.codes, q.scale, q.value()
        q = quantizers.quantize_weight(w, 1, per_channel=True)
        yield w, "1, bipolar", f"{rows}xf32", " per_channel", q.codes, q.scale, q.value()
        for bits in range(2, 7):
            yield (w, f"{bits}, pow2", "f32", "", *pow2_codes(w, bits))
            each = [pow2_codes(row, bits) for row in w]
            yield (w, f"{bits}, pow2", f"{rows}xf32", " per_channel", *map(np.stack, zip(*each)))
            # With 2 bits the thresholds are those of the exact solution.
            scheme = pow2.threshold_scheme if bits > 2 else pow2.ternary_sorted
            found = pow2_codes(w, bits, lambda v, k: scheme(v, k) if k > 2 else scheme(v))
            yield (w, f"{bits}, pow2", "f32", " scheme<threshold>", *found)


def elements(array):
    """A dense attribute's payload, bit for bit."""
    return '"0x' + np.ascontiguousarray(array).tobytes().hex().upper() + '"'


def generate():
    for number, (w, code, scale, attribute, *_) in enumerate(cases()):
        shape = "x".join(map(str, w.shape))
        codes = f"tensor<{shape}x!dorefa.code<{code}>>"
        print(f"""func.func @case{number}() -> ({codes}, tensor<{scale}>, tensor<{shape}xf32>) {{
  %w = arith.constant dense<{elements(w)}> : tensor<{shape}xf32>
  %c, %s = dorefa.quantize_weight %w{attribute} : tensor<{shape}xf32> -> {codes}, tensor<{scale}>
  %v = dorefa.dequantize %c scale(%s : tensor<{scale}>) : {codes} -> tensor<{shape}xf32>
  return %c, %s, %v : {codes}, tensor<{scale}>, tensor<{shape}xf32>
}}""")


def constants(text):
    """Value name -> array of each constant in a function."""
    found = {}
    for name, op, payload, type in re.findall(
            r"(%\w+) = (arith|dorefa)\.\w+ dense<(.*?)> : tensor<([\dx]*[fi]\d+)>", text):
        *shape, element = type.split("x")
        shape = [int(size) for size in shape]
        dtype = F32 if element == "f32" else np.uint8
        if payload.startswith('"0x'):
            values = np.frombuffer(bytes.fromhex(payload[3:-1]), dtype)
        else:
            numbers = re.findall(r"[^\[\], ]+", payload)
            values = np.array([np.array(int(n, 16), np.uint32).view(F32) if n.startswith("0x")
                               else float(n) if dtype is F32 else int(n) % 256
                               for n in numbers], dtype)
        found[name] = np.broadcast_to(values.reshape(shape) if values.size > 1 or not shape
                                      else values.reshape([1] * len(shape)), shape)
    return found


def check():
    functions = re.split(r"(?=func\.func @)", sys.stdin.read())[1:]
    failures = count = 0
    for number, (w, code, _, attribute, *expected) in enumerate(cases()):
        text = functions[number]
        values = constants(text)
        returned = re.search(r"return (.*?) :", text).group(1).split(", ")
        for what, name, want in zip(("codes", "scale", "values"), returned, expected):
            count += 1
            want = np.asarray(want, values[name].dtype)
            same = values[name].shape == want.shape and np.array_equal(values[name], want)
            if not same:
                failures += 1
                print(f"case {number} ({code}{attribute}), {what}: expected\n{want}\ngot\n"
                      f"{values[name]}\nfor weights\n{w}")
    print(f"{count} constants, {failures} differ")
    sys.exit(1 if failures or not count else 0)


if __name__ == "__main__":
    {"generate": generate, "check": check}[sys.argv[1]]()
