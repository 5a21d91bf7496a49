#include "daemon/files/file_store.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/statistics.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/host.hpp"
#include "tests/fuzz/null_sink.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

using namespace filer;

namespace {

namespace fs = std::filesystem;

/// A host's directory with a root in it, and everywhere else what must never be served.
class Host {
 public:
  Host() {
    directory_.write("outside/secret.txt", canary_);
    directory_.write("root-beside/secret.txt", canary_);
    directory_.write("root/.hidden/secret.txt", canary_);
    // Names are not to be told either.
    directory_.write("outside/" + canary_, "");
    directory_.write("root/.hidden/" + canary_, "");
    directory_.write("root/." + canary_, "");
    directory_.write("root/file.txt", "hello");
    directory_.write("root/empty", "");
    directory_.write("root/large.txt", std::string(200000, '\n'));
    directory_.write("root/dir/binary", "\xff\xfe");
    const fs::path root = directory_.path() / "root";
    fs::create_symlink("../outside/secret.txt", root / "out");
    fs::create_symlink("/", root / "all");
    fs::create_symlink("loop", root / "loop");
    fs::create_symlink(".hidden/secret.txt", root / "plain");
    fs::create_symlink("dir", root / "in");
  }

  [[nodiscard]] std::string directory() const { return directory_.path(); }
  [[nodiscard]] const std::string& canary() const noexcept { return canary_; }

 private:
  fuzz::TempDirectory directory_;
  std::string canary_ = fuzz::make_canary();
};

RootConfig root_of(const Host& host) {
  RootConfig root;
  root.path = host.directory() + "/root";
  root.hidden_files = false;
  return root;
}

}  // namespace

/// Any bytes in place of a request: one reply comes back, it is one that clients understand, no longer than
/// there is room for, and nothing from outside the root is in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Host host;
  static const FileStore files({root_of(host)});
  static Logger logger({LogLevel::error, LogRequests::all}, std::make_unique<fuzz::NullSink>());
  static Statistics statistics;
  static const AccessTable access(
      std::make_shared<AccessRules>(AccessRules::Roots{{"default", {}}}, std::vector<AuthorizedKey>{}));
  static Handler handler(std::make_shared<const Config>(), files, access, statistics, logger);
  constexpr std::size_t little_room = 64 << 10;

  // Inputs cannot know where this run's files are.
  const std::string request =
      fuzz::with({reinterpret_cast<const char*>(data), size}, "@HOST@", host.directory());
  for (const std::size_t room : {Handler::any_size, little_room}) {
    const Reply reply = handler.handle(request, {"192.0.2.1", ""}, room);
    FUZZ_CHECK(simdjson::validate_utf8(reply.header));
    FUZZ_CHECK(reply.size() <= room);
    FUZZ_CHECK(reply.header.find(host.canary()) == std::string::npos);
    FUZZ_CHECK(!reply.data || std::string_view(*reply.data).find(host.canary()) == std::string::npos);
    const ReceivedReply received(reply.header);
    FUZZ_CHECK(!received.error() || received.error()->code != "internal");
    FUZZ_CHECK(!received.error() || !reply.data);
  }
  return 0;
}
