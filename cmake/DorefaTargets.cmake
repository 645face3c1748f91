# Wrappers that keep the CMakeLists.txt files down to names.
#
# Everything links the shared libMLIR and libLLVM, never their static twins:
# two copies register every option twice.

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
# Installed tools find libMLIR where the built ones did.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

set(DOREFA_COMPILE_OPTIONS -Wall -Wno-unused-parameter
  $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
if(DOREFA_SANITIZE)
  list(APPEND DOREFA_COMPILE_OPTIONS
    -fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-sanitize=vptr -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(LLVM_USE_LINKER)
  add_link_options(-fuse-ld=${LLVM_USE_LINKER})
endif()

# All headers that TableGen writes; every library waits for them.
add_custom_target(dorefa-headers)

# dorefa_tablegen(<td> <target> <output> <generator args...>, repeated)
function(dorefa_tablegen td target)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(arguments ${ARGN})
  while(arguments)
    list(POP_FRONT arguments output flags)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    mlir_tablegen(${output} ${flags})
  endwhile()
  add_public_tablegen_target(${target})
  add_dependencies(dorefa-headers ${target})
endfunction()

# dorefa_library(<name> <sources...> [LINK_LIBS <libraries...>])
function(dorefa_library name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${DOREFA_COMPILE_OPTIONS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  add_dependencies(${name} dorefa-headers)
  dorefa_precompile_headers(${name})
  set_property(GLOBAL APPEND PROPERTY DOREFA_LIBRARIES ${name})
endfunction()

# dorefa_executable(<name> <sources...> [LINK_LIBS <libraries...>])
function(dorefa_executable name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE ${DOREFA_COMPILE_OPTIONS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  add_dependencies(${name} dorefa-headers)
endfunction()
