#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace filer {

/// How --help looks: no line is wider than 80 columns where the descriptions are no wider than 52.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter();

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;

 private:
  [[nodiscard]] std::string make_options(const CLI::App* app) const;
};

}  // namespace filer
