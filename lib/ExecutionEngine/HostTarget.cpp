//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/HostTarget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

using namespace llvm;
using namespace dorefa::engine;

static void initializeTargets() {
  static const bool once = [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers(); // of inline assembly
    return true;
  }();
  (void)once;
}

static Expected<const Target *> lookupTarget(StringRef tripleName) {
  initializeTargets();
  std::string message;
  const Target *target =
      TargetRegistry::lookupTarget(Triple(tripleName), message);
  if (!target)
    return createStringError("target triple '" + tripleName + "': " + message);
  return target;
}

/// Whether Linux lets this process use the registers of a matrix unit (AMX):
/// arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA). Code that uses them
/// asks by itself.
static bool isMatrixUnitAllowed() {
#if defined(__linux__) && defined(__x86_64__)
  return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#else
  return false;
#endif
}

HostTarget HostTarget::detect() {
  StringMap<bool> map = sys::getHostCPUFeatures();
  bool matrix = isMatrixUnitAllowed();
  SmallVector<std::string> features;
  for (const auto &feature : map) {
    bool present =
        feature.second && (matrix || !feature.first().starts_with("amx"));
    features.push_back((present ? "+" : "-") + feature.first().str());
  }
  sort(features, [](StringRef a, StringRef b) {
    return a.drop_front() < b.drop_front();
  });
  return {sys::getDefaultTargetTriple(), sys::getHostCPUName().str(),
          join(features, ",")};
}

Expected<HostTarget> HostTarget::parse(StringRef spec) {
  HostTarget result;
  result.triple = sys::getDefaultTargetTriple();
  if (auto [triple, rest] = spec.split(':'); !rest.empty()) {
    result.triple = Triple::normalize(triple);
    spec = rest;
  }
  Expected<const Target *> target = lookupTarget(result.triple);
  if (!target)
    return target.takeError();
  auto [cpu, features] = spec.split(',');

  std::unique_ptr<MCSubtargetInfo> subtarget(
      (*target)->createMCSubtargetInfo(Triple(result.triple), "", ""));
  if (cpu.empty() || !subtarget->isCPUStringValid(cpu)) {
    SmallVector<StringRef> known;
    for (const SubtargetSubTypeKV &entry :
         subtarget->getAllProcessorDescriptions())
      known.push_back(StringRef(entry.Key));
    return createStringError("unknown CPU '" + cpu + "' for " + result.triple +
                             "; known are " + join(known, ", "));
  }
  SmallVector<StringRef> list;
  features.split(list, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : list) {
    StringRef name = feature;
    bool signedName = name.consume_front("+") || name.consume_front("-");
    bool known = any_of(subtarget->getAllProcessorFeatures(),
                        [&](const SubtargetFeatureKV &entry) {
                          return name == StringRef(entry.Key);
                        });
    if (!signedName || !known)
      return createStringError("unknown CPU feature '" + feature + "' for " +
                               result.triple + "; expected +NAME or -NAME");
  }
  result.cpu = cpu.str();
  result.features = features.str();
  return result;
}

Error HostTarget::checkRunsHere() const {
  Triple here(sys::getDefaultTargetTriple());
  if (Triple(triple).getArch() != here.getArch())
    return createStringError("code for " + triple + " cannot run on " +
                             here.str());
  Expected<const Target *> target = lookupTarget(triple);
  if (!target)
    return target.takeError();
  std::unique_ptr<MCSubtargetInfo> subtarget(
      (*target)->createMCSubtargetInfo(Triple(triple), cpu, features));
  SmallVector<std::string> missing;
  for (const auto &feature : sys::getHostCPUFeatures())
    if (!feature.second &&
        any_of(subtarget->getAllProcessorFeatures(),
               [&](const SubtargetFeatureKV &entry) {
                 return feature.first() == StringRef(entry.Key);
               }) &&
        subtarget->checkFeatures(("+" + feature.first()).str()))
      missing.push_back(feature.first().str());
  if (missing.empty())
    return Error::success();
  sort(missing);
  return createStringError("this machine (" + sys::getHostCPUName() +
                           ") cannot run code for '" + cpu + "': it lacks " +
                           join(missing, ", "));
}

std::vector<std::string>
HostTarget::selectFeatures(ArrayRef<StringRef> candidates) const {
  Expected<const Target *> target = lookupTarget(triple);
  if (!target) {
    consumeError(target.takeError());
    return {};
  }
  std::unique_ptr<MCSubtargetInfo> subtarget(
      (*target)->createMCSubtargetInfo(Triple(triple), cpu, features));
  std::vector<std::string> present;
  for (StringRef name : candidates) {
    bool known = any_of(subtarget->getAllProcessorFeatures(),
                        [&](const SubtargetFeatureKV &entry) {
                          return name == StringRef(entry.Key);
                        });
    if (known && subtarget->checkFeatures(("+" + name).str()))
      present.push_back(name.str());
  }
  return present;
}

unsigned HostTarget::vectorBits() const {
  std::vector<std::string> wide = selectFeatures({"avx512f", "avx2"});
  if (is_contained(wide, "avx512f"))
    return 512;
  return wide.empty() ? 128 : 256;
}

Expected<std::unique_ptr<TargetMachine>>
HostTarget::createTargetMachine() const {
  Expected<const Target *> target = lookupTarget(triple);
  if (!target)
    return target.takeError();
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Standard;
  std::unique_ptr<TargetMachine> machine((*target)->createTargetMachine(
      Triple(triple), cpu, features, options, Reloc::PIC_, std::nullopt,
      CodeGenOptLevel::Aggressive));
  if (!machine)
    return createStringError("no code generator for " + triple);
  return machine;
}
