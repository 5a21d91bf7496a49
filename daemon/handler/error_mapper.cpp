#include "daemon/handler/error_mapper.hpp"

#include <cerrno>
#include <iterator>
#include <new>
#include <string_view>
#include <system_error>

namespace filer {
namespace {

struct ErrnoRule {
  int error_number;
  ErrorCode code;
  std::string_view message;
};

constexpr ErrnoRule errno_rules[] = {
    {ENOENT, ErrorCode::not_found, "no such file or directory"},
    {EXDEV, ErrorCode::outside_root, "the path, or a symbolic link on it, leads out of the root"},
    {EACCES, ErrorCode::access_denied, "the daemon may not read it"},
    {EPERM, ErrorCode::access_denied, "the daemon may not read it"},
    {EISDIR, ErrorCode::not_a_file, "a directory, not a file"},
    {ENXIO, ErrorCode::not_a_file, "not a regular file"},
    {ENODEV, ErrorCode::not_a_file, "not a regular file"},
    {ENOTDIR, ErrorCode::not_a_directory, "not a directory, or below something that is none"},
    {ENAMETOOLONG, ErrorCode::name_too_long, "the path or a name in it is too long"},
    {ELOOP, ErrorCode::too_many_links, "too many symbolic links, or a loop of them"},
    {EAGAIN, ErrorCode::busy, "not to be had at this moment; try again"},
    {EMFILE, ErrorCode::busy, "the daemon has no descriptor left; try again"},
    {ENFILE, ErrorCode::busy, "the host has no descriptor left; try again"},
    {ENOMEM, ErrorCode::busy, "not enough memory; try again"},
    {ETIMEDOUT, ErrorCode::timeout, "the file system did not answer in time"},
};

Failure map_system_error(const std::system_error& error) {
  for (const ErrnoRule& rule : errno_rules) {
    if (error.code() == std::error_code(rule.error_number, std::generic_category())) {
      return {rule.code, std::string(rule.message), {}, error.what()};
    }
  }
  return {ErrorCode::io_error, "the file system failed: " + error.code().message(), {}, error.what()};
}

bool holds_another(const std::exception& error) {
  const auto* nested = dynamic_cast<const std::nested_exception*>(&error);
  return nested != nullptr && nested->nested_ptr() != nullptr;
}

}  // namespace

Failure map_exception(const std::exception_ptr& exception) {
  Failure failure{
      ErrorCode::internal, "an internal error, explained in the daemon's journal", {}, "unknown exception"};
  try {
    std::rethrow_exception(exception);
  } catch (const RequestError& error) {
    failure = {error.code, error.what(), error.size, {}};
  } catch (const std::system_error& error) {
    failure = map_system_error(error);
  } catch (const std::bad_alloc&) {
    failure = {ErrorCode::busy, "not enough memory; try again", {}, "std::bad_alloc"};
  } catch (const std::exception& error) {
    failure.detail = error.what();
    if (holds_another(error)) {
      return map_exception(dynamic_cast<const std::nested_exception&>(error).nested_ptr());
    }
  } catch (...) {
    return failure;
  }
  return failure;
}

}  // namespace filer
