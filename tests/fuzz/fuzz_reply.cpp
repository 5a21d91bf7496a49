#include "cli/reply.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/printable.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace filer;

/// Any bytes in place of a reply: they are decoded or refused, and what is then said about them can be
/// printed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    const ReplyHeader header = decode_header({bytes}, "tcp://127.0.0.1:60401");
    FUZZ_CHECK(!header.error || !header.content);
    throw_if_error(header, "tcp://127.0.0.1:60401");
    FUZZ_CHECK(!header.error);
  } catch (const CommandError& error) {
    FUZZ_CHECK(error.status != ExitStatus::done);
    FUZZ_CHECK(fuzz::is_printable(error.what()));
    FUZZ_CHECK(fuzz::is_printable(error.hint));
  }
  return 0;
}
