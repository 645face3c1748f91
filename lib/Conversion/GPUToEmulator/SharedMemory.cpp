//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"

#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

static constexpr unsigned sharedSpace = 3;

static LLVM::GlobalOp findShared(LLVM::AddressOfOp address) {
  auto module = address->getParentOfType<gpu::GPUModuleOp>();
  auto global =
      module.lookupSymbol<LLVM::GlobalOp>(address.getGlobalNameAttr());
  return global && global.getAddrSpace() == sharedSpace ? global
                                                        : LLVM::GlobalOp();
}

SharedLayout::SharedLayout(LLVM::LLVMFuncOp kernel) {
  DataLayout layout = DataLayout::closest(kernel);
  SmallVector<StringRef> dynamic;
  kernel.walk([&](LLVM::AddressOfOp address) {
    LLVM::GlobalOp global = findShared(address);
    if (!global || variables.contains(global.getName()))
      return;
    int64_t size = layout.getTypeSize(global.getType());
    if (size == 0) {
      variables[global.getName()] = {0, -1};
      dynamic.push_back(global.getName());
      return;
    }
    int64_t alignment = std::max<int64_t>(
        {16, static_cast<int64_t>(global.getAlignment().value_or(1)),
         static_cast<int64_t>(layout.getTypeABIAlignment(global.getType()))});
    end = llvm::alignTo(end, alignment);
    variables[global.getName()] = {end, size};
    end += size;
  });
  // The dynamic part begins where any type may.
  if (!dynamic.empty())
    end = llvm::alignTo(end, 128);
  for (StringRef name : dynamic)
    variables[name].offset = end;
}

std::optional<SharedLayout::Variable>
SharedLayout::find(LLVM::AddressOfOp address) const {
  auto variable = variables.find(address.getGlobalName());
  if (variable == variables.end())
    return std::nullopt;
  return variable->second;
}
