# What `cmake --install` copies, and the package that find_package(dorefa)
# finds in it.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dorefa)

get_property(libraries GLOBAL PROPERTY DOREFA_LIBRARIES)
install(TARGETS ${libraries} EXPORT dorefaTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS dorefa-opt dorefa-lsp-server dorefa-gpu-check dorefa-step
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS dorefa-plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET dorefa-run)
  install(TARGETS dorefa-run RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/dorefa
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/dorefa
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models
  DESTINATION ${CMAKE_INSTALL_DATADIR}/dorefa
  FILES_MATCHING PATTERN "*.mlir")

install(EXPORT dorefaTargets DESTINATION ${package_dir})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/dorefaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/dorefaConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dorefaConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dorefaConfig.cmake
  ${PROJECT_BINARY_DIR}/dorefaConfigVersion.cmake
  DESTINATION ${package_dir})
