#include "reference_server/session/message_body.hpp"

#include <string_view>
#include <utility>

namespace popquizd::session {

MessageBody::MessageBody(std::unique_ptr<maildrop::MessageReader> reader, std::optional<TopLines> top)
    : reader_(std::move(reader)), top_(top) {}

maildrop::Result<bool> MessageBody::write(std::string& out) {
    piece_.clear();
    const maildrop::Result<bool> more = reader_->read(piece_);
    if (!more) return more.error();
    const std::string_view wanted = top_ ? top_->take(piece_) : std::string_view(piece_);
    stuffer_.stuff(wanted, out);
    return *more && !(top_ && top_->complete());
}

}  // namespace popquizd::session
