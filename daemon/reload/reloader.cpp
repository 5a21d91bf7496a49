#include "daemon/reload/reloader.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "daemon/access/access_loader.hpp"
#include "daemon/config/config_change.hpp"
#include "daemon/systemd/service_manager.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace filer {
namespace {

void log_verdict(const Verdict& verdict, Logger& logger) {
  if (verdict.is_applied) logger.log({LogLevel::notice, message_id::reloaded, "configuration reloaded", {}});
  for (const std::string& line : verdict.lines) {
    if (verdict.is_applied) {
      logger.log({LogLevel::warning, message_id::reloaded, "not in force yet: " + line, {}});
    } else {
      logger.log({LogLevel::error, message_id::reload_refused, "configuration not reloaded: " + line, {}});
    }
  }
}

std::string status_of(const Service& service, const Verdict& verdict) {
  if (verdict.is_applied) return service.summary();
  return fmt::format("{}; the configuration file is not in force: {}", service.summary(),
                     verdict.lines.front());
}

/// A confined process can open no directory that it had not opened before, but it can tell whether there is
/// one.
void require_new_roots(const Config& in_force, const Config& loaded) {
  std::vector<std::string> problems;
  for (const RootConfig& root : loaded.roots) {
    const auto is_same = [&root](const RootConfig& old) { return old.path == root.path; };
    if (std::any_of(in_force.roots.begin(), in_force.roots.end(), is_same)) continue;
    std::error_code error;
    if (!std::filesystem::is_directory(root.path, error) && !error)
      error = std::make_error_code(std::errc::not_a_directory);
    if (error) {
      problems.push_back(fmt::format("{}: root {}: {}: {}", root.where, quote(root.name), quote(root.path),
                                     error.message()));
    }
  }
  if (!problems.empty()) throw SettingsError(problems);
}

bool is_for_curve(const Config& config) {
  return std::any_of(config.bind.begin(), config.bind.end(),
                     [](const BindConfig& bind) { return bind.curve; });
}

}  // namespace

Reloader::Reloader(const Options& options, Service& service, Logger& logger)
    : options_(options), service_(service), logger_(logger), status_(service.summary()) {
  if (::access(options_.config.c_str(), F_OK) == 0) options_.config_must_exist = true;
}

Verdict Reloader::reload() {
  service_manager::reloading();
  Verdict verdict = try_to_reload();
  log_verdict(verdict, logger_);
  status_ = status_of(service_, verdict);
  service_manager::ready(status_);
  return verdict;
}

Verdict Reloader::try_to_reload() try {
  Config loaded = load_config(options_);
  require_new_roots(service_.config(), loaded);
  ConfigChange change = change_config(service_.config(), std::move(loaded));
  const auto next = std::make_shared<const Config>(std::move(change.config));
  const auto rules = load_access_rules(*next);
  if (is_for_curve(*next) && rules->count_of_keys() == 0) {
    logger_.log({LogLevel::warning,
                 message_id::reloaded,
                 "no key is authorized any more: nobody gets in by CURVE, and the next start will fail; "
                 "authorize a key before ('zmq-filerd authorize NAME PUBLIC-KEY')",
                 {}});
  }
  if (!service_.adopt(next, rules)) {
    change.needs_restart.emplace_back(
        "a thread of the daemon hangs, and works by the old configuration still");
  }
  if (!service_.shortage().empty()) change.needs_restart.push_back(service_.shortage());
  logger_.configure(next->log);
  return {true, std::move(change.needs_restart)};
} catch (const SettingsError& error) {
  return {false, error.problems()};
} catch (const std::exception& error) {
  return {false, {error.what()}};
}

}  // namespace filer
