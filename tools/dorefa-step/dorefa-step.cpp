//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-step LIBRARY: runs the training step of a shared library that
// dorefa-run compile --training --emit=shared made for a GPU. It needs neither
// LLVM nor a toolkit. Parameters, states and slots stay on the device from step
// to step. Exit status: 0 done, 1 wrong input or wrong values, 2 usage, 3 no
// GPU.

#include "Library.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

using namespace dorefa::step;

namespace {

constexpr char usage[] =
    "usage: dorefa-step LIBRARY --images=X.npy --labels=Y.npy [options]\n"
    "  --batch=N          images of a step (default: all)\n"
    "  --steps=N          (default 1); batches follow one another, and again\n"
    "  --lr=F             learning rate (default 0.1)\n"
    "  --seed=N           of the first values and of noise (default 1)\n"
    "  --save=FOLDER      write values as FOLDER/NAME.npy, . in place of /\n"
    "  --expect=FOLDER    compare with these\n"
    "  --tolerance=F      of floats, by the largest of a tensor (default 0)\n";

struct Options {
  std::string library, images, labels, save, expect;
  int64_t batch = 0, steps = 1, seed = 1;
  double learningRate = 0.1, tolerance = 0;
};

[[noreturn]] void stopUsage(const std::string &message) {
  std::fprintf(stderr, "dorefa-step: error: %s\n%s", message.c_str(), usage);
  std::exit(2);
}

double readNumber(const std::string &option, const std::string &text,
                  double least, double most = 1e15) {
  char *end = nullptr;
  double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || !(number >= least) || number > most)
    stopUsage("option '" + option + "': expected a number, got '" + text + "'");
  return number;
}

Options parse(int count, char **arguments) {
  Options options;
  const std::pair<const char *, std::string *> texts[] = {
      {"--images", &options.images},
      {"--labels", &options.labels},
      {"--save", &options.save},
      {"--expect", &options.expect}};
  const std::pair<const char *, int64_t *> integers[] = {
      {"--batch", &options.batch}, {"--steps", &options.steps}};
  for (int i = 1; i < count; ++i) {
    std::string argument = arguments[i];
    size_t equals = argument.find('=');
    std::string name = argument.substr(0, equals);
    std::string value =
        equals == std::string::npos ? "" : argument.substr(equals + 1);
    bool known = false;
    for (auto [option, target] : texts)
      if (name == option) {
        *target = value;
        known = true;
      }
    for (auto [option, target] : integers)
      if (name == option) {
        *target = static_cast<int64_t>(readNumber(name, value, 1));
        known = true;
      }
    if (name == "--seed")
      options.seed = static_cast<int64_t>(readNumber(name, value, 0));
    else if (name == "--lr")
      options.learningRate = readNumber(name, value, 0, 1e38);
    else if (name == "--tolerance")
      options.tolerance = readNumber(name, value, 0);
    else if (!known && name[0] != '-' && options.library.empty())
      options.library = argument;
    else if (!known)
      stopUsage("unknown argument '" + argument + "'");
  }
  if (options.library.empty() || options.images.empty() ||
      options.labels.empty())
    stopUsage("a library, images and labels are needed");
  return options;
}

/// `number` as a scalar of this kind, in the lowest bytes.
uint64_t makeScalar(const Value &value, double number) {
  uint64_t bits = 0;
  if (value.element == "f32") {
    float single = static_cast<float>(number);
    std::memcpy(&bits, &single, sizeof(single));
  } else if (value.element == "f64") {
    std::memcpy(&bits, &number, sizeof(number));
  } else {
    bits = static_cast<uint64_t>(static_cast<int64_t>(number));
  }
  return bits;
}

/// The values by name, and calls that read and replace them.
class Program {
public:
  explicit Program(const Options &options) : library(options.library) {}

  /// Arguments that are not kept come from `others`, the loss is returned.
  double call(const std::string &name,
              const std::map<std::string, Item> &tensors,
              const std::map<std::string, double> &numbers) {
    const Function &function = library.function(name);
    std::vector<Item> arguments;
    for (const Value &value : function.arguments) {
      Item item;
      std::string kept = value.name();
      bool isKnown = false;
      if (!kept.empty()) {
        auto found = values.find(kept);
        isKnown = found != values.end();
        if (isKnown)
          item = found->second.item;
      }
      for (const auto &[attribute, tensor] : tensors)
        if (value.has(attribute.c_str())) {
          item = tensor;
          isKnown = true;
        }
      for (const auto &[attribute, number] : numbers)
        if (value.has(attribute.c_str())) {
          item.scalar = makeScalar(value, number);
          if (value.isTensor)
            item.tensor = library.upload(fromScalar(value, item.scalar));
          isKnown = true;
        }
      if (!isKnown)
        stop("'" + name + "' takes an argument that nothing is known for");
      arguments.push_back(item);
    }
    std::vector<Item> results = library.call(function, arguments);
    arguments.clear();
    double loss = 0;
    for (size_t i = 0; i < results.size(); ++i) {
      const Value &value = function.results[i];
      if (std::string kept = value.name(); !kept.empty())
        values[kept] = {value, results[i]};
      else if (value.has("loss"))
        loss = readFloat(value, results[i]);
    }
    return loss;
  }

