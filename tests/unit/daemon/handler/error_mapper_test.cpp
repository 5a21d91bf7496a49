#include "daemon/handler/error_mapper.hpp"

#include "base/system_error.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace filer {
namespace {

Failure map_errno(int error_number) {
  return map_exception(std::make_exception_ptr(make_system_error(error_number, "pread")));
}

/// Throws `inner`, wraps it in a std::runtime_error, and maps that.
template <class Inner>
Failure map_wrapped(const Inner& inner) {
  try {
    try {
      throw inner;
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  } catch (...) {
    return map_exception(std::current_exception());
  }
}

struct Expectation {
  int error_number;
  ErrorCode code;
};

TEST(ErrorMapper, HasACodeForEveryErrnoThatFilesGive) {
  constexpr Expectation table[] = {
      {ENOENT, ErrorCode::not_found},
      {EXDEV, ErrorCode::outside_root},
      {EACCES, ErrorCode::access_denied},
      {EPERM, ErrorCode::access_denied},
      {EISDIR, ErrorCode::not_a_file},
      {ENXIO, ErrorCode::not_a_file},
      {ENODEV, ErrorCode::not_a_file},
      {ENOTDIR, ErrorCode::not_a_directory},
      {ENAMETOOLONG, ErrorCode::name_too_long},
      {ELOOP, ErrorCode::too_many_links},
      {EAGAIN, ErrorCode::busy},
      {EMFILE, ErrorCode::busy},
      {ENFILE, ErrorCode::busy},
      {ENOMEM, ErrorCode::busy},
      {ETIMEDOUT, ErrorCode::timeout},
      {EIO, ErrorCode::io_error},
      {ESTALE, ErrorCode::io_error},
      {EOVERFLOW, ErrorCode::io_error},
      {ENOSYS, ErrorCode::io_error},
      {EINVAL, ErrorCode::io_error},
  };
  for (const Expectation& expectation : table) {
    const Failure failure = map_errno(expectation.error_number);
    EXPECT_EQ(error_code_name(failure.code), error_code_name(expectation.code)) << expectation.error_number;
    EXPECT_FALSE(failure.message.empty());
    EXPECT_EQ(failure.size, std::nullopt);
  }
}

TEST(ErrorMapper, TellsOnlyTheJournalWhichOperationFailed) {
  const Failure failure = map_errno(EACCES);
  EXPECT_EQ(failure.message, "the daemon may not read it");
  EXPECT_EQ(failure.detail, "pread: Permission denied");
}

TEST(ErrorMapper, NamesAnErrnoWithoutARule) {
  EXPECT_EQ(map_errno(EIO).message, "the file system failed: Input/output error");
}

TEST(ErrorMapper, PassesOnWhatARequestErrorSays) {
  const Failure failure =
      map_exception(std::make_exception_ptr(RequestError(ErrorCode::too_large, "larger than that", 99)));
  EXPECT_EQ(failure.code, ErrorCode::too_large);
  EXPECT_EQ(failure.message, "larger than that");
  EXPECT_EQ(failure.size, 99U);
  EXPECT_EQ(failure.detail, "");
}

TEST(ErrorMapper, TakesExhaustedMemoryForBusy) {
  EXPECT_EQ(map_exception(std::make_exception_ptr(std::bad_alloc())).code, ErrorCode::busy);
}

TEST(ErrorMapper, KeepsWhatWentWrongInsideFromThePeer) {
  const Failure failure = map_exception(std::make_exception_ptr(std::logic_error("the secret reason")));
  EXPECT_EQ(failure.code, ErrorCode::internal);
  EXPECT_EQ(failure.message, "an internal error, explained in the daemon's journal");
  EXPECT_EQ(failure.detail, "the secret reason");
}

TEST(ErrorMapper, MapsWhatIsNoStandardException) {
  const Failure failure = map_exception(std::make_exception_ptr(42));
  EXPECT_EQ(failure.code, ErrorCode::internal);
  EXPECT_EQ(failure.detail, "unknown exception");
}

TEST(ErrorMapper, LooksIntoAWrappedErrno) {
  EXPECT_EQ(map_wrapped(make_system_error(ENOENT, "openat2")).code, ErrorCode::not_found);
}

TEST(ErrorMapper, LooksIntoAWrappedRequestError) {
  const Failure failure = map_wrapped(RequestError(ErrorCode::changed, "it changed"));
  EXPECT_EQ(failure.code, ErrorCode::changed);
  EXPECT_EQ(failure.message, "it changed");
}

TEST(ErrorMapper, LooksThroughSeveralWrappings) {
  try {
    try {
      try {
        throw make_system_error(ELOOP, "openat2");
      } catch (...) {
        std::throw_with_nested(std::runtime_error("middle"));
      }
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (...) {
    EXPECT_EQ(map_exception(std::current_exception()).code, ErrorCode::too_many_links);
  }
}

TEST(ErrorMapper, JudgesByTheOutermostThatHasACode) {
  try {
    try {
      throw make_system_error(EIO, "pread");
    } catch (...) {
      std::throw_with_nested(RequestError(ErrorCode::not_found, "hidden"));
    }
  } catch (...) {
    EXPECT_EQ(map_exception(std::current_exception()).code, ErrorCode::not_found);
  }
}

TEST(ErrorMapper, TakesAWrappingAroundNothingForWhatItIs) {
  struct Wrapping : std::runtime_error, std::nested_exception {
    Wrapping() : std::runtime_error("wraps nothing") {}
  };
  const Failure failure = map_exception(std::make_exception_ptr(Wrapping()));
  EXPECT_EQ(failure.code, ErrorCode::internal);
  EXPECT_EQ(failure.detail, "wraps nothing");
}

TEST(ErrorMapper, TakesAWrappedExceptionWithoutACodeForInternal) {
  const Failure failure = map_wrapped(std::out_of_range("deep inside"));
  EXPECT_EQ(failure.code, ErrorCode::internal);
  EXPECT_EQ(failure.detail, "deep inside");
}

}  // namespace
}  // namespace filer
