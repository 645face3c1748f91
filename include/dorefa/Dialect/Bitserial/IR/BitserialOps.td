//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// All ops of the bitserial dialect.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALOPS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALOPS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialChipOps.td"
include "dorefa/Dialect/Bitserial/IR/BitserialPackOps.td"
include "dorefa/Dialect/Bitserial/IR/BitserialProductOps.td"
include "dorefa/Dialect/Bitserial/IR/BitserialTileOps.td"
include "dorefa/Dialect/Bitserial/IR/BitserialWarpgroupOps.td"

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALOPS_TD