  Item upload(const Array &array) { return {library.upload(array), 0}; }
  const Function &function(const std::string &name) {
    return library.function(name);
  }
  void forEachValue(
      const std::function<void(const std::string &, const Array &)> &visit) {
    for (const auto &[name, kept] : values)
      visit(name, download(kept.value, kept.item));
  }

private:
  struct Kept {
    Value value;
    Item item;
  };

  static Array fromScalar(const Value &value, uint64_t bits) {
    Array array{value.element, {}, {}};
    auto *bytes = reinterpret_cast<const uint8_t *>(&bits);
    array.bytes.assign(bytes, bytes + value.bytes());
    return array;
  }
  Array download(const Value &value, const Item &item) {
    return value.isTensor ? library.download(item.tensor, value.element)
                          : fromScalar(value, item.scalar);
  }
  double readFloat(const Value &value, const Item &item) {
    Array array = download(value, item);
    float loss = 0;
    if (array.element != "f32" || array.count() != 1)
      stop("the loss is not a float");
    std::memcpy(&loss, array.bytes.data(), sizeof(loss));
    return loss;
  }

  Library library;
  std::map<std::string, Kept> values;
};

/// `count` rows from `begin`.
Array slice(const Array &array, int64_t begin, int64_t count) {
  size_t row = array.bytes.size() / array.shape[0];
  Array part{array.element, array.shape, {}};
  part.shape[0] = count;
  part.bytes.assign(array.bytes.begin() + begin * row,
                    array.bytes.begin() + (begin + count) * row);
  return part;
}

/// Images and labels as the step takes them.
void checkBatch(const Function &step, const char *attribute,
                const Array &array) {
  for (const Value &value : step.arguments) {
    if (!value.has(attribute))
      continue;
    bool fits = value.element == array.element &&
                value.shape.size() == array.shape.size();
    for (size_t i = 1; fits && i < value.shape.size(); ++i)
      fits = value.shape[i] == -1 || value.shape[i] == array.shape[i];
    if (!fits)
      stop(std::string("the array of ") + attribute +
           " is not what 'train_step' takes");
    return;
  }
  stop(std::string("'train_step' takes no ") + attribute);
}

} // namespace

int main(int count, char **arguments) {
  Options options = parse(count, arguments);
  Array images = readNpy(options.images), labels = readNpy(options.labels);
  if (images.shape.empty() || labels.shape.empty() || images.shape[0] == 0 ||
      images.shape[0] != labels.shape[0])
    stop("images and labels differ in number");
  int64_t total = images.shape[0];
  int64_t batch = options.batch ? options.batch : total;
  if (batch > total)
    stop("--batch is " + std::to_string(batch) + ", and there are " +
         std::to_string(total) + " images");
  Program program(options);
  checkBatch(program.function("train_step"), "input", images);
  checkBatch(program.function("train_step"), "labels", labels);

  program.call("init", {}, {{"seed", double(options.seed)}});
  std::vector<double> seconds;
  for (int64_t step = 0; step < options.steps; ++step) {
    int64_t begin = step % (total / batch) * batch;
    auto start = std::chrono::steady_clock::now();
    // The loss comes last, and is waited for.
    double loss =
        program.call("train_step",
                     {{"input", program.upload(slice(images, begin, batch))},
                      {"labels", program.upload(slice(labels, begin, batch))}},
                     {{"learning_rate", options.learningRate},
                      {"seed", double(options.seed)},
                      {"step", double(step)}});
    std::chrono::duration<double> passed =
        std::chrono::steady_clock::now() - start;
    seconds.push_back(passed.count());
    if (step < 3 || step + 1 == options.steps)
      std::printf("step %lld: loss %.9g\n", static_cast<long long>(step + 1),
                  loss);
    if (!std::isfinite(loss))
      stop("the loss is not finite");
  }
  // The first step loads the kernels and fills the pool of memory.
  if (seconds.size() > 1)
    seconds.erase(seconds.begin());
  std::sort(seconds.begin(), seconds.end());
  double median = seconds[seconds.size() / 2];
  std::printf("median %.6f s a step, %.0f images/s\n", median, batch / median);

  double worst = 0;
  std::string worstName;
  program.forEachValue([&](const std::string &name, const Array &array) {
    std::string file = "/" + name + ".npy";
    std::replace(file.begin() + 1, file.end(), '/', '.');
    if (!options.save.empty())
      writeNpy(options.save + file, array);
    if (options.expect.empty())
      return;
    double difference =
        relativeDifference(array, readNpy(options.expect + file));
    if (worstName.empty() || difference > worst) {
      worst = difference;
      worstName = name;
    }
  });
  if (options.expect.empty())
    return 0;
  std::printf("values differ by at most %.3g (%s)\n", worst, worstName.c_str());
  if (worst > options.tolerance)
    stop("'" + worstName + "' is not what was expected");
  return 0;
}
