#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::session {

/// For tests: one maildrop, in memory, and a failure wherever a test wants one.
class FakeStore : public maildrop::Store {
  public:
    /// A message, with CRLF line ends, and its unique-id.
    struct Mail {
        std::string octets;
        std::string unique_id;
        bool needs_utf8 = false;
    };

    std::vector<Mail> mails;
    /// Whether a session holds the lock.
    bool locked = false;
    /// How often measure() says that there is more to do.
    int measuring_rounds = 0;
    /// Octets that a reader gives at once.
    std::size_t piece = 7;
    std::optional<maildrop::Failure> measure_failure;
    std::optional<maildrop::Failure> open_failure;
    std::optional<maildrop::Failure> read_failure;
    std::optional<maildrop::Failure> remove_failure;

    maildrop::Result<std::unique_ptr<maildrop::Maildrop>> open(std::string_view) override {
        if (locked) return maildrop::Failure{maildrop::Failure::Kind::in_use, "locked"};
        locked = true;
        return std::unique_ptr<maildrop::Maildrop>(std::make_unique<FakeMaildrop>(*this));
    }

  private:
    class FakeReader : public maildrop::MessageReader {
      public:
        FakeReader(FakeStore& store, std::string octets) : store_(store), octets_(std::move(octets)) {}

        maildrop::Result<bool> read(std::string& out) override {
            if (store_.read_failure && given_ != 0) return *store_.read_failure;
            out += std::string_view(octets_).substr(given_, store_.piece);
            given_ = std::min(octets_.size(), given_ + store_.piece);
            return given_ < octets_.size();
        }

      private:
        FakeStore& store_;
        std::string octets_;
        std::size_t given_ = 0;
    };

    class FakeMaildrop : public maildrop::Maildrop {
      public:
        explicit FakeMaildrop(FakeStore& store) : store_(store), rounds_(store.measuring_rounds) {
            for (const Mail& mail : store_.mails)
                messages_.push_back({mail.octets.size(), mail.unique_id, mail.needs_utf8});
        }
        FakeMaildrop(const FakeMaildrop&) = delete;
        FakeMaildrop& operator=(const FakeMaildrop&) = delete;
        ~FakeMaildrop() override { store_.locked = false; }

        maildrop::Result<bool> measure(std::uint64_t) override {
            if (store_.measure_failure) return *store_.measure_failure;
            return rounds_-- > 0;
        }
        const std::vector<maildrop::Message>& messages() const override { return messages_; }
        maildrop::Result<std::unique_ptr<maildrop::MessageReader>> open(std::size_t index) override {
            if (store_.open_failure) return *store_.open_failure;
            if (index >= store_.mails.size())
                return maildrop::Failure{maildrop::Failure::Kind::temporary, "removed"};
            return std::unique_ptr<maildrop::MessageReader>(
                std::make_unique<FakeReader>(store_, store_.mails.at(index).octets));
        }
        maildrop::Result<void> remove(const std::vector<std::size_t>& indexes) override {
            if (store_.remove_failure) return *store_.remove_failure;
            for (auto index = indexes.rbegin(); index != indexes.rend(); ++index) {
                if (*index >= store_.mails.size()) continue;  // removed already
                store_.mails.erase(store_.mails.begin() + static_cast<std::ptrdiff_t>(*index));
            }
            return {};
        }

      private:
        FakeStore& store_;
        int rounds_;
        std::vector<maildrop::Message> messages_;
    };
};

}  // namespace popquizd::session
