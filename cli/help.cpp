#include "cli/help.hpp"

#include <fmt/format.h>

#include <vector>

namespace filer {
namespace {

constexpr std::size_t description_column = 28;

bool takes_several(const CLI::Option& option) {
  return option.get_allow_extra_args();
}

std::string usage_of(const CLI::Option& positional) {
  const std::string name = positional.get_name(true, false) + (takes_several(positional) ? "..." : "");
  return positional.get_required() ? name : '[' + name + ']';
}

}  // namespace

HelpFormatter::HelpFormatter() {
  column_width(description_column);
  label("Positionals", "Arguments");
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  return make_description(app) + '\n' + make_usage(app, std::move(name)) + make_subcommands(app, mode) +
         make_positionals(app) + make_options(app) + '\n' + make_footer(app);
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string name) const {
  if (app->get_parent() == nullptr) return fmt::format("Usage: {} [OPTION...] COMMAND [ARGUMENT...]\n", name);
  std::string usage = fmt::format("Usage: {} [OPTION...]", name);
  for (const CLI::Option* option : app->get_options()) {
    if (option->get_positional()) usage += ' ' + usage_of(*option);
  }
  return usage + '\n';
}

std::string HelpFormatter::make_options(const CLI::App* app) const {
  return make_group("Options", false, app->get_options([](const CLI::Option* option) {
    return option->nonpositional() && !option->get_group().empty();
  }));
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool is_positional) const {
  if (is_positional) return option->get_name(true, false);
  std::string names;
  for (const std::string& name : option->get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option->get_lnames()) names += (names.empty() ? "    --" : ", --") + name;
  return names;
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_positional() || option->get_type_size() == 0) return {};
  return ' ' + option->get_type_name();
}

}  // namespace filer
