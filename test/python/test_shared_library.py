# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shared libraries, called from Python without a compiler in the process: the
workspace that calls keep, and arguments that are handed over."""

import ctypes
import subprocess
import threading

import numpy as np
import pytest
from compiled import tool

MODULE = """
func.func @twice(%x: tensor<?x64xf32>, %w: tensor<64x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %y = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x64xf32>)
      outs(%z : tensor<?x64xf32>) -> tensor<?x64xf32>
  %r = linalg.matmul ins(%y, %w : tensor<?x64xf32>, tensor<64x64xf32>)
      outs(%z : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

#id = affine_map<(i) -> (i)>
func.func @step(%w: tensor<64xf32> {dorefa.parameter = "w"},
                %v: tensor<64xf32> {dorefa.parameter = "v"}, %g: tensor<64xf32>)
    -> (tensor<64xf32> {dorefa.parameter = "v"}, tensor<64xf32> {dorefa.parameter = "w"}) {
  %0:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%g : tensor<64xf32>) outs(%w, %v : tensor<64xf32>, tensor<64xf32>) {
  ^bb0(%in: f32, %old: f32, %other: f32):
    %a = arith.subf %old, %in : f32
    %b = arith.addf %other, %in : f32
    linalg.yield %a, %b : f32, f32
  } -> (tensor<64xf32>, tensor<64xf32>)
  return %0#1, %0#0 : tensor<64xf32>, tensor<64xf32>
}
"""
free = ctypes.CDLL(None).free
free.argtypes = [ctypes.c_void_p]


@pytest.fixture(scope="module")
def compile_library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    (folder / "module.mlir").write_text(MODULE)

    def compile(*options):
        path = folder / f"library{'-'.join(options)}.so"
        subprocess.run([tool("dorefa-run"), "compile", str(folder / "module.mlir"),
                        "--emit=shared", "-o", str(path), *options], check=True)
        return ctypes.CDLL(str(path))

    return compile


def descriptor(array):
    strides = [stride // array.itemsize for stride in array.strides]
    words = [array.ctypes.data, array.ctypes.data, 0, *array.shape, *strides]
    return (ctypes.c_int64 * len(words))(*words)


def call(function, arguments, ranks):
    """The descriptors of the results, whose ranks these are, as lists of words."""
    returned = (ctypes.c_int64 * sum(3 + 2 * rank for rank in ranks))()
    values = [descriptor(array) for array in arguments] + [returned]
    function((ctypes.c_void_p * len(values))(*map(ctypes.addressof, values)))
    words, start = [], 0
    for rank in ranks:
        words.append(returned[start:start + 3 + 2 * rank])
        start += 3 + 2 * rank
    return words


def values(words, shape):
    pointer = ctypes.cast(words[1], ctypes.POINTER(ctypes.c_float))
    return np.ctypeslib.as_array(pointer, shape).copy()


def test_calls_of_all_sizes_at_the_same_time(compile_library):
    library = compile_library("--threads=1")
    rng = np.random.default_rng(1)
    w = rng.integers(-2, 3, (64, 64)).astype(np.float32)
    wrong = []

    def run(seed):
        own = np.random.default_rng(seed)
        for rows in own.integers(0, 700, 40):
            x = own.integers(-2, 3, (rows, 64)).astype(np.float32)
            (words,) = call(library.dorefa_call_twice, [x, w], [2])
            if rows and not np.array_equal(values(words, (rows, 64)), x @ w @ w):
                wrong.append((seed, rows))
            free(words[0])

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("in_place", [False, True])
def test_arguments_are_written_where_they_are_handed_over(compile_library, in_place):
    library = compile_library(*(["--in-place"] if in_place else []))
    w, v, g = (np.arange(64, dtype=np.float32) * scale for scale in (1, 10, 100))
    old_w, old_v = w.copy(), v.copy()
    new_v, new_w = call(library.dorefa_call_step, [w, v, g], [1, 1])
    assert np.array_equal(values(new_w, (64,)), old_w - g)
    assert np.array_equal(values(new_v, (64,)), old_v + g)
    if in_place:
        assert (new_w[0], new_v[0]) == (w.ctypes.data, v.ctypes.data)
    else:
        assert np.array_equal(w, old_w) and np.array_equal(v, old_v)
        assert len({new_w[0], new_v[0], w.ctypes.data, v.ctypes.data}) == 4
        free(new_w[0])
        free(new_v[0])
