#include "reference_server/session/authentication.hpp"

#include <utility>

#include "reference_server/session/base64.hpp"

namespace popquizd::session {

namespace {

using Progress = Authentication::Progress;

Progress progress_of(Step step) {
    switch (step.kind) {
        case Step::Kind::challenge:
            return {Progress::Kind::challenge, encode_base64(step.text)};
        case Step::Kind::success:
            return {Progress::Kind::success, std::move(step.text)};
        case Step::Kind::wrong:
            return {Progress::Kind::wrong, {}};
        case Step::Kind::malformed:
            return {Progress::Kind::malformed, {}};
        case Step::Kind::broken:
            break;
    }
    return {Progress::Kind::broken, std::move(step.text)};
}

}  // namespace

Progress Authentication::begin(const std::optional<std::string_view>& initial_response) {
    if (!initial_response) {
        // Where the client speaks first it is invited by an empty challenge.
        if (mechanism_.client_first) return {Progress::Kind::challenge, {}};
        return progress_of(exchange_->begin());
    }
    if (!mechanism_.client_first) return {Progress::Kind::uninvited, {}};
    // An equals sign is an empty response, and differs from none.
    return take(*initial_response == "=" ? std::string_view() : *initial_response);
}

Progress Authentication::respond(std::string_view line) {
    if (line == "*") return {Progress::Kind::cancelled, {}};
    return take(line);
}

Progress Authentication::take(std::string_view encoded) {
    const std::optional<std::string> response = decode_base64(encoded);
    if (!response) return {Progress::Kind::not_base64, {}};
    return progress_of(exchange_->respond(*response));
}

}  // namespace popquizd::session
