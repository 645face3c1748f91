//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Checkpoint.h"

#include "dorefa/Data/Safetensors.h"
#include "dorefa/Driver/Status.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace dorefa::driver;

static constexpr StringLiteral formatName = "dorefa-checkpoint";
static constexpr StringLiteral formatVersion = "1";
/// Metadata of a setting: this and its name.
static constexpr StringLiteral settingPrefix = "run.";

Error Checkpoint::write(StringRef path) {
  data::Safetensors contents;
  contents.metadata["format"] = formatName;
  contents.metadata["format_version"] = formatVersion;
  contents.metadata["step"] = std::to_string(step);
  // In hexadecimal, so that it reads back as the same number.
  raw_string_ostream(contents.metadata["epoch_loss"])
      << format("%a", epochLoss);
  for (const auto &[name, value] : settings)
    contents.metadata[settingPrefix.str() + name] = value;
  contents.tensors.swap(values);
  Error error = data::writeSafetensors(path, contents);
  contents.tensors.swap(values);
  return error;
}

Expected<Checkpoint> Checkpoint::read(StringRef path) {
  Expected<data::Safetensors> contents = data::readSafetensors(path);
  if (!contents)
    return contents.takeError();
  const std::map<std::string, std::string> &metadata = contents->metadata;
  auto get = [&](const char *name) -> StringRef {
    auto found = metadata.find(name);
    return found == metadata.end() ? StringRef() : StringRef(found->second);
  };
  if (get("format") != formatName)
    return inputError(path + ": not a checkpoint of dorefa-run: expected '" +
                      formatName + "' as 'format' in the metadata");
  if (get("format_version") != formatVersion)
    return inputError(path + ": expected version " + formatVersion +
                      " of the checkpoint format, found '" +
                      get("format_version") + "'");
  Checkpoint result;
  if (get("step").getAsInteger(10, result.step) || result.step < 0)
    return inputError(path + ": 'step' in the metadata is not a number");
  if (get("epoch_loss").getAsDouble(result.epochLoss))
    return inputError(path + ": 'epoch_loss' in the metadata is not a number");
  for (const auto &[name, value] : metadata) {
    StringRef setting = name;
    if (setting.consume_front(settingPrefix))
      result.settings[setting.str()] = value;
  }
  result.values = std::move(contents->tensors);
  return result;
}

Expected<Checkpoint>
Checkpoint::readOfModel(StringRef path, StringRef modelHash, StringRef file) {
  Expected<Checkpoint> checkpoint = read(path);
  if (!checkpoint)
    return checkpoint.takeError();
  const std::string &hash = checkpoint->settings["model"];
  if (hash != modelHash)
    return inputError(path +
                      ": trained from another model, or with other "
                      "bits, than " +
                      file + " (model " + hash + ", expected " + modelHash +
                      ")");
  return checkpoint;
}

Error Checkpoint::checkSettings(
    StringRef path, const std::map<std::string, std::string> &expected) const {
  std::string differences;
  auto differ = [&](StringRef name, StringRef theirs, StringRef ours) {
    differences +=
        ("\n  " + name + ": " + theirs + " in the checkpoint, " + ours + " now")
            .str();
  };
  for (const auto &[name, value] : expected) {
    auto found = settings.find(name);
    if (found == settings.end())
      differ(name, "absent", value);
    else if (found->second != value)
      differ(name, found->second, value);
  }
  for (const auto &[name, value] : settings)
    if (!expected.count(name))
      differ(name, value, "absent");
  if (differences.empty())
    return Error::success();
  return inputError(path + ": the run cannot be continued:" + differences);
}
