#pragma once

namespace filer {

/// Seeds rand() and random() from the kernel. libzmq 4.3.4 draws routing ids from them and seeds them with
/// the time; call this once, before the first ZeroMQ context. Throws std::system_error.
void seed_random_from_kernel();

}  // namespace filer
