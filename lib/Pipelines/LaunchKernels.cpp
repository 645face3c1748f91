//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Compiled kernels as constants of the host's code, and launches as calls of
// lib/Runtime/Cuda. Upstream's translation would carry code for one chip, load
// it before main, and make a stream for each launch.

#include "dorefa/Pipelines/NVIDIAChips.h"
#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_LAUNCHKERNELS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
/// Adds what launches need to the host's module.
class Host {
public:
  explicit Host(ModuleOp module)
      : module(module), symbols(module), context(module.getContext()),
        pointer(LLVM::LLVMPointerType::get(context)),
        i32(IntegerType::get(context, 32)), i64(IntegerType::get(context, 64)) {
  }

  /// DorefaCudaProgram of a gpu.binary.
  FailureOr<LLVM::GlobalOp> addProgram(gpu::BinaryOp binary);
  LogicalResult convert(gpu::LaunchFuncOp launch, LLVM::GlobalOp program);

private:
  LLVM::GlobalOp addGlobal(Location loc, Type type, bool isConstant,
                           const Twine &name, Attribute value = {}) {
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    auto global =
        LLVM::GlobalOp::create(builder, loc, type, isConstant,
                               LLVM::Linkage::Internal, name.str(), value);
    symbols.insert(global);
    return global;
  }
  /// A global whose value `build` gives.
  LLVM::GlobalOp addGlobal(Location loc, Type type, bool isConstant,
                           const Twine &name,
                           function_ref<Value(ImplicitLocOpBuilder &)> build) {
    LLVM::GlobalOp global = addGlobal(loc, type, isConstant, name);
    ImplicitLocOpBuilder b(loc, context);
    b.createBlock(&global.getInitializerRegion());
    LLVM::ReturnOp::create(b, build(b));
    return global;
  }
  LLVM::GlobalOp addText(Location loc, const Twine &name, StringRef text) {
    std::string bytes = text.str();
    bytes.push_back('\0');
    auto type =
        LLVM::LLVMArrayType::get(IntegerType::get(context, 8), bytes.size());
    return addGlobal(loc, type, /*isConstant=*/true, name,
                     StringAttr::get(context, bytes));
  }
  Value constant(ImplicitLocOpBuilder &b, Type type, int64_t value) {
    return LLVM::ConstantOp::create(b, type, b.getIntegerAttr(type, value));
  }
  Value makeStruct(ImplicitLocOpBuilder &b, Type type, ArrayRef<Value> fields) {
    Value value = LLVM::PoisonOp::create(b, type);
    for (auto [i, field] : llvm::enumerate(fields))
      value =
          LLVM::InsertValueOp::create(b, value, field, static_cast<int64_t>(i));
    return value;
  }
  /// At the beginning of the function that is built in.
  Value allocate(ImplicitLocOpBuilder &b, Type type, int64_t count) {
    OpBuilder::InsertionGuard guard(b);
    auto function = b.getInsertionBlock()
                        ->getParentOp()
                        ->getParentOfType<LLVM::LLVMFuncOp>();
    if (!function)
      function = cast<LLVM::LLVMFuncOp>(b.getInsertionBlock()->getParentOp());
    b.setInsertionPointToStart(&function.getBody().front());
    return LLVM::AllocaOp::create(b, pointer, type, constant(b, i64, count));
  }
  Value call(ImplicitLocOpBuilder &b, StringRef name, Type result,
             ArrayRef<Value> arguments) {
    auto function = symbols.lookup<LLVM::LLVMFuncOp>(name);
    if (!function) {
      OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
      function = LLVM::LLVMFuncOp::create(
          top, b.getLoc(), name,
          LLVM::LLVMFunctionType::get(
              result ? result : LLVM::LLVMVoidType::get(context),
              llvm::to_vector(TypeRange(ValueRange(arguments)))));
      symbols.insert(function);
    }
    auto made = LLVM::CallOp::create(b, function, arguments);
    return result ? made.getResult() : Value();
  }
  /// The constant name of a kernel, and the place where the run-time library
  /// keeps what it found by it.
  struct KernelGlobals {
    LLVM::GlobalOp name, handle;
  };
  KernelGlobals &getKernel(Location loc, StringRef name);

  ModuleOp module;
  SymbolTable symbols;
  MLIRContext *context;
  Type pointer, i32, i64;
  llvm::StringMap<KernelGlobals> kernels;
};
} // namespace

