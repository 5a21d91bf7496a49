#include "cli/commands/commands.hpp"
#include "cli/download/downloader.hpp"
#include "cli/download/stream.hpp"

#include <unistd.h>

#include <memory>

namespace filer {

ExitStatus run_command(const CatOptions& options, Client& client, const Console& console) {
  DownloadReport report(console, false);
  for (const std::string& path : options.paths) {
    Pipeline pipeline(client);
    auto output = std::make_unique<Stream>(FileDescriptor(STDOUT_FILENO), "standard output");
    download_one(std::make_unique<Transfer>(pipeline, path, std::move(output), std::nullopt), pipeline,
                 report);
  }
  return report.status();
}

}  // namespace filer
