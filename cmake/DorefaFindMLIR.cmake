# Finds Debian's LLVM/MLIR and refuses every major version but the one the
# sources are written against.

set(DOREFA_MLIR_MAJOR 22)
find_package(MLIR CONFIG QUIET
  HINTS ${MLIR_DIR} /usr/lib/llvm-${DOREFA_MLIR_MAJOR}/lib/cmake/mlir)
if(NOT MLIR_FOUND)
  message(FATAL_ERROR
    "dorefa needs LLVM/MLIR ${DOREFA_MLIR_MAJOR}, and no MLIR was found. "
    "On Debian: apt-get install libmlir-${DOREFA_MLIR_MAJOR}-dev "
    "mlir-${DOREFA_MLIR_MAJOR}-tools llvm-${DOREFA_MLIR_MAJOR}-dev "
    "llvm-${DOREFA_MLIR_MAJOR}-tools; or set MLIR_DIR.")
endif()
if(NOT LLVM_VERSION_MAJOR EQUAL DOREFA_MLIR_MAJOR)
  message(FATAL_ERROR
    "dorefa needs LLVM/MLIR ${DOREFA_MLIR_MAJOR}, but found "
    "${LLVM_PACKAGE_VERSION} in ${MLIR_DIR}. On Debian: apt-get install "
    "libmlir-${DOREFA_MLIR_MAJOR}-dev mlir-${DOREFA_MLIR_MAJOR}-tools "
    "llvm-${DOREFA_MLIR_MAJOR}-dev llvm-${DOREFA_MLIR_MAJOR}-tools, then "
    "configure with -DMLIR_DIR=/usr/lib/llvm-${DOREFA_MLIR_MAJOR}/lib/cmake/mlir.")
endif()

list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories(${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
separate_arguments(DOREFA_LLVM_DEFINITIONS UNIX_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${DOREFA_LLVM_DEFINITIONS})
