# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""An independent NumPy model of the arithmetic: the oracle of the tests.

Written from the specification and the papers alone, never from the compiler.
Integers are exact; float32 operations run in the order that the specification
states. Import the modules: philox, quantizers, pow2, conv, bitplanes, layers,
optim, network.
"""
