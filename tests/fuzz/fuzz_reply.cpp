#include "cli/reply.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/printable.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace filer;

namespace {

/// Reads one thing of a reply, or is told that it is not there.
template <class Read>
void attempt(const Read& read) {
  try {
    read();
  } catch (const MalformedReply& error) {
    FUZZ_CHECK(fuzz::is_printable(error.what()));
  }
}

/// Takes the reply for each kind there is.
void read_all(const ReceivedReply& reply) {
  attempt([&] { FUZZ_CHECK(!reply.error() || !reply.content()); });
  attempt([&] { FUZZ_CHECK(!reply.error() || !reply.is_not_modified()); });
  attempt([&] { (void)reply.hello(); });
  attempt([&] { (void)reply.chunk(); });
  attempt([&] { (void)reply.status(); });
  attempt([&] { (void)reply.page(); });
  attempt([&] {
    const Digests digests = reply.digests();
    FUZZ_CHECK(digests.chunk || digests.hexadecimal.size() == 1);
  });
  attempt([&] { (void)reply.statistics(); });
}

}  // namespace

/// Any bytes in place of a reply: they are decoded or refused, and what is then said about them can be
/// printed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    const ReceivedReply reply = decode_header({bytes}, "tcp://127.0.0.1:60401");
    read_all(reply);
  } catch (const CommandError& error) {
    FUZZ_CHECK(error.status != ExitStatus::done);
    FUZZ_CHECK(fuzz::is_printable(error.what()));
    FUZZ_CHECK(fuzz::is_printable(error.hint));
  }
  return 0;
}
