//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-gpu-check FOLDER [--only=check|time] [--seconds=N]: runs the kernels
// that benchmarks/gpu/pack_kernels.py wrote, compares their sums with the
// stored ones, times the others, and prints one table; those of all pairs of
// bits are one of their own, a line for the bits of one side. A kernel that
// fails does not keep the others from running; those that have not begun after
// N seconds are left out. With --device it only says which GPU there is. It
// needs the driver and nothing else. Exit status: 0 all kernels ran and all
// sums are right, 1 not so or a file is damaged, 2 usage, 3 no GPU.

#include "Kernels.h"

#include "dorefa/Runtime/Cuda.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// Exit status where there is no GPU.
constexpr int unavailable = 3;
/// A kernel, its compilation by the driver included, that takes longer hangs.
constexpr unsigned kernelSeconds = 30;

/// What came of a kernel.
struct Outcome {
  int64_t kernel;
  int64_t wrong = 0; // sums
  double tops = 0;
};

/// Why nothing can run; the process has no driver yet.
void requireDevice() {
  std::string why = dorefa::cuda::whyUnavailable();
  if (why.empty())
    return;
  std::fprintf(stderr, "dorefa-gpu-check: error: no GPU to run on: %s\n",
               why.c_str());
  std::exit(unavailable);
}

std::string describeDevice() {
  return dorefa::cuda::getDeviceName() + ", compute capability " +
         std::to_string(dorefa::cuda::getComputeCapability());
}

Outcome runKernel(const Kernel &kernel, int64_t number,
                  const std::string &folder) {
  std::string stem = folder + "/kernel" + std::to_string(number);
  Outcome outcome{number};
  if (!kernel.runsHere())
    outcome.wrong = -1;
  else if (kernel.kind == "check")
    outcome.wrong = check(kernel, stem);
  else
    outcome.tops = kernel.operations() / time(kernel, stem) * 1e-12;
  return outcome;
}

/// The kernels in a process of their own, which tells what came of each: a
/// kernel that the driver does not take, that faults or does not end takes that
/// process with it, and the next one goes on behind it.
class Worker {
public:
  Worker(const std::vector<Kernel> &kernels,
         const std::vector<int64_t> &numbers, size_t first,
         const std::string &folder) {
    int ends[2];
    if (!messages || pipe(ends) != 0)
      stop("no memory for a process");
    std::fflush(stdout);
    process = fork();
    if (process < 0)
      stop("no memory for a process");
    if (process == 0) {
      // It is ahead of the table: what it says belongs to its last kernel.
      dup2(fileno(messages), STDERR_FILENO);
      requireDevice();
      for (size_t i = first; i < numbers.size(); ++i) {
        alarm(kernelSeconds);
        Outcome outcome = runKernel(kernels[numbers[i]], numbers[i], folder);
        if (write(ends[1], &outcome, sizeof(outcome)) != sizeof(outcome))
          break;
      }
      std::exit(0);
    }
    close(ends[1]);
    input = ends[0];
  }
  Worker(const Worker &) = delete;

  /// Nothing where the process has ended.
  std::optional<Outcome> next() {
    Outcome outcome;
    if (read(input, &outcome, sizeof(outcome)) != sizeof(outcome))
      return std::nullopt;
    return outcome;
  }
  void kill() { ::kill(process, SIGKILL); }
  /// Waits for the end; its status, -1 for a signal, and what it said.
  std::pair<int, std::string> end() {
    close(input);
    int status = 0;
    waitpid(process, &status, 0);
    std::string said;
    std::rewind(messages);
    for (int c; (c = std::fgetc(messages)) != EOF;)
      said += static_cast<char>(c);
    std::fclose(messages);
    if (WIFEXITED(status))
      return {WEXITSTATUS(status), said};
    if (WTERMSIG(status) == SIGALRM)
      said += "it took more than " + std::to_string(kernelSeconds) + " s\n";
    else
      said += "signal " + std::to_string(WTERMSIG(status)) + "\n";
    return {-1, said};
  }

private:
  std::FILE *messages = std::tmpfile();
  pid_t process;
  int input;
};

struct Options {
  std::string folder, kind;
  double seconds = 0;
};

bool parse(int count, char **arguments, Options &options) {
  for (int i = 1; i < count; ++i) {
    std::string text = arguments[i];
    if (text == "--only=check" || text == "--only=time")
      options.kind = text.substr(7);
    else if (text.rfind("--seconds=", 0) == 0)
      options.seconds = std::atof(text.c_str() + 10);
    else if ((text[0] == '-' && text != "--device") || !options.folder.empty())
      return false;
    else
      options.folder = text;
  }
  return !options.folder.empty();
}

