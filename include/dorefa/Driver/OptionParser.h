//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Command lines: --name=value, --name, -x VALUE and positional arguments.

#ifndef DOREFA_DRIVER_OPTIONPARSER_H
#define DOREFA_DRIVER_OPTIONPARSER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dorefa::driver {

/// The options of one command. llvm::cl is not used: the shared libMLIR and
/// libLLVM register some thousand options of their own with it, and it exits
/// with a status of its own. Every error is a usage error that names the
/// option.
class OptionParser {
public:
  /// "exec FILE" and one sentence, for the help.
  OptionParser(std::string usage, std::string summary)
      : usage(std::move(usage)), summary(std::move(summary)) {}

  using Reader = std::function<llvm::Error(llvm::StringRef value)>;

  /// A heading in the help, over the options that follow.
  void group(llvm::StringRef title);

  /// An argument without a name; all of them are required, in this order.
  void positional(llvm::StringRef name, llvm::StringRef help,
                  std::string &target);
  void flag(llvm::StringRef name, llvm::StringRef help, bool &target);
  void text(llvm::StringRef name, llvm::StringRef value, llvm::StringRef help,
            std::string &target);
  /// May be given several times.
  void list(llvm::StringRef name, llvm::StringRef value, llvm::StringRef help,
            std::vector<std::string> &target);
  void integer(llvm::StringRef name, llvm::StringRef value,
               llvm::StringRef help, int64_t &target, int64_t least,
               int64_t most = INT64_MAX);
  /// A finite number in [least, most].
  void real(llvm::StringRef name, llvm::StringRef value, llvm::StringRef help,
            double &target, double least, double most);
  void choice(llvm::StringRef name, llvm::StringRef help, std::string &target,
              llvm::ArrayRef<llvm::StringRef> choices);
  /// `read` returns any error for a value that it does not accept.
  void custom(llvm::StringRef name, llvm::StringRef value, llvm::StringRef help,
              Reader read);

  /// Makes the option that was added last one that must be given.
  void required();

  llvm::Error parse(llvm::ArrayRef<llvm::StringRef> arguments);

  /// True if an option was on the command line.
  bool given(llvm::StringRef name) const;
  bool helpAsked() const { return askedForHelp; }
  void printHelp(llvm::raw_ostream &stream, llvm::StringRef program) const;

private:
  struct Option {
    std::string group, name, value, help;
    Reader read;
    bool isRepeatable = false, isRequired = false, wasGiven = false;

    bool takesValue() const { return !value.empty(); }
    /// "--batch=N", "-o OUT", "--resume".
    std::string form() const;
  };
  struct Positional {
    std::string name, help;
    std::string *target;
    bool wasGiven = false;
  };

  Option &add(llvm::StringRef name, llvm::StringRef value, llvm::StringRef help,
              Reader read);
  Option *find(llvm::StringRef name);
  const Option *find(llvm::StringRef name) const {
    return const_cast<OptionParser *>(this)->find(name);
  }
  /// Takes `arguments[index]`, and for -x VALUE also the one after it.
  llvm::Error parseOption(llvm::ArrayRef<llvm::StringRef> arguments,
                          size_t &index);

  std::string usage, summary, currentGroup;
  std::vector<Option> options;
  std::vector<Positional> positionals;
  bool askedForHelp = false;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_OPTIONPARSER_H
