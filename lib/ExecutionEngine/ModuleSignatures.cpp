//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/ModuleSignatures.h"

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace dorefa::engine;
using dorefa::data::ElementType;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

static std::optional<ElementType> getElementType(mlir::Type type) {
  if (isa<mlir::dorefa::CodeType>(type))
    return ElementType::U8;
  if (type.isF32())
    return ElementType::F32;
  if (type.isF64())
    return ElementType::F64;
  if (type.isIndex())
    return ElementType::I64;
  auto integer = dyn_cast<mlir::IntegerType>(type);
  if (!integer || !integer.isSignless())
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return ElementType::Bool;
  case 8:
    return ElementType::I8;
  case 16:
    return ElementType::I16;
  case 32:
    return ElementType::I32;
  case 64:
    return ElementType::I64;
  default:
    return std::nullopt;
  }
}

/// Fills `value` from a type and its attributes; false if the type has no
/// counterpart in host memory.
static bool describe(mlir::Type type, mlir::DictionaryAttr attributes,
                     ValueSignature &value) {
  llvm::raw_string_ostream(value.type) << type;
  mlir::Type elementType = type;
  if (auto tensor = dyn_cast<mlir::RankedTensorType>(type)) {
    value.isTensor = true;
    elementType = tensor.getElementType();
    for (int64_t size : tensor.getShape())
      value.shape.push_back(mlir::ShapedType::isDynamic(size) ? dynamicSize
                                                              : size);
  }
  std::optional<ElementType> element = getElementType(elementType);
  auto code = dyn_cast<mlir::dorefa::CodeType>(elementType);
  if (!element || (code && (code.isOpen() || !value.isTensor)))
    return false;
  value.element = *element;
  if (code)
    value.maxCode = code.getMaxCode();
  if (attributes)
    for (mlir::NamedAttribute attribute : attributes) {
      llvm::StringRef name = attribute.getName();
      if (!name.consume_front("dorefa."))
        continue;
      auto text = dyn_cast<mlir::StringAttr>(attribute.getValue());
      value.attributes[name.str()] = text ? text.str() : std::string();
    }
  return true;
}

std::vector<FunctionSignature>
dorefa::engine::getSignatures(mlir::ModuleOp module) {
  std::vector<FunctionSignature> signatures;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    FunctionSignature &signature = signatures.emplace_back();
    signature.name = function.getName().str();
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
      ValueSignature &value = signature.arguments.emplace_back();
      if (!describe(type, function.getArgAttrDict(i), value) &&
          signature.obstacle.empty())
        signature.obstacle =
            "argument " + std::to_string(i) + " has type " + value.type;
    }
    for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
      ValueSignature &value = signature.results.emplace_back();
      if (!describe(type, function.getResultAttrDict(i), value) &&
          signature.obstacle.empty())
        signature.obstacle =
            "result " + std::to_string(i) + " has type " + value.type;
    }
  }
  return signatures;
}

std::vector<FunctionSignature>
dorefa::engine::getFrozenSignatures(llvm::ArrayRef<FunctionSignature> before,
                                    std::vector<FunctionSignature> after) {
  auto isPrepared = [](const ValueSignature &value) {
    return value.has("prepared");
  };
  auto isParameter = [](const ValueSignature &value) {
    return value.has("parameter") || value.has("state");
  };
  for (FunctionSignature &signature : after) {
    bool isSplit = llvm::any_of(signature.arguments, isPrepared);
    bool prepares = llvm::any_of(signature.results, isPrepared);
    llvm::StringRef name = signature.name;
    if (prepares)
      name.consume_back("_prepare");
    const FunctionSignature *old = llvm::find_if(
        before, [&](const FunctionSignature &s) { return s.name == name; });
    if (old == before.end())
      continue;
    if (!isSplit && !prepares) {
      signature = *old;
      continue;
    }
    // The arguments that stay, in their order.
    std::vector<ValueSignature> kept;
    for (const ValueSignature &value : old->arguments)
      if (isParameter(value) == prepares)
        kept.push_back(value);
    llvm::copy(kept, signature.arguments.begin());
    if (isSplit)
      signature.results = old->results;
  }
  return after;
}

/// Without the attributes that say what a value is for: the translation to LLVM
/// IR warns of each that it does not know. The bufferization reads, and takes
/// away, which arguments may be written to.
static mlir::DictionaryAttr withoutRoles(mlir::DictionaryAttr attributes,
                                         mlir::MLIRContext *context) {
  llvm::SmallVector<mlir::NamedAttribute> kept;
  if (attributes)
    for (mlir::NamedAttribute attribute : attributes)
      if (!attribute.getName().strref().starts_with("dorefa.") ||
          attribute.getName() == "dorefa.in_place")
        kept.push_back(attribute);
  return mlir::DictionaryAttr::get(context, kept);
}

void dorefa::engine::prepareInterfaces(
    mlir::ModuleOp module, llvm::ArrayRef<FunctionSignature> signatures) {
  mlir::MLIRContext *context = module.getContext();
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.setArgAttrs(i,
                           withoutRoles(function.getArgAttrDict(i), context));
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      function.setResultAttrs(
          i, withoutRoles(function.getResultAttrDict(i), context));
  }
  for (const FunctionSignature &signature : signatures)
    if (signature.obstacle.empty())
      module.lookupSymbol(signature.name)
          ->setAttr(mlir::LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                    mlir::UnitAttr::get(context));
}
