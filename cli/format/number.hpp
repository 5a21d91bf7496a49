#pragma once

#include <cstdint>
#include <string>

namespace filer {

/// A size for people, in the largest binary unit that leaves at least 1 of it: "512 B", "1.5 KiB", "4.0 GiB".
[[nodiscard]] std::string format_human_size(double bytes);

/// Permission bits as ls writes them: "rw-r--r--".
[[nodiscard]] std::string format_mode(std::uint32_t mode);

}  // namespace filer
