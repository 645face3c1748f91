//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run eval: loss and accuracy of a checkpoint.

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Driver/Batches.h"
#include "dorefa/Driver/Checkpoint.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/ExecutionEngine/ModuleSignatures.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

/// The values of a checkpoint of this model.
static Expected<TrainingProgram::Values>
readValues(StringRef path, StringRef modelHash, StringRef file) {
  Expected<Checkpoint> checkpoint = Checkpoint::read(path);
  if (!checkpoint)
    return checkpoint.takeError();
  const std::string &hash = checkpoint->settings["model"];
  if (hash != modelHash)
    return inputError(path +
                      ": trained from another model, or with other "
                      "bits, than " +
                      file + " (model " + hash + ", expected " + modelHash +
                      ")");
  return std::move(checkpoint->values);
}

static json::Value makeReport(const Evaluation &evaluation, int64_t images) {
  json::Object object{{"images", images}, {"test_loss", evaluation.loss}};
  object["test_accuracy"] = evaluation.accuracy
                                ? json::Value(*evaluation.accuracy)
                                : json::Value(nullptr);
  return object;
}

Error dorefa::driver::runEval(ArrayRef<StringRef> commandLine) {
  OptionParser parser("eval FILE --data=NAME[:DIR] --checkpoint=FILE",
                      "Prints the loss and the accuracy of a trained model "
                      "over the images to test on.");
  std::string file, data, checkpoint, jsonPath;
  int64_t batchSize = 128;
  CompileOptions options;
  parser.positional("FILE", "a model: a forward function in MLIR", file);
  parser.text("data", "NAME[:DIR]",
              "fashion-mnist, mnist:DIR, svhn:DIR, cifar10:DIR or npz:FILE",
              data);
  parser.required();
  parser.text("checkpoint", "FILE", "what train wrote", checkpoint);
  parser.required();
  parser.integer("batch", "N", "images at a time (default 128)", batchSize, 1,
                 1 << 20);
  parser.text("json", "FILE", "also write the numbers here", jsonPath);
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
  Expected<TrainingProgram::Values> values =
      readValues(checkpoint, hashModule(**module), file);
  if (!values)
    return values.takeError();
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
  if (Error error = (*program)->setValues(std::move(*values)))
    return inputError(checkpoint + ": " + toString(std::move(error)));

  Batch batch(*dataset, batchSize);
  auto evaluation =
      evaluateAll(**program, dataset->test, batch, [] { return false; });
  if (!evaluation)
    return evaluation.takeError();
  const Evaluation &result = **evaluation;
  if (result.accuracy)
    outs() << format("test accuracy %.4f, ", *result.accuracy);
  outs() << format("test loss %.4f, ", result.loss) << dataset->test.size()
         << " images\n";
  if (jsonPath.empty())
    return Error::success();
  return data::writeFileAtomically(jsonPath, [&](raw_ostream &stream) {
    stream << makeReport(result, dataset->test.size()) << '\n';
    return Error::success();
  });
}
