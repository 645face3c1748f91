# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Low-bit network training (DoReFa-Net 1606.06160, LBW-Net 1612.06052)."""

__version__ = "0.1.0"
