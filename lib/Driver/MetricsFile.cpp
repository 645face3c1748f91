//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/MetricsFile.h"

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Driver/Status.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>

using namespace llvm;
using namespace dorefa::driver;

/// The lines of a file of metrics up to and with step `last`. A last line that
/// an interruption cut short is dropped with the rest.
static std::string linesUpTo(StringRef contents, int64_t last) {
  std::string kept;
  while (!contents.empty()) {
    auto [line, rest] = contents.split('\n');
    contents = rest;
    Expected<json::Value> value = json::parse(line);
    if (!value) {
      consumeError(value.takeError());
      continue;
    }
    const json::Object *object = value->getAsObject();
    std::optional<int64_t> step =
        object ? object->getInteger("step") : std::nullopt;
    if (step && *step <= last)
      kept += (line + "\n").str();
  }
  return kept;
}

Expected<std::unique_ptr<MetricsFile>>
MetricsFile::open(StringRef path, std::optional<int64_t> resumeAt) {
  std::unique_ptr<MetricsFile> file(new MetricsFile(path.str()));
  bool isRegular = sys::fs::is_regular_file(path);
  if (resumeAt && isRegular) {
    auto contents = MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false,
                                          /*IsVolatile=*/true);
    if (!contents)
      return inputError(path + ": " + contents.getError().message());
    std::string kept = linesUpTo((*contents)->getBuffer(), *resumeAt);
    if (Error error = data::writeFileAtomically(path, [&](raw_ostream &stream) {
          stream << kept;
          return Error::success();
        }))
      return error;
  }
  std::error_code code;
  file->stream = std::make_unique<raw_fd_ostream>(
      path, code, resumeAt ? sys::fs::CD_OpenAlways : sys::fs::CD_CreateAlways,
      sys::fs::FA_Write, resumeAt ? sys::fs::OF_Append : sys::fs::OF_None);
  if (code)
    return inputError(path + ": " + code.message());
  return file;
}

static json::Value numberOrNull(std::optional<double> number) {
  if (!number || !std::isfinite(*number))
    return nullptr;
  return *number;
}

Error MetricsFile::append(const Metrics &metrics) {
  json::Object line{
      {"epoch", metrics.epoch},
      {"step", metrics.step},
      {"learning_rate", metrics.learningRate},
      {"train_loss", numberOrNull(metrics.trainLoss)},
      {"test_loss", numberOrNull(metrics.testLoss)},
      {"test_accuracy", numberOrNull(metrics.testAccuracy)},
      {"seconds", numberOrNull(metrics.seconds)},
      {"images_per_second", numberOrNull(metrics.imagesPerSecond)}};
  if (metrics.ofDetector) {
    line["test_map50"] = numberOrNull(metrics.testMap50);
    line["test_map"] = numberOrNull(metrics.testMap);
  }
  *stream << json::Value(std::move(line)) << '\n';
  stream->flush();
  if (!stream->has_error())
    return Error::success();
  std::string message = stream->error().message();
  stream->clear_error();
  return inputError(path + ": " + message);
}
