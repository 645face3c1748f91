//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/OptionParser.h"

#include "dorefa/Driver/NumberText.h"
#include "dorefa/Driver/Status.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;
using namespace dorefa::driver;

//===----------------------------------------------------------------------===//
// Declarations of options
//===----------------------------------------------------------------------===//

std::string OptionParser::Option::form() const {
  if (name.size() == 1)
    return "-" + name + (takesValue() ? " " + value : "");
  return "--" + name + (takesValue() ? "=" + value : "");
}

OptionParser::Option &OptionParser::add(StringRef name, StringRef value,
                                        StringRef help, Reader read) {
  assert(!find(name) && "two options of one name");
  Option &option = options.emplace_back();
  option.group = currentGroup;
  option.name = name.str();
  option.value = value.str();
  option.help = help.str();
  option.read = std::move(read);
  return option;
}

OptionParser::Option *OptionParser::find(StringRef name) {
  for (Option &option : options)
    if (option.name == name)
      return &option;
  return nullptr;
}

void OptionParser::group(StringRef title) { currentGroup = title.str(); }

void OptionParser::positional(StringRef name, StringRef help,
                              std::string &target) {
  positionals.push_back({name.str(), help.str(), &target});
}

void OptionParser::flag(StringRef name, StringRef help, bool &target) {
  add(name, "", help, [&target](StringRef) {
    target = true;
    return Error::success();
  });
}

void OptionParser::text(StringRef name, StringRef value, StringRef help,
                        std::string &target) {
  add(name, value, help, [&target](StringRef text) -> Error {
    if (text.empty())
      return createStringError("expected a value");
    target = text.str();
    return Error::success();
  });
}

void OptionParser::list(StringRef name, StringRef value, StringRef help,
                        std::vector<std::string> &target) {
  add(name, value, help, [&target](StringRef text) -> Error {
    if (text.empty())
      return createStringError("expected a value");
    target.push_back(text.str());
    return Error::success();
  }).isRepeatable = true;
}

void OptionParser::integer(StringRef name, StringRef value, StringRef help,
                           int64_t &target, int64_t least, int64_t most) {
  add(name, value, help, [&target, least, most](StringRef text) -> Error {
    int64_t number;
    if (!text.getAsInteger(10, number) && number >= least && number <= most) {
      target = number;
      return Error::success();
    }
    if (most == INT64_MAX)
      return createStringError("expected an integer of at least " +
                               Twine(least));
    return createStringError("expected an integer from " + Twine(least) +
                             " to " + Twine(most));
  });
}

void OptionParser::real(StringRef name, StringRef value, StringRef help,
                        double &target, double least, double most) {
  add(name, value, help, [&target, least, most](StringRef text) -> Error {
    double number;
    if (!text.getAsDouble(number, /*AllowInexact=*/true) &&
        std::isfinite(number) && number >= least && number <= most) {
      target = number;
      return Error::success();
    }
    return createStringError("expected a number from " + exactText(least) +
                             " to " + exactText(most));
  });
}

void OptionParser::choice(StringRef name, StringRef help, std::string &target,
                          ArrayRef<StringRef> choices) {
  SmallVector<StringRef> known(choices);
  add(name, join(choices, "|"), help,
      [&target, known](StringRef text) -> Error {
        if (!is_contained(known, text))
          return createStringError("expected one of " + join(known, ", "));
        target = text.str();
        return Error::success();
      });
}

void OptionParser::custom(StringRef name, StringRef value, StringRef help,
                          Reader read) {
  add(name, value, help, std::move(read));
}

void OptionParser::required() { options.back().isRequired = true; }

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

Error OptionParser::parseOption(ArrayRef<StringRef> arguments, size_t &index) {
  StringRef argument = arguments[index];
  bool isLong = argument.starts_with("--");
  StringRef name = argument.drop_front(isLong ? 2 : 1);
  std::optional<StringRef> value;
  if (size_t equals = name.find('='); isLong && equals != StringRef::npos) {
    value = name.drop_front(equals + 1);
    name = name.take_front(equals);
  }
  Option *option = (name.size() == 1) == !isLong ? find(name) : nullptr;
  std::string shown = argument.take_front(name.size() + (isLong ? 2 : 1)).str();
  if (!option)
    return usageError("unknown option '" + shown + "'; see --help");
  if (option->wasGiven && !option->isRepeatable)
    return usageError("option '" + shown + "' is given twice");
  option->wasGiven = true;
  if (!isLong && option->takesValue() && index + 1 < arguments.size())
    value = arguments[++index];
  if (option->takesValue() && !value)
    return usageError("option '" + shown +
                      "' needs a value: " + option->form());
  if (!option->takesValue() && value)
    return usageError("option '" + shown + "' takes no value");
  if (Error error = option->read(value.value_or(""))) {
    // A reader with a status of its own (a target that is not there) keeps it.
    if (error.isA<StatusError>())
      return error;
    return usageError("option '" + shown + "': " + toString(std::move(error)) +
                      ", got '" + value.value_or("") + "'");
  }
  return Error::success();
}

Error OptionParser::parse(ArrayRef<StringRef> arguments) {
  size_t taken = 0;
  if (is_contained(arguments, "--help") || is_contained(arguments, "-h")) {
    askedForHelp = true;
    return Error::success();
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].starts_with("-") && arguments[i].size() > 1) {
      if (Error error = parseOption(arguments, i))
        return error;
      continue;
    }
    if (taken == positionals.size())
      return usageError("unexpected argument '" + arguments[i] +
                        "'; see --help");
    *positionals[taken++].target = arguments[i].str();
  }
  if (taken < positionals.size())
    return usageError("missing " + positionals[taken].name +
                      "; usage: dorefa-run " + usage + " [options]");
  for (const Option &option : options)
    if (option.isRequired && !option.wasGiven)
      return usageError("missing option " + option.form() + "; " + option.help);
  return Error::success();
}

bool OptionParser::given(StringRef name) const {
  const Option *option = find(name);
  assert(option && "no such option");
  return option->wasGiven;
}

void OptionParser::printHelp(raw_ostream &stream, StringRef program) const {
  stream << "usage: " << program << ' ' << usage << " [options]\n\n"
         << summary << '\n';
  constexpr size_t column = 28;
  auto line = [&](StringRef form, StringRef help) {
    stream << "  " << form;
    if (form.size() + 3 > column)
      stream << '\n' << std::string(column, ' ');
    else
      stream << std::string(column - 2 - form.size(), ' ');
    stream << help << '\n';
  };
  if (!positionals.empty())
    stream << '\n';
  for (const Positional &argument : positionals)
    line(argument.name, argument.help);
  std::string title;
  bool first = true;
  for (const Option &option : options) {
    if (first || option.group != title)
      stream << '\n'
             << (option.group.empty() ? "options" : option.group) << ":\n";
    first = false;
    title = option.group;
    line(option.form(),
         option.isRequired ? option.help + " (required)" : option.help);
  }
}
