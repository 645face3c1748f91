# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls dorefa_call_aliases of a shared library on [1, 2, 3]."""

import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])


class Descriptor(ctypes.Structure):
    _fields_ = [
        ("allocated", ctypes.c_void_p),
        ("aligned", ctypes.c_void_p),
        ("offset", ctypes.c_int64),
        ("size", ctypes.c_int64),
        ("stride", ctypes.c_int64),
    ]


data = (ctypes.c_float * 3)(1, 2, 3)
address = ctypes.addressof(data)
argument = Descriptor(address, address, 0, 3, 1)
results = (Descriptor * 4)()
values = (ctypes.c_void_p * 2)(ctypes.addressof(argument), ctypes.addressof(results))
library.dorefa_call_aliases(values)
print(list((ctypes.c_float * 3).from_address(results[0].aligned)))
