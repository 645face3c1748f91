# The headers of LLVM and MLIR that most files include, parsed once: reading
# them takes 6 of the 7 seconds that a file takes to compile.
#
# Upstream's alone, which do not change. A file still includes what it uses:
# DOREFA_PRECOMPILED_HEADERS=OFF builds without them. Libraries alone use them,
# as executables are compiled as position-independent executables.

option(DOREFA_PRECOMPILED_HEADERS "Parse the headers of LLVM and MLIR once" ON)

# dorefa_precompile_headers(<target>)
function(dorefa_precompile_headers target)
  if(DOREFA_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} REUSE_FROM DorefaPrecompiledHeaders)
    target_compile_options(${target} PRIVATE ${DOREFA_REPRODUCIBLE_PCH})
  endif()
endfunction()

# Without times of files and without the name of the build folder among the
# options, a second build finds its objects in ccache.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -Xclang -include-pch -Xclang <PCH_FILE>)
endif()
set(DOREFA_REPRODUCIBLE_PCH
  "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")

if(DOREFA_PRECOMPILED_HEADERS)
  file(WRITE ${PROJECT_BINARY_DIR}/precompiled-headers.cpp "")
  add_library(DorefaPrecompiledHeaders OBJECT
    ${PROJECT_BINARY_DIR}/precompiled-headers.cpp)
  target_compile_options(DorefaPrecompiledHeaders PRIVATE ${DOREFA_COMPILE_OPTIONS}
    ${DOREFA_REPRODUCIBLE_PCH})
  target_precompile_headers(DorefaPrecompiledHeaders PRIVATE
    <llvm/ADT/STLExtras.h>
    <llvm/ADT/SetVector.h>
    <llvm/ADT/StringExtras.h>
    <llvm/ADT/TypeSwitch.h>
    <llvm/Support/Error.h>
    <llvm/Support/MathExtras.h>
    <llvm/Support/MemoryBuffer.h>
    <llvm/Support/raw_ostream.h>
    <mlir/Dialect/Affine/IR/AffineOps.h>
    <mlir/Dialect/Arith/IR/Arith.h>
    <mlir/Dialect/Func/IR/FuncOps.h>
    <mlir/Dialect/Linalg/IR/Linalg.h>
    <mlir/Dialect/Math/IR/Math.h>
    <mlir/Dialect/MemRef/IR/MemRef.h>
    <mlir/Dialect/SCF/IR/SCF.h>
    <mlir/Dialect/Tensor/IR/Tensor.h>
    <mlir/Dialect/Vector/IR/VectorOps.h>
    <mlir/IR/Builders.h>
    <mlir/IR/BuiltinOps.h>
    <mlir/IR/IRMapping.h>
    <mlir/IR/ImplicitLocOpBuilder.h>
    <mlir/IR/Matchers.h>
    <mlir/IR/OpImplementation.h>
    <mlir/IR/PatternMatch.h>
    <mlir/Pass/Pass.h>
    <mlir/Transforms/DialectConversion.h>)
endif()
