#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace filer {

/// The members of a request, each read at most once by its name. What is wrong is thrown as RequestError
/// (bad_request) that names the member: another type, a member that is there twice (JSON leaves open which
/// one counts).
class JsonMembers {
 public:
  explicit JsonMembers(simdjson::dom::object object) : object_(object) {}

  [[nodiscard]] std::optional<std::string_view> read_string(std::string_view name);
  [[nodiscard]] std::optional<std::uint64_t> read_unsigned(std::string_view name);
  [[nodiscard]] std::optional<bool> read_boolean(std::string_view name);

  /// Refuses every member that none of the calls above named. Call it last.
  void refuse_others() const;

 private:
  std::optional<simdjson::dom::element> find_once(std::string_view name);

  [[nodiscard]] std::span<const std::string_view> known() const { return {known_.data(), known_count_}; }

  static constexpr std::size_t most_known = 16;  ///< more than any op has

  simdjson::dom::object object_;
  std::array<std::string_view, most_known> known_;
  std::size_t known_count_ = 0;
};

/// What a JSON value is, in words: "an array".
[[nodiscard]] std::string_view describe(simdjson::dom::element_type type);

/// Throws RequestError (bad_request).
[[noreturn]] void refuse_request(const std::string& why);

/// As much of a peer's own text as a message repeats, in quotes.
[[nodiscard]] std::string quote_briefly(std::string_view text);

}  // namespace filer
