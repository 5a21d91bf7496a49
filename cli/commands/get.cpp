#include "base/escape.hpp"
#include "base/utf8.hpp"
#include "cli/ask.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output_file.hpp"
#include "protocol/request_encoder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

namespace filer {
namespace {

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The last name of a remote path, as the name of a local file.
std::string local_name(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  if (name.empty() || name == "." || name == "..") {
    throw CommandError(ExitStatus::usage, fmt::format("{} does not name a file", quote(path)),
                       "get downloads one file, by its name");
  }
  return name;
}

std::string target_of(const GetOptions& options) {
  if (options.output.empty()) return local_name(options.path);
  if (is_directory(options.output)) return options.output + "/" + local_name(options.path);
  return options.output;
}

void require_utf8(const std::string& path) {
  for (std::string_view rest = path; !rest.empty();) {
    const CodePoint point = first_code_point(rest);
    if (point.length == 0) {
      throw CommandError(
          ExitStatus::usage,
          fmt::format("{} is not UTF-8, and this request can carry no other names", quote(path)));
    }
    rest.remove_prefix(point.length);
  }
}

}  // namespace

ExitStatus run_command(const GetOptions& options, Connection& connection) {
  require_utf8(options.path);
  const bool to_stdout = options.output == "-";
  const std::string target = to_stdout ? "" : target_of(options);
  const auto content = ask(connection, encode_request(ClassicRequest{options.path})).content();
  if (!content) {
    throw CommandError(ExitStatus::failed,
                       fmt::format("the reply of {} has no content", connection.endpoint()));
  }
  if (to_stdout) {
    write_all(FileDescriptor(STDOUT_FILENO), *content, "standard output");
    return ExitStatus::done;
  }
  OutputFile file(target);
  file.write(*content);
  file.commit();
  return ExitStatus::done;
}

}  // namespace filer
