#include "daemon/files/file_store.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/statistics.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/fuzz/check.hpp"

#include <simdjson.h>
#include <stdlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

using namespace filer;

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

/// A host's directory with a root in it, and everywhere else what must never be served: a text that no input
/// can hold, for it is different each time.
class Host {
 public:
  Host() {
    std::string pattern = fs::temp_directory_path() / "zmq-filer-fuzz.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    directory_ = pattern;
    std::random_device random;
    for (int word = 0; word < 8; ++word) canary_ += std::to_string(random());
    write(directory_ / "outside/secret.txt", canary_);
    write(directory_ / "root-beside/secret.txt", canary_);
    write(directory_ / "root/.hidden/secret.txt", canary_);
    // Names are not to be told either.
    write(directory_ / "outside" / canary_, "");
    write(directory_ / "root/.hidden" / canary_, "");
    write(directory_ / "root" / ("." + canary_), "");
    write(directory_ / "root/file.txt", "hello");
    write(directory_ / "root/empty", "");
    write(directory_ / "root/large.txt", std::string(200000, '\n'));
    write(directory_ / "root/dir/binary", "\xff\xfe");
    fs::create_symlink("../outside/secret.txt", directory_ / "root/out");
    fs::create_symlink("/", directory_ / "root/all");
    fs::create_symlink("loop", directory_ / "root/loop");
    fs::create_symlink(".hidden/secret.txt", directory_ / "root/plain");
    fs::create_symlink("dir", directory_ / "root/in");
  }
  ~Host() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  [[nodiscard]] std::string directory() const { return directory_; }
  [[nodiscard]] const std::string& canary() const noexcept { return canary_; }

 private:
  fs::path directory_;
  std::string canary_;
};

class NullSink : public LogSink {
 public:
  bool write(const LogEntry&) override { return true; }
};

RootConfig root_of(const Host& host) {
  RootConfig root;
  root.path = host.directory() + "/root";
  root.hidden_files = false;
  return root;
}

/// Inputs cannot know where this run's files are: @HOST@ stands for it.
std::string with_host(std::string input, const std::string& directory) {
  constexpr std::string_view name = "@HOST@";
  for (std::size_t at = 0; (at = input.find(name, at)) != std::string::npos; at += directory.size()) {
    input.replace(at, name.size(), directory);
  }
  return input;
}

}  // namespace

/// Any bytes in place of a request: one reply comes back, it is one that clients understand, no longer than
/// there is room for, and nothing from outside the root is in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Host host;
  static const FileStore files({root_of(host)});
  static Logger logger({LogLevel::error, LogRequests::all}, std::make_unique<NullSink>());
  static Statistics statistics;
  static Handler handler(std::make_shared<const Config>(), files, statistics, logger);
  constexpr std::size_t little_room = 64 << 10;

  const std::string request = with_host({reinterpret_cast<const char*>(data), size}, host.directory());
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
