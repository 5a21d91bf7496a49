#include "daemon/access/users.hpp"

#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

namespace filer {
namespace {

std::optional<uid_t> parse_uid(std::string_view digits) {
  uid_t uid = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, uid);
  if (error != std::errc() || rest != end) return std::nullopt;
  return uid;
}

std::string read_uid_map() {
  const UniqueFileDescriptor file(::open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC));
  std::string map;
  std::array<char, 4096> part{};
  for (ssize_t size = 0; (size = ::read(file.get(), part.data(), part.size())) > 0;) {
    map.append(part.data(), static_cast<std::size_t>(size));
  }
  return map;
}

}  // namespace

std::string uid_of(const std::string& user) {
  static std::map<std::string, std::string> known;
  if (const auto uid = parse_uid(user)) return fmt::format("{}", *uid);
  if (const auto found = known.find(user); found != known.end()) return found->second;
  const passwd* entry = ::getpwnam(user.c_str());
  return entry == nullptr ? "" : known.emplace(user, fmt::format("{}", entry->pw_uid)).first->second;
}

const std::string& uid_map() {
  static const std::string map = read_uid_map();
  return map;
}

bool is_visible(std::string_view uid, const std::string& map) {
  if (uid == unknown_uid) return false;
  const auto number = parse_uid(uid);
  if (!number || map.empty()) return true;
  std::istringstream lines(map);
  std::uint64_t inside = 0, outside = 0, count = 0;
  while (lines >> inside >> outside >> count) {
    if (*number >= inside && *number - inside < count) return true;
  }
  return false;
}

}  // namespace filer