FailureOr<LLVM::GlobalOp> Host::addProgram(gpu::BinaryOp binary) {
  Location loc = binary.getLoc();
  // DorefaCudaCode
  auto codeType =
      LLVM::LLVMStructType::getLiteral(context, {pointer, i64, i32, i32});
  SmallVector<std::function<Value(ImplicitLocOpBuilder &)>> codes;
  for (auto object : binary.getObjects().getAsRange<gpu::ObjectAttr>()) {
    auto target = dyn_cast<NVVM::NVVMTargetAttr>(object.getTarget());
    const dorefa::NVIDIAChip *chip =
        target ? dorefa::findChip(target.getChip()) : nullptr;
    bool isText = object.getFormat() == gpu::CompilationTarget::Assembly;
    if (!chip ||
        (!isText && object.getFormat() != gpu::CompilationTarget::Binary))
      return binary.emitError("expected PTX or machine code of NVIDIA's GPUs");
    StringRef bytes = object.getObject().getValue();
    LLVM::GlobalOp text = addText(
        loc, binary.getName() + "_" + chip->name + (isText ? "" : "_cubin"),
        bytes);
    text.setAlignment(16); // machine code has a structure
    codes.push_back([=](ImplicitLocOpBuilder &b) {
      int64_t flags = (chip->isExact() ? 1 : 0) | (isText ? 0 : 2);
      Value fields[] = {
          LLVM::AddressOfOp::create(b, text), constant(b, i64, bytes.size()),
          constant(b, i32, chip->capability()), constant(b, i32, flags)};
      return makeStruct(b, codeType, fields);
    });
  }
  auto listType = LLVM::LLVMArrayType::get(codeType, codes.size());
  LLVM::GlobalOp list =
      addGlobal(loc, listType, /*isConstant=*/true, binary.getName() + "_codes",
                [&](ImplicitLocOpBuilder &b) {
                  SmallVector<Value> values;
                  for (auto &code : codes)
                    values.push_back(code(b));
                  return makeStruct(b, listType, values);
                });
  // DorefaCudaProgram
  auto type =
      LLVM::LLVMStructType::getLiteral(context, {pointer, i64, pointer});
  return addGlobal(loc, type, /*isConstant=*/false,
                   binary.getName() + "_program", [&](ImplicitLocOpBuilder &b) {
                     Value fields[] = {LLVM::AddressOfOp::create(b, list),
                                       constant(b, i64, codes.size()),
                                       LLVM::ZeroOp::create(b, pointer)};
                     return makeStruct(b, type, fields);
                   });
}

Host::KernelGlobals &Host::getKernel(Location loc, StringRef name) {
  auto [known, isNew] = kernels.try_emplace(name);
  if (isNew)
    known->second = {addText(loc, name + "_name", name),
                     addGlobal(loc, pointer, /*isConstant=*/false,
                               name + "_handle",
                               [&](ImplicitLocOpBuilder &b) -> Value {
                                 return LLVM::ZeroOp::create(b, pointer);
                               })};
  return known->second;
}

LogicalResult Host::convert(gpu::LaunchFuncOp launch, LLVM::GlobalOp program) {
  if (!launch->getParentOfType<LLVM::LLVMFuncOp>())
    return launch.emitError("expected the host's code in the LLVM dialect; "
                            "gpu-to-llvm makes it");
  if (launch.hasClusterSize())
    return launch.emitError("clusters of blocks are not launched");
  ImplicitLocOpBuilder b(launch.getLoc(), launch);
  // A kernel's arguments are passed by their addresses.
  size_t count = launch.getKernelOperands().size();
  Value slots = allocate(b, pointer, std::max<size_t>(count, 1));
  for (auto [i, operand] : llvm::enumerate(launch.getKernelOperands())) {
    if (!LLVM::isCompatibleType(operand.getType()))
      return launch.emitError("expected operands of the LLVM dialect, found ")
             << operand.getType();
    Value memory = allocate(b, operand.getType(), 1);
    LLVM::StoreOp::create(b, operand, memory);
    Value slot =
        LLVM::GEPOp::create(b, pointer, pointer, slots,
                            ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    LLVM::StoreOp::create(b, memory, slot);
  }
  KernelGlobals &kernel =
      getKernel(launch.getLoc(), launch.getKernelName().getValue());
  Value function = call(b, "dorefaCudaGetKernel", pointer,
                        {LLVM::AddressOfOp::create(b, program),
                         LLVM::AddressOfOp::create(b, kernel.name),
                         LLVM::AddressOfOp::create(b, kernel.handle)});
  SmallVector<Value> arguments = {function};
  for (Value size :
       {launch.getGridSizeX(), launch.getGridSizeY(), launch.getGridSizeZ(),
        launch.getBlockSizeX(), launch.getBlockSizeY(), launch.getBlockSizeZ()})
    arguments.push_back(
        size.getType() == i64 ? size : LLVM::SExtOp::create(b, i64, size));
  Value null = LLVM::ZeroOp::create(b, pointer);
  Value shared = launch.getDynamicSharedMemorySize();
  arguments.push_back(shared ? shared : constant(b, i32, 0));
  // The default stream: launches, copies and fills run in their order.
  arguments.append({null, slots, null, constant(b, i64, count)});
  call(b, "mgpuLaunchKernel", {}, arguments);
  launch.erase();
  return success();
}

namespace {
struct LaunchKernels : dorefa::impl::LaunchKernelsBase<LaunchKernels> {
  using LaunchKernelsBase::LaunchKernelsBase;

  void runOnOperation() override {
    Host host(getOperation());
    DenseMap<StringAttr, LLVM::GlobalOp> programs;
    SmallVector<gpu::BinaryOp> binaries(getOperation().getOps<gpu::BinaryOp>());
    for (gpu::BinaryOp binary : binaries) {
      auto program = host.addProgram(binary);
      if (failed(program))
        return signalPassFailure();
      programs[binary.getSymNameAttr()] = *program;
    }
    SmallVector<gpu::LaunchFuncOp> launches;
    getOperation().walk(
        [&](gpu::LaunchFuncOp launch) { launches.push_back(launch); });
    for (gpu::LaunchFuncOp launch : launches) {
      LLVM::GlobalOp program = programs.lookup(launch.getKernelModuleName());
      if (!program) {
        launch.emitError("no compiled kernel ") << launch.getKernel();
        return signalPassFailure();
      }
      if (failed(host.convert(launch, program)))
        return signalPassFailure();
    }
    for (gpu::BinaryOp binary : binaries)
      binary.erase();
    getOperation()->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  }
};
} // namespace
