//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/PerfMap.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"

using namespace llvm;

namespace {
class PerfMapPlugin : public orc::LinkGraphLinkingLayer::Plugin {
  void modifyPassConfig(orc::MaterializationResponsibility &,
                        jitlink::LinkGraph &,
                        jitlink::PassConfiguration &config) override {
    // Calls within a section do not name the symbol: it would be dropped.
    config.PrePrunePasses.push_back([](jitlink::LinkGraph &graph) {
      for (jitlink::Symbol *symbol : graph.defined_symbols())
        symbol->setLive(symbol->isLive() || symbol->isCallable());
      return Error::success();
    });
    config.PostFixupPasses.push_back(
        [](jitlink::LinkGraph &graph) { return writeFunctions(graph); });
  }
  static Error writeFunctions(jitlink::LinkGraph &graph) {
    std::error_code error;
    raw_fd_ostream map(
        formatv("/tmp/perf-{0}.map", sys::Process::getProcessId()).str(), error,
        sys::fs::OF_Append);
    if (error)
      return createFileError(
          "/tmp", createStringError(error, "cannot write the map for perf"));
    for (jitlink::Symbol *symbol : graph.defined_symbols())
      if (symbol->hasName() && symbol->isCallable())
        map << formatv("{0:x-} {1:x-} {2}\n", symbol->getAddress().getValue(),
                       symbol->getSize(), *symbol->getName());
    return Error::success();
  }

  Error notifyFailed(orc::MaterializationResponsibility &) override {
    return Error::success();
  }
  Error notifyRemovingResources(orc::JITDylib &, orc::ResourceKey) override {
    return Error::success();
  }
  void notifyTransferringResources(orc::JITDylib &, orc::ResourceKey,
                                   orc::ResourceKey) override {}
};
} // namespace

void dorefa::engine::addPerfMap(orc::LLJIT &jit) {
  if (!sys::Process::GetEnv("DOREFA_PERF_MAP"))
    return;
  auto *layer = dyn_cast<orc::ObjectLinkingLayer>(&jit.getObjLinkingLayer());
  if (layer)
    layer->addPlugin(std::make_shared<PerfMapPlugin>());
}
