#include "daemon/options.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "daemon/config/config_loader.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace filer {
namespace {

void describe(CLI::App& app, Options& options) {
  app.set_version_flag("--version", "zmq-filerd " FILER_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.add_option("--config", options.config, "Configuration file (default: " + options.config + ")")
      ->type_name("FILE");
  app.add_option("--bind", options.bind, "Listen on this address instead; may be given more than once")
      ->type_name("ADDRESS")
      ->expected(1)
      ->take_all();
  app.add_option("--root", options.root, "Serve the files below this directory instead")->type_name("DIR");
  app.add_flag("--check-config", options.check_config, "Say what is wrong with the configuration and exit");
  app.add_flag("--print-config", options.print_config, "Print the configuration in force as YAML and exit");
  app.add_flag("--open-sockets", options.open_sockets,
               "Open the tcp addresses for the service manager to pass to the service, and exit");
  app.add_flag("--reload", options.reload,
               "Have the running service load its configuration again, and say what became of it");
  CLI::App* check_path =
      app.add_subcommand("check-path", "Say whether and why a path is served or not, and exit");
  check_path->fallthrough();  // the options above may follow it
  check_path->add_option("path", options.path_to_check, "As a client sends it: relative or absolute")
      ->type_name("PATH")
      ->required();
  app.footer(
      "Exit status: 0 stopped as asked or path served, 1 path not served, 64 wrong usage, 70 failed,\n"
      "78 wrong configuration.\n"
      "See zmq-filerd(8) and zmq-filerd.yaml(5).");
}

void describe_authorize(CLI::App& app, AuthorizeOptions& options) {
  CLI::App* command = app.add_subcommand("authorize", "Let a client's CURVE key in");
  command->set_help_flag("-h,--help", "Print this help and exit");
  command->add_option("NAME", options.name, "What the journal shall call it")->required();
  command->add_option("PUBLIC-KEY", options.key, "As 'zmq-filer keygen' prints it, or a file that holds it")
      ->required();
  const auto add_list = [command](const char* option, auto& list, const char* type, const char* what) {
    command
        ->add_option_function<std::vector<std::string>>(
            option, [&list](const std::vector<std::string>& words) { list = words; }, what)
        ->type_name(type)
        ->option_text(type)  // else --help says that more words may follow
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check([](const std::string& word) { return word.empty() ? "names nothing" : ""; });
  };
  add_list("--roots", options.roots, "ROOT,...", "For these roots only (default: all)");
  add_list("--ops", options.ops, "OP,...", "For these ops only (default: all)");
  command->footer(
      "It writes the file NAME.yaml in the directory security.curve.authorized_keys of the configuration.\n"
      "To withdraw a key, remove its file. 'systemctl reload zmq-filerd' applies both.");
}

Config load_file(const Options& options, std::vector<std::string>& problems) {
  const auto text = read_settings_file(options.config);
  if (text) return parse_config(*text, options.config, problems);
  if (options.config_must_exist) {
    throw SettingsError({fmt::format("there is no configuration file {}", quote(options.config))});
  }
  return {};
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app("Serves the files below a directory, read-only, to ZeroMQ clients.", "zmq-filerd");
  describe(app, options);
  describe_authorize(app, options.authorize.emplace());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw UsageError(error.what());
    app.exit(error);
    return std::nullopt;
  }
  if (!app.got_subcommand("authorize")) options.authorize.reset();
  options.config_must_exist = app.count("--config") > 0;
  if (app.got_subcommand("check-path") && options.path_to_check.empty()) {
    throw UsageError("check-path: the path is empty");
  }
  if (app.count("--root") > 0 && options.root.empty()) throw UsageError("--root: the path is empty");
  return options;
}

Config load_config(const Options& options) {
  std::vector<std::string> problems;
  Config config = load_file(options, problems);
  if (!options.bind.empty()) config.bind.clear();
  for (const std::string& address : options.bind) config.bind.push_back({address, "--bind"});
  if (!options.root.empty()) {
    RootConfig root;
    root.path = std::filesystem::absolute(options.root);
    root.where = "--root";
    config.roots = {root};
  }
  check_config(config, problems);
  if (!problems.empty()) throw SettingsError(problems);
  return config;
}

}  // namespace filer
