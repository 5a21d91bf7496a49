#pragma once

#include "cli/client.hpp"
#include "cli/download/flow_control.hpp"

#include <functional>
#include <optional>
#include <unordered_map>

namespace filer {

/// Many requests under way at once, within the window that flow control gives; each reply goes to whoever
/// asked for it.
class Pipeline {
 public:
  using Taker = std::function<void(Arrival&)>;

  explicit Pipeline(Client& client) : client_(client) {}

  /// Whether one more request may be sent.
  [[nodiscard]] bool has_room() const noexcept;

  /// Bytes to ask for at once.
  [[nodiscard]] std::uint64_t chunk() const noexcept { return flow_.chunk(); }

  /// The daemon gives no more than this at once.
  void bound_chunk(std::uint64_t bytes) noexcept { flow_.bound_chunk(bytes); }

  /// Sends a request whose reply has about `bytes` of data; 0: its round trip tells nothing about the way.
  Ticket send(const Request& request, std::uint64_t bytes, Taker taker);

  void forget(Ticket ticket);

  /// Requests under way.
  [[nodiscard]] std::size_t pending() const noexcept { return asked_.size(); }

  /// Waits for the next reply, at most so long, and hands it over. Throws as Client::receive() does, and
  /// what the taker throws.
  void step(std::chrono::milliseconds most);

  /// The endpoint that serves now.
  [[nodiscard]] const std::string& endpoint() const noexcept { return client_.endpoint(); }
  /// Whether another one may take over.
  [[nodiscard]] bool has_replicas() const noexcept { return client_.has_replicas(); }

 private:
  struct Asked {
    std::uint64_t bytes = 0;
    std::uint64_t in_flight = 0;  ///< when it was sent, itself included
    Taker taker;
  };

  Client& client_;
  FlowControl flow_;
  std::unordered_map<Ticket, Asked> asked_;
  std::uint64_t in_flight_ = 0;  ///< bytes
  std::uint64_t busy_count_ = 0;
};

}  // namespace filer
