#include "harness/run/maildrop_messages.hpp"

namespace popquiz::run {
namespace {

class TargetMessage final : public pop3::MessageSource {
  public:
    explicit TargetMessage(std::shared_ptr<const target::Message> message) : message_(std::move(message)) {}

    std::uint64_t size() const override { return message_->size(); }
    std::size_t read(std::uint64_t offset, std::span<char> into) const override {
        // A file of ours that can no longer be read ends the message early, and the comparison says so.
        const auto count = message_->read(offset, into);
        return count ? *count : 0;
    }

  private:
    std::shared_ptr<const target::Message> message_;
};

}  // namespace

std::shared_ptr<const pop3::MessageSource> source_of(std::shared_ptr<const target::Message> message) {
    return std::make_shared<TargetMessage>(std::move(message));
}

std::vector<std::shared_ptr<const pop3::MessageSource>> sources_of(const target::Maildrop& maildrop) {
    std::vector<std::shared_ptr<const pop3::MessageSource>> sources;
    for (const auto& message : maildrop.messages())
        sources.push_back(source_of(message));
    return sources;
}

}  // namespace popquiz::run
