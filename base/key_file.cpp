#include "base/key_file.hpp"

#include "base/escape.hpp"
#include "base/file_descriptor.hpp"
#include "base/settings.hpp"
#include "base/system_error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>

namespace filer {
namespace {

constexpr std::size_t most_file_bytes = 16 << 10;
constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Reads a key file line by line.
class KeyFileParser {
 public:
  explicit KeyFileParser(const std::string& file) : file_(file) {}

  KeyFile parse(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      ++line_;
      parse_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    line_ = std::max<std::size_t>(line_, 1);
    if (keys_.public_key.empty()) refuse(1, "there is no public-key in the section 'curve'");
    refuse_strangers();
    return std::move(keys_);
  }

 private:
  enum class Section { none, curve, metadata };

  [[noreturn]] void refuse(std::size_t column, std::string_view problem) const {
    throw SettingsError({fmt::format("{}:{}:{}: {}", file_, line_, column, problem)});
  }

  void parse_line(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#') return;
    const std::size_t column = line.find_first_not_of(blanks) + 1;
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) return enter(content, column);
    if (section_ == Section::metadata) return;
    if (section_ == Section::none) refuse(column, "expected the section 'curve' first");
    take(trim(content.substr(0, equals)), trim(content.substr(equals + 1)), column);
  }

  void enter(std::string_view name, std::size_t column) {
    if (name == "curve") {
      section_ = Section::curve;
    } else if (name == "metadata") {
      section_ = Section::metadata;
    } else {
      refuse(column, "expected a section, 'curve' or 'metadata', or a key with its value");
    }
  }

  void take(std::string_view name, std::string_view value, std::size_t column) {
    const std::string_view key = key_in(value, column);
    if (name == "public-key") {
      if (!keys_.public_key.empty()) refuse(column, "public-key is set twice");
      keys_.public_key = key;
    } else if (name == "secret-key") {
      if (!keys_.secret_key.is_empty()) refuse(column, "secret-key is set twice");
      keys_.secret_key = SecretKey(key);
    } else {
      refuse(column, "expected public-key or secret-key");
    }
  }

  [[nodiscard]] std::string_view key_in(std::string_view value, std::size_t column) const {
    const bool is_quoted = value.size() == curve_key_length + 2 && value.front() == value.back() &&
                           (value.front() == '"' || value.front() == '\'');
    const std::string_view key = is_quoted ? value.substr(1, curve_key_length) : std::string_view();
    if (!is_curve_key(key)) refuse(column, fmt::format("expected {} in quotes", curve_key_form));
    return key;
  }

  /// Keys that do not belong together would only ever be told of by handshakes that fail.
  void refuse_strangers() const {
    if (keys_.secret_key.is_empty() || public_key_of(keys_.secret_key) == keys_.public_key) return;
    refuse(1, "the public key is not that of the secret key");
  }

  const std::string& file_;
  Section section_ = Section::none;
  std::size_t line_ = 0;
  KeyFile keys_;
};

[[noreturn]] void refuse_file(const std::string& file, int error_number) {
  throw SettingsError({make_system_error(error_number, escape(file)).what()});
}

/// The bytes of a file, wiped when it goes.
struct FileBytes {
  FileBytes() = default;
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  ~FileBytes() { ::sodium_memzero(bytes.data(), bytes.size()); }

  std::array<char, most_file_bytes> bytes{};
  std::size_t size = 0;
};

void read_into(FileBytes& content, FileDescriptor descriptor, const std::string& file) {
  while (content.size < content.bytes.size()) {
    const ssize_t count =
        ::read(descriptor.get(), content.bytes.data() + content.size, content.bytes.size() - content.size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse_file(file, errno);
    if (count == 0) return;
    content.size += static_cast<std::size_t>(count);
  }
  throw SettingsError({fmt::format("{}: too long for a key file", escape(file))});
}

struct LoadedKeyFile {
  KeyFile keys;
  mode_t mode;
};

LoadedKeyFile load(const std::string& file) {
  // Not blocking: a FIFO in its place is not waited for.
  const UniqueFileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!opened.is_open()) refuse_file(file, errno);
  struct stat status {};
  if (::fstat(opened.get(), &status) != 0) refuse_file(file, errno);
  if (S_ISDIR(status.st_mode)) refuse_file(file, EISDIR);
  FileBytes content;
  read_into(content, opened.borrow(), file);
  return {parse_key_file({content.bytes.data(), content.size}, escape(file)), status.st_mode};
}

void write_whole(FileDescriptor file, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("write " + quote(name));
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

KeyFile parse_key_file(std::string_view text, const std::string& file) {
  return KeyFileParser(file).parse(text);
}

CurveKeyPair load_key_pair(const std::string& file) {
  LoadedKeyFile loaded = load(file);
  if (loaded.keys.secret_key.is_empty()) {
    throw SettingsError(
        {fmt::format("{}: there is no secret-key: this is the file of a public key", escape(file))});
  }
  constexpr mode_t forbidden = S_IRWXO | S_IWGRP;
  if ((loaded.mode & forbidden) != 0) {
    throw SettingsError(
        {fmt::format("{}: others may read or change this secret key (mode {:04o}); try "
                     "'chmod 600', and make another key if somebody may have read it",
                     escape(file), loaded.mode & 07777U)});
  }
  return {std::move(loaded.keys.public_key), std::move(loaded.keys.secret_key)};
}

std::string load_public_key(const std::string& file) {
  return std::move(load(file).keys.public_key);
}

void write_key_file(const std::string& file, const CurveKeyPair& keys) {
  const UniqueFileDescriptor created(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR));
  if (!created.is_open()) throw_errno("make " + quote(file));
  constexpr std::string_view explanation =
      "# A CURVE key of zmq-filer, in the form of ZeroMQ's certificates. Whoever can read the secret key\n"
      "# passes for its owner: keep this file to yourself, and give the public key to others.\n"
      "curve\n";
  write_whole(created.borrow(), explanation, file);
  write_whole(created.borrow(), fmt::format("    public-key = \"{}\"\n", keys.public_key), file);
  write_whole(created.borrow(), "    secret-key = \"", file);
  write_whole(created.borrow(), keys.secret_key.text(), file);
  write_whole(created.borrow(), "\"\n", file);
}

}  // namespace filer
