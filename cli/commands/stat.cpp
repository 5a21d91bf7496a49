#include "base/escape.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/several.hpp"
#include "cli/format/name.hpp"
#include "cli/format/number.hpp"
#include "cli/format/time.hpp"

#include <fmt/format.h>

namespace filer {
namespace {

std::string as_json(const std::string& path, const FileStatus& status) {
  JsonWriter json;
  json.begin_object();
  write_name(json, "path", path);
  json.key("type").string(file_type_name(status.type)).key("size").number(status.size);
  json.key("mtime").number(status.mtime).key("mode").number(std::uint64_t{status.mode});
  json.key("etag").string(status.etag).key("id").string(status.id).end_object();
  return json.take();
}

std::string as_text(const std::string& path, const FileStatus& status) {
  constexpr std::uint64_t smallest_unit = 1024;
  std::string size = fmt::format("{}", status.size);
  if (status.size >= smallest_unit) {
    size += fmt::format(" ({})", format_human_size(static_cast<double>(status.size)));
  }
  return fmt::format("path   {}\ntype   {}\nsize   {}\nmtime  {}\nmode   {:04o} ({})\netag   {}", path,
                     file_type_name(status.type), size, format_local_time(status.mtime), status.mode,
                     format_mode(status.mode), escape(status.etag));
}

}  // namespace

ExitStatus run_command(const StatOptions& options, Client& client, const Console& console) {
  bool is_first = true;
  return for_each_path(options.paths, console, [&](const std::string& path) {
    const FileStatus status = client.ask(StatRequest{{{}, path}, {}}).reply.status();
    if (console.json()) {
      console.print(as_json(path, status));
    } else {
      console.print((is_first ? "" : "\n") + as_text(console.printable(path), status));
    }
    is_first = false;
  });
}

}  // namespace filer
