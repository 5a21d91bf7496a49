#include "base/key_file.hpp"
#include "base/settings.hpp"
#include "daemon/access/address_range.hpp"
#include "daemon/access/authorized_keys.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/printable.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

using namespace filer;

namespace {

const std::vector<std::string> roots = {"default", "logs"};

void check_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    FUZZ_CHECK(problem.starts_with("x:"));
    FUZZ_CHECK(fuzz::is_printable(problem));
  }
}

void read_key_file(std::string_view text) {
  try {
    const KeyFile keys = parse_key_file(text, "x");
    FUZZ_CHECK(is_curve_key(keys.public_key));
    FUZZ_CHECK(keys.secret_key.is_empty() || public_key_of(keys.secret_key) == keys.public_key);
  } catch (const SettingsError& error) {
    check_problems(error.problems());
  }
}

/// What is read is written so that it is read again.
void read_authorized_key(std::string_view text) {
  std::vector<std::string> problems;
  try {
    const AuthorizedKey key = parse_authorized_key(text, "x", "name", roots, problems);
    check_problems(problems);
    if (!problems.empty()) return;
    FUZZ_CHECK(is_curve_key(key.public_key));
    const AuthorizedKey again =
        parse_authorized_key(format_authorized_key(key), "x", "name", roots, problems);
    FUZZ_CHECK(problems.empty());
    FUZZ_CHECK(again.public_key == key.public_key && again.roots == key.roots && again.ops == key.ops);
  } catch (const SettingsError& error) {
    check_problems(error.problems());
  }
}

/// A range has its own first address in it.
void read_address_range(std::string_view text) {
  try {
    const AddressRange range(text);
    const auto address = parse_ip_address(text.substr(0, text.find('/')));
    FUZZ_CHECK(address && range.contains(*address));
  } catch (const std::invalid_argument&) {
    return;
  }
}

}  // namespace

/// Any bytes in place of a key file, of an authorized key, and of a range of addresses.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_key_file(text);
  read_authorized_key(text);
  read_address_range(text);
  return 0;
}
