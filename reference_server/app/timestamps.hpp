#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace popquizd::app {

/// Makes the timestamps of greetings, `<pid.counter.clock@hostname>`: a msg-id of RFC 5322, and a new one
/// each time (RFC 1939 s7, APOP). The counter tells the greetings of one process apart, process-id and clock
/// (microseconds) those of several.
class Timestamps {
  public:
    explicit Timestamps(std::string_view host_name);

    std::string next();

  private:
    std::string host_name_;
    std::uint64_t counter_ = 0;
};

/// The name of this machine as the right side of a msg-id; "localhost" when it does not fit there.
std::string host_name();

/// `name` when it is a dot-atom of at most 255 letters, digits, hyphens and dots, else "localhost".
std::string fit_host_name(std::string_view name);

}  // namespace popquizd::app
