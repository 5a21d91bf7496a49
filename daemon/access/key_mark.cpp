#include "daemon/access/key_mark.hpp"

#include "base/curve_key.hpp"

namespace filer {

KeyMark::KeyMark() : mark_(make_secret_text()) {}

std::string KeyMark::user_id_of(std::string_view public_key) const {
  return mark_ + std::string(public_key);
}

std::string KeyMark::key_in(std::string_view user_id) const {
  if (user_id.size() != mark_.size() + curve_key_length) return {};
  if (!is_same_secret(user_id.substr(0, mark_.size()), mark_)) return {};
  return std::string(user_id.substr(mark_.size()));
}

}  // namespace filer
