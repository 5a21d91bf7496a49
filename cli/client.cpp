#include "cli/client.hpp"

#include "base/escape.hpp"
#include "cli/connection.hpp"
#include "cli/reply.hpp"
#include "protocol/request_encoder.hpp"

#include <fmt/format.h>

namespace filer {

DaemonError::DaemonError(RemoteError remote, const std::string& endpoint)
    : CommandError(exit_status_of(remote),
                   fmt::format("{} ({} says {})", escape(remote.message), endpoint, escape(remote.code)),
                   hint_for(find_error_code(remote.code))),
      error(std::move(remote)) {}

struct Client::State {
  Connection connection;
};

Client::Client(std::vector<std::string> endpoints, std::chrono::milliseconds silence)
    : state_(new State{Connection(endpoints.front(), silence)}) {}

Client::~Client() = default;

Answer Client::ask(const Request& request) {
  auto frames = state_->connection.request(encode_request(request));
  ReceivedReply reply = decode_header(frames, endpoint());
  if (reply.error()) throw DaemonError(*reply.error(), endpoint());
  return {std::move(reply), frames.size() > 1 ? std::move(frames[1]) : std::string()};
}

const std::string& Client::endpoint() const noexcept {
  return state_->connection.endpoint();
}

}  // namespace filer
