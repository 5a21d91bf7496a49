#pragma once

#include "daemon/log/logger.hpp"
#include "daemon/options.hpp"
#include "daemon/reload/verdict.hpp"
#include "daemon/service.hpp"

#include <string>

namespace filer {

/// Loads the configuration again while the daemon serves, and puts it in force: all that can change, or
/// nothing. Used by the main thread.
class Reloader {
 public:
  /// `options`: what the daemon was started with. A configuration file that is there now must be there later,
  /// too: one that is gone does not mean the defaults. The others must outlive this.
  Reloader(const Options& options, Service& service, Logger& logger);

  /// The journal and the service manager are told of the verdict, too.
  Verdict reload();

  /// What is served, and what is wrong with a configuration file that is not in force.
  [[nodiscard]] const std::string& status() const noexcept { return status_; }

 private:
  [[nodiscard]] Verdict try_to_reload();

  Options options_;
  Service& service_;
  Logger& logger_;
  std::string status_;
};

}  // namespace filer