class Table {
public:
  static void begin(const Kernel &k) {
    std::string pair =
        std::to_string(k.lhsBits) + "x" + std::to_string(k.rhsBits);
    std::printf("%-24s %-20s %-8s ", k.name.c_str(), k.strategy.c_str(),
                pair.c_str());
  }
  void add(const Kernel &k, const Outcome &outcome) {
    if (k.kind == "pair" && outcome.wrong >= 0) {
      pairs[k.name + " " + k.strategy][{k.lhsBits, k.rhsBits}] = outcome.tops;
      return;
    }
    if (k.kind == "pair")
      return; // all of them or none is for this GPU
    begin(k);
    if (outcome.wrong < 0)
      std::printf("%12s\n", "not here");
    else if (k.kind != "check")
      std::printf("%12.3f\n", outcome.tops);
    else if (outcome.wrong)
      std::printf("WRONG: %lld\n", static_cast<long long>(outcome.wrong));
    else
      std::printf("%12s\n", "0");
    wrong += outcome.wrong > 0;
    if (k.name == "8192^3" &&
        ((k.lhsBits == 1 && k.rhsBits == 1) || k.lhsBits == 8))
      largest[k.strategy] = outcome.tops;
    std::fflush(stdout);
  }
  void fail(const Kernel &k, const std::string &why) {
    begin(k);
    std::printf("FAILED\n%s", why.c_str());
    ++failed;
  }
  void leaveOut(const Kernel &k) {
    ++leftOut;
    if (k.kind == "pair")
      return; // a dash
    begin(k);
    std::printf("%12s\n", "left out");
  }
  /// The exit status.
  int finish() {
    printPairs();
    std::fflush(stdout);
    for (std::string strategy : {"tensor", "warpgroup"})
      if (double bytes = largest[strategy + "-bytes"])
        std::printf("bits 1x1 to bytes at 8192^3, %s: %.2f times\n",
                    strategy.c_str(), largest[strategy + "-bits"] / bytes);
    for (auto [number, what] :
         {std::pair(wrong, "are wrong"), std::pair(failed, "failed"),
          std::pair(leftOut, "were left out in the time "
                             "that there was")})
      if (number != 0)
        std::fprintf(stderr, "dorefa-gpu-check: error: %lld kernels %s\n",
                     static_cast<long long>(number), what);
    return wrong + failed + leftOut != 0;
  }

private:
  void printPairs() const {
    for (const auto &[name, tops] : pairs) {
      std::printf("\nTOPS of %s, bits of the left side down, of the right side "
                  "across\n ",
                  name.c_str());
      for (int64_t right = 1; right <= 8; ++right)
        std::printf(" %8lld", static_cast<long long>(right));
      for (int64_t left = 1; left <= 8; ++left) {
        std::printf("\n%lld", static_cast<long long>(left));
        for (int64_t right = 1; right <= 8; ++right)
          if (auto found = tops.find({left, right}); found != tops.end())
            std::printf(" %8.1f", found->second);
          else
            std::printf(" %8s", "-");
      }
      std::printf("\n");
    }
  }

  int64_t wrong = 0, failed = 0, leftOut = 0;
  std::map<std::string, double> largest; // TOPS by strategy
  /// TOPS by size and strategy, and by the bits of both sides.
  std::map<std::string, std::map<std::pair<int64_t, int64_t>, double>> pairs;
};

/// Runs the kernels `numbers`, in their order; the exit status.
int runKernels(const std::vector<Kernel> &kernels,
               const std::vector<int64_t> &numbers, const Options &options) {
  auto start = std::chrono::steady_clock::now();
  Table table;
  for (size_t first = 0; first < numbers.size();) {
    Worker worker(kernels, numbers, first, options.folder);
    bool isLate = false;
    for (; first < numbers.size(); ++first) {
      const Kernel &kernel = kernels[numbers[first]];
      std::chrono::duration<double> passed =
          std::chrono::steady_clock::now() - start;
      isLate = options.seconds > 0 && passed.count() > options.seconds;
      if (isLate)
        break;
      std::optional<Outcome> outcome = worker.next();
      if (!outcome)
        break;
      table.add(kernel, *outcome);
    }
    if (isLate)
      worker.kill();
    auto [status, said] = worker.end();
    if (isLate) {
      for (; first < numbers.size(); ++first)
        table.leaveOut(kernels[numbers[first]]);
    } else if (first < numbers.size() && status == unavailable) {
      std::fputs(said.c_str(), stderr);
      return unavailable;
    } else if (first < numbers.size()) {
      table.fail(kernels[numbers[first++]], said);
    }
  }
  return table.finish();
}

} // namespace

int main(int count, char **arguments) {
  Options options;
  if (!parse(count, arguments, options)) {
    std::fprintf(stderr, "usage: dorefa-gpu-check FOLDER [--only=check|time] "
                         "[--seconds=N], or --device\n");
    return 2;
  }
  if (options.folder == "--device") {
    requireDevice();
    std::printf("device: %s\n", describeDevice().c_str());
    return 0;
  }
  std::vector<Kernel> kernels = readKernels(options.folder + "/kernels.txt");
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < kernels.size(); ++i)
    if (options.kind.empty() ||
        (kernels[i].kind == "check") == (options.kind == "check"))
      numbers.push_back(i);
  return runKernels(kernels, numbers, options);
}
