//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run eval: how well a trained model does.

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Data/ImageFile.h"
#include "dorefa/Detection/Drawing.h"
#include "dorefa/Driver/Checkpoint.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Evaluation.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/ExecutionEngine/ModuleSignatures.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

static json::Value makeReport(const Evaluation &evaluation, int64_t images) {
  json::Object object{{"images", images}, {"test_loss", evaluation.loss}};
  object["test_accuracy"] = evaluation.accuracy
                                ? json::Value(*evaluation.accuracy)
                                : json::Value(nullptr);
  if (const auto &detection = evaluation.detection) {
    object["test_map50"] = detection->map50;
    object["test_map"] = detection->map;
  }
  return object;
}

static json::Array toJson(const data::Box &box) {
  return json::Array(ArrayRef<float>(box));
}

/// What is in each image and what was found there.
static json::Value toJson(ArrayRef<detection::ImageResult> results) {
  json::Array images;
  for (const detection::ImageResult &result : results) {
    json::Array objects, detections;
    for (const detection::GroundTruth &object : result.objects)
      objects.push_back(json::Object{{"label", object.label},
                                     {"box", toJson(object.box)},
                                     {"difficult", object.isDifficult}});
    for (const detection::Detection &detection : result.detections)
      detections.push_back(json::Object{{"label", detection.label},
                                        {"score", detection.score},
                                        {"box", toJson(detection.box)}});
    images.push_back(json::Object{{"objects", std::move(objects)},
                                  {"detections", std::move(detections)}});
  }
  return images;
}

static Error writeJson(StringRef path, const json::Value &value) {
  return data::writeFileAtomically(path, [&](raw_ostream &stream) {
    stream << value << '\n';
    return Error::success();
  });
}

Error dorefa::driver::runEval(ArrayRef<StringRef> commandLine) {
  OptionParser parser("eval FILE --data=NAME[:DIR] --checkpoint=FILE",
                      "Prints the loss of a trained model over the images to "
                      "test on, and the accuracy, or of a detector the mean "
                      "average precision.");
  std::string file, data, checkpoint, jsonPath, picturePath, detectionsPath;
  detection::DrawingOptions drawing;
  int64_t batchSize = 128;
  CompileOptions options;
  parser.positional("FILE", "a model: a forward function in MLIR", file);
  parser.text("data", "NAME[:DIR]",
              "fashion-mnist, mnist:DIR, svhn:DIR, cifar10:DIR, npz:FILE, "
              "fashion-scenes or voc:DIR",
              data);
  parser.required();
  parser.text("checkpoint", "FILE", "what train wrote", checkpoint);
  parser.required();
  parser.integer("batch", "N", "images at a time (default 128)", batchSize, 1,
                 1 << 20);
  parser.text("json", "FILE", "also write the numbers here", jsonPath);
  parser.text("picture", "FILE",
              "of a detector: draw boxes into the first images (PNG)",
              picturePath);
  parser.integer("picture-images", "N", "how many (default 24)", drawing.count,
                 1, 1024);
  parser.text("detections", "FILE",
              "of a detector: also write all boxes here (JSON)",
              detectionsPath);
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }

  ModuleContext context(errs());
  auto module = readModule(context, file, options);
  if (!module)
    return module.takeError();
  Expected<Checkpoint> trained =
      Checkpoint::readOfModel(checkpoint, hashModule(**module), file);
  if (!trained)
    return trained.takeError();
  if (Error error = makeTrainable(**module, OptimizerChoice()))
    return inputError(file + ": " + toString(std::move(error)));
  std::vector<engine::FunctionSignature> signatures =
      engine::getSignatures(**module);
  if (Error error = keepFunctions(**module, {"evaluate"}))
    return error;
  Expected<data::Dataset> dataset = data::loadDataset(data);
  if (!dataset)
    return dataset.takeError();
  // Before the compilation, which may take its time.
  if (Error error = checkFits(signatures, *dataset, batchSize))
    return error;
  auto engine = compileProgram(**module, options, errs());
  if (!engine)
    return engine.takeError();
  auto program = TrainingProgram::create(std::move(*engine),
                                         /*onlyEvaluation=*/true);
  if (!program)
    return inputError(file + ": " + toString(program.takeError()));
  if (Error error = (*program)->setValues(std::move(trained->values)))
    return inputError(checkpoint + ": " + toString(std::move(error)));

  if (!(*program)->objectsPerImage())
    for (StringRef option : {"picture", "detections"})
      if (parser.given(option))
        return inputError("option '--" + option + "': " + file +
                          " is no detector");

  Batch batch(*dataset, batchSize, (*program)->objectsPerImage());
  auto evaluation =
      evaluateAll(**program, dataset->test, batch, [] { return false; });
  if (!evaluation)
    return evaluation.takeError();
  const Evaluation &result = **evaluation;
  if (result.accuracy)
    outs() << format("test accuracy %.4f, ", *result.accuracy);
  if (const auto &detection = result.detection)
    outs() << format("test map50 %.4f, test map %.4f, ", detection->map50,
                     detection->map);
  outs() << format("test loss %.4f, ", result.loss) << dataset->test.size()
         << " images\n";
  if (!picturePath.empty())
    if (Error error = data::writePng(
            picturePath, detection::drawDetections(
                             dataset->test, result.detection->images, drawing)))
      return error;
  if (!detectionsPath.empty())
    if (Error error =
            writeJson(detectionsPath, toJson(result.detection->images)))
      return error;
  if (jsonPath.empty())
    return Error::success();
  return writeJson(jsonPath, makeReport(result, dataset->test.size()));
}
