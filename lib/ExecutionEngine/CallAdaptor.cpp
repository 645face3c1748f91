//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/CallAdaptor.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;
using namespace dorefa::engine;

std::string dorefa::engine::getAdaptorName(StringRef name) {
  return ("dorefa_call_" + name).str();
}

/// Emits the adaptor of one function. `callee` has one parameter for each
/// argument, and a pointer to the results before them unless the only result
/// is a scalar, which it returns.
static Error addAdaptor(Module &module, const FunctionSignature &signature) {
  Function *callee = module.getFunction("_mlir_ciface_" + signature.name);
  if (!callee)
    return createStringError("function '" + signature.name +
                             "' has no C interface after lowering");
  bool returnsScalar = !callee->getReturnType()->isVoidTy();
  bool hasResults = !signature.results.empty();
  bool passesResults = hasResults && !returnsScalar;
  size_t expected = signature.arguments.size() + passesResults;
  if (callee->arg_size() != expected || (returnsScalar && !hasResults))
    return createStringError("lowering changed the arguments of function '" +
                             signature.name + "'");

  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context);
  Function *adaptor = Function::Create(
      FunctionType::get(Type::getVoidTy(context), {pointer}, false),
      GlobalValue::ExternalLinkage, getAdaptorName(signature.name), module);
  IRBuilder<> builder(BasicBlock::Create(context, "", adaptor));
  auto loadPointer = [&](size_t index) {
    return builder.CreateLoad(pointer, builder.CreateConstInBoundsGEP1_64(
                                           pointer, adaptor->getArg(0), index));
  };
  Value *results =
      hasResults ? loadPointer(signature.arguments.size()) : nullptr;
  SmallVector<Value *> operands;
  if (passesResults)
    operands.push_back(results);
  for (size_t i = 0; i < signature.arguments.size(); ++i) {
    Value *value = loadPointer(i);
    Type *type = callee->getArg(operands.size())->getType();
    operands.push_back(signature.arguments[i].isTensor
                           ? value
                           : builder.CreateLoad(type, value));
  }
  Value *returned = builder.CreateCall(callee, operands);
  if (returnsScalar)
    builder.CreateStore(returned, results);
  builder.CreateRetVoid();
  return Error::success();
}

Error dorefa::engine::addCallAdaptors(Module &module,
                                      ArrayRef<FunctionSignature> signatures) {
  for (const FunctionSignature &signature : signatures)
    if (signature.obstacle.empty())
      if (Error error = addAdaptor(module, signature))
        return error;
  return Error::success();
}

void dorefa::engine::keepOnlyAdaptors(Module &module,
                                      ArrayRef<FunctionSignature> signatures) {
  // What is meant for all users of the code is weak: the functions of
  // workspaces.
  for (Function &function : module)
    if (!function.isDeclaration() && !function.hasWeakODRLinkage())
      function.setLinkage(GlobalValue::InternalLinkage);
  for (const FunctionSignature &signature : signatures)
    if (Function *adaptor = module.getFunction(getAdaptorName(signature.name)))
      adaptor->setLinkage(GlobalValue::ExternalLinkage);
}

void dorefa::engine::addSignatureText(Module &module,
                                      ArrayRef<FunctionSignature> signatures) {
  Constant *text =
      ConstantDataArray::getString(module.getContext(), toText(signatures));
  new GlobalVariable(module, text->getType(), /*isConstant=*/true,
                     GlobalValue::ExternalLinkage, text, "dorefa_signatures");
}
