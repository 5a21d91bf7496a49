#include "cli/commands/commands.hpp"
#include "cli/commands/several.hpp"
#include "cli/format/checksum.hpp"
#include "cli/format/name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace filer {
namespace {

bool is_sha256(std::string_view text) {
  constexpr std::size_t digits = 64;
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string as_json(const std::string& path, const Digests& digests) {
  JsonWriter json;
  json.begin_object();
  write_name(json, "path", path);
  json.key("algorithm").string("sha256").key("digest").string(digests.hexadecimal.front());
  json.key("size").number(digests.size).key("etag").string(digests.etag).end_object();
  return json.take();
}

}  // namespace

ExitStatus run_command(const SumOptions& options, Client& client, const Console& console) {
  return for_each_path(options.paths, console, [&](const std::string& path) {
    DigestRequest request;
    request.target.path = path;
    const Digests digests = client.ask(request).reply.digests();
    if (digests.chunk || !is_sha256(digests.hexadecimal.front())) {
      throw CommandError(ExitStatus::failed, client.endpoint() + " sent something that is no SHA-256");
    }
    if (console.json()) {
      console.print(as_json(path, digests));
    } else if (console.is_terminal()) {
      console.print(digests.hexadecimal.front() + "  " + console.printable(path));
    } else {
      console.print(format_checksum(digests.hexadecimal.front(), path));
    }
  });
}

}  // namespace filer
