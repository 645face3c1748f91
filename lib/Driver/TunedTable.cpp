//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/TunedTable.h"

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/ExecutionEngine/ObjectCache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace dorefa::driver;
using dorefa::engine::HostTarget;
using mlir::bitserial::TunedChoice;

static constexpr StringLiteral formatName = "dorefa-tuned-1";

/// What the measurements hold for.
static json::Object describe(const HostTarget &cpu) {
  return json::Object{{"triple", cpu.triple},
                      {"cpu", cpu.cpu},
                      {"features", cpu.features},
                      {"llvm", LLVM_VERSION_STRING}};
}

std::optional<std::string> TunedTable::pathOf(const HostTarget &cpu) {
  std::optional<std::string> directory =
      engine::ObjectCache::defaultDirectory();
  if (!directory)
    return std::nullopt;
  std::string machine;
  raw_string_ostream(machine) << json::Value(describe(cpu));
  SmallString<128> path(*directory);
  sys::path::append(
      path, "tuned-" +
                toHex(ArrayRef(BLAKE3::hash<8>(arrayRefFromStringRef(machine))),
                      /*LowerCase=*/true) +
                ".json");
  return path.str().str();
}

static Expected<TunedTable::Entry> readEntry(const json::Value &value) {
  const json::Object *object = value.getAsObject();
  std::optional<StringRef> text;
  if (object)
    text = object->getString("choice");
  std::optional<TunedChoice> choice;
  if (text)
    choice = TunedChoice::parse(*text);
  const json::Object *seconds = object ? object->getObject("seconds") : nullptr;
  if (!choice || !seconds)
    return createStringError("an entry without a choice or its times");
  TunedTable::Entry entry{*choice, {}};
  for (const auto &[strategy, time] : *seconds) {
    if (!time.getAsNumber())
      return createStringError("a time that is not a number");
    entry.seconds[strategy.str()] = *time.getAsNumber();
  }
  return entry;
}

/// The entries of a file that is there.
static Expected<std::vector<TunedTable::Entry>>
readTable(StringRef text, const HostTarget &cpu) {
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return value.takeError();
  const json::Object *table = value->getAsObject();
  if (!table ||
      table->getString("format") != std::optional<StringRef>(formatName))
    return createStringError("it is not a table of this version");
  const json::Object *machine = table->getObject("machine");
  if (!machine || *machine != describe(cpu))
    return createStringError("it was measured on another machine");
  const json::Array *choices = table->getArray("choices");
  if (!choices)
    return createStringError("it has no choices");
  std::vector<TunedTable::Entry> entries;
  for (const json::Value &choice : *choices) {
    Expected<TunedTable::Entry> entry = readEntry(choice);
    if (!entry)
      return entry.takeError();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

TunedTable TunedTable::load(const HostTarget &cpu, raw_ostream &notes) {
  TunedTable table;
  std::optional<std::string> path = pathOf(cpu);
  if (!path)
    return table;
  auto file = MemoryBuffer::getFile(*path);
  if (!file)
    return table;
  auto entries = readTable((*file)->getBuffer(), cpu);
  if (!entries) {
    notes << "note: the tuned table " << *path
          << " is ignored: " << toString(entries.takeError())
          << "; 'dorefa-run tune' writes a new one\n";
    return table;
  }
  for (Entry &entry : *entries)
    table.set(std::move(entry));
  return table;
}

void TunedTable::set(Entry entry) {
  std::string key = getText(entry.choice.shape);
  entries[key] = std::move(entry);
}

std::vector<TunedChoice> TunedTable::getChoices() const {
  std::vector<TunedChoice> choices;
  for (const auto &[key, entry] : entries)
    choices.push_back(entry.choice);
  return choices;
}

Error TunedTable::store(const HostTarget &cpu) const {
  std::optional<std::string> path = pathOf(cpu);
  if (!path)
    return createStringError("no folder for compiled code: set "
                             "DOREFA_CACHE_DIR or HOME");
  if (std::error_code code =
          sys::fs::create_directories(sys::path::parent_path(*path)))
    return createStringError(code, *path + ": " + code.message());
  json::Array choices;
  for (const auto &[key, entry] : entries) {
    json::Object seconds;
    for (const auto &[strategy, time] : entry.seconds)
      seconds[strategy] = time;
    choices.push_back(json::Object{{"choice", entry.choice.text()},
                                   {"seconds", std::move(seconds)}});
  }
  json::Value table = json::Object{{"format", formatName},
                                   {"machine", describe(cpu)},
                                   {"choices", std::move(choices)}};
  return data::writeFileAtomically(*path, [&](raw_ostream &stream) {
    stream << formatv("{0:2}\n", table);
    return Error::success();
  });
}
