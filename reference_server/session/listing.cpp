#include "reference_server/session/listing.hpp"

#include <fmt/format.h>

namespace popquizd::session {

namespace {

constexpr std::size_t lines_at_once = 256;

}  // namespace

maildrop::Result<bool> Listing::write(std::string& out) {
    for (std::size_t written = 0; written < lines_at_once && next_ < transaction_.size(); ++next_) {
        if (transaction_.is_marked(next_)) continue;
        out += line(transaction_, column_, next_);
        out += "\r\n";
        ++written;
    }
    return next_ < transaction_.size();
}

std::string Listing::line(const Transaction& transaction, Column column, std::size_t index) {
    return fmt::format("{} {}", index + 1, column(transaction.message(index)));
}

std::string size_column(const maildrop::Message& message) {
    return fmt::format("{}", message.octets);
}

std::string unique_id_column(const maildrop::Message& message) {
    return message.unique_id;
}

}  // namespace popquizd::session
