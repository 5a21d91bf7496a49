#include "daemon/files/unchanged.hpp"

#include "daemon/files/file_system.hpp"

#include <time.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// The coarsest clock of file times there is on Linux ticks 100 times a second.
constexpr milliseconds clock_tick{10};
constexpr int most_waits = 10;

nanoseconds since_epoch(std::int64_t seconds, std::int64_t nanosecond) {
  return std::chrono::seconds(seconds) + nanoseconds(nanosecond);
}

/// Whether a write at this moment could leave the times as they are. A time in the future is another host's.
bool is_fresh(const FileState& state) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto age =
      since_epoch(now.tv_sec, now.tv_nsec) - since_epoch(state.ctime.seconds, state.ctime.nanoseconds);
  return age >= nanoseconds(0) && age <= clock_tick;
}

/// ext4, btrfs, f2fs and tmpfs look for data only while no write is under way, and XFS reads so: the lock of
/// the inode, which write(2) holds from before it sets the times until all is written, is theirs to wait for.
void wait_for_writers(FileDescriptor file) {
  (void)::lseek(file.get(), 0, SEEK_DATA);
}

}  // namespace

FileState settled_file_state(FileDescriptor file) {
  const bool may_be_fresh = !has_fine_times(file);
  FileState before = regular_file_state(file);
  for (int waits = 0; waits < most_waits; ++waits) {
    wait_for_writers(file);
    const FileState state = regular_file_state(file);
    const bool must_rest = may_be_fresh && is_fresh(state);
    // A write that began after the wait has set the times.
    if (same_state(before, state) && !must_rest) return state;
    if (must_rest) std::this_thread::sleep_for(clock_tick);
    before = state;
  }
  return before;
}

FileState regular_file_state(FileDescriptor file) {
  const FileState state = state_of(file);
  if (state.type == FileType::directory) {
    throw RequestError(ErrorCode::not_a_file, "a directory, not a file");
  }
  if (state.type != FileType::file) throw RequestError(ErrorCode::not_a_file, "not a regular file");
  return state;
}

}  // namespace filer
