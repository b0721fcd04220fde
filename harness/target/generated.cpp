#include "harness/target/generated.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "harness/target/suggestion.hpp"

namespace popquiz::target {

namespace {

using Messages = std::vector<std::shared_ptr<const Message>>;

/// A line with its CRLF: 76 characters, as RFC 2045 section 6.7 likes them.
constexpr std::uint64_t whole_line = 78;

/// The alphabet, so often that a line can begin at any letter of the first.
constexpr auto alphabets = [] {
    std::array<char, 26 + whole_line> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<char>('a' + i % 26);
    return all;
}();

constexpr std::int64_t most_octets = std::int64_t{1} << 40;
constexpr std::int64_t most_in_memory = std::int64_t{16} << 20;
constexpr std::int64_t most_messages = 100'000;

/// The lines of a body that has exactly `size` octets (not 1: no line is shorter than its CRLF). Any part of
/// it can be computed alone, so that a message of a gibibyte needs no memory.
class Filler {
  public:
    explicit Filler(std::uint64_t size) : size_(size) {}

    std::uint64_t size() const noexcept { return size_; }

    /// Copies octets from `offset` on, all of which must be there.
    void copy(std::uint64_t offset, std::span<char> into) const {
        while (!into.empty()) {
            const std::uint64_t begin = begin_of_line(offset);
            const Line line = line_at(begin);
            const auto part = line.text().substr(static_cast<std::size_t>(offset - begin), into.size());
            std::memcpy(into.data(), part.data(), part.size());
            into = into.subspan(part.size());
            offset += part.size();
        }
    }

    std::string text() const {
        std::string octets(static_cast<std::size_t>(size_), '\0');
        copy(0, octets);
        return octets;
    }

  private:
    /// One octet is too few for a last line: the line before gives it one of its own.
    bool last_is_short() const noexcept { return size_ % whole_line == 1; }
    std::uint64_t begin_of_last() const noexcept {
        return last_is_short() ? size_ - 2
                               : size_ - (size_ % whole_line == 0 ? whole_line : size_ % whole_line);
    }
    std::uint64_t begin_of_line(std::uint64_t offset) const noexcept {
        return offset >= begin_of_last() ? begin_of_last() : offset - offset % whole_line;
    }
    /// No string: a suite's run makes a million of them.
    struct Line {
        std::array<char, whole_line> octets;
        std::size_t size;

        std::string_view text() const noexcept { return {octets.data(), size}; }
    };

    /// The line's number in seven digits, a hyphen, and the alphabet over and over, begun one letter later in
    /// each line; as much of it as there is room for.
    Line line_at(std::uint64_t begin) const noexcept {
        const std::uint64_t end =
            begin == begin_of_last() ? size_ : std::min(begin + whole_line, begin_of_last());
        const std::uint64_t number = begin / whole_line;
        Line line;
        line.size = static_cast<std::size_t>(end - begin);
        std::uint64_t digits = number;
        for (std::size_t i = 7; i-- > 0; digits /= 10)
            line.octets[i] = static_cast<char>('0' + digits % 10);
        line.octets[7] = '-';
        const std::size_t letters = whole_line - 2 - 8;
        std::memcpy(line.octets.data() + 8, alphabets.data() + (number + 8) % 26, letters);
        line.octets[line.size - 2] = '\r';
        line.octets[line.size - 1] = '\n';
        return line;
    }

    std::uint64_t size_;
};

class MessageInMemory : public Message {
  public:
    MessageInMemory(std::string name, std::string octets)
        : Message(std::move(name), octets.size()), octets_(std::move(octets)) {}

    Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
        if (offset >= octets_.size()) return std::size_t{0};
        const auto count = std::min(into.size(), octets_.size() - static_cast<std::size_t>(offset));
        std::memcpy(into.data(), octets_.data() + offset, count);
        return count;
    }

  private:
    std::string octets_;
};

class ComputedMessage : public Message {
  public:
    ComputedMessage(std::string name, std::string head, Filler body)
        : Message(std::move(name), head.size() + body.size()), head_(std::move(head)), body_(body) {}

    Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
        if (offset >= size()) return std::size_t{0};
        into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size() - offset)));
        const std::size_t count = into.size();
        if (offset < head_.size()) {
            const auto part = std::string_view(head_).substr(static_cast<std::size_t>(offset), into.size());
            std::memcpy(into.data(), part.data(), part.size());
            into = into.subspan(part.size());
            offset += part.size();
        }
        body_.copy(offset - head_.size(), into);
        return count;
    }

  private:
    std::string head_;
    Filler body_;
};

/// The messages of one file, and what is wrong with it.
class Generator {
  public:
    Generator(const std::filesystem::path& file, std::string_view maildrop)
        : file_(file), maildrop_(maildrop) {}

    Result<Messages> generate(const toml::table& root) {
        for (const auto& [key, value] : root) {
            if (key.str() == "message") continue;
            complain(key.source(),
                     fmt::format("unknown key `{}`: a file of [[message]] entries is wanted", key.str()));
        }
        if (const auto* entries = root.get("message")) {
            if (const auto* list = entries->as_array()) {
                for (const auto& entry : *list) {
                    if (const auto* table = entry.as_table())
                        generate_entry(*table);
                    else
                        complain(entry.source(), "`message` must be an array of tables: [[message]]");
                }
            } else {
                complain(entries->source(), "`message` must be an array of tables: [[message]]");
            }
        }
        if (!mistakes_.empty()) return Failure{Failure::Kind::failed, mistakes_};
        return std::move(messages_);
    }

  private:
    void complain(const toml::source_region& where, std::string_view what) {
        mistakes_ +=
            fmt::format("{}{}:{}: {}", mistakes_.empty() ? "" : "\n", file_.string(), where.begin.line, what);
    }

    std::optional<std::int64_t> number(const toml::table& entry, std::string_view key, std::int64_t least,
                                       std::int64_t most) {
        const auto* node = entry.get(key);
        if (node == nullptr) return std::nullopt;
        const auto value = node->value_exact<std::int64_t>();
        if (value && *value >= least && *value <= most) return value;
        complain(node->source(), fmt::format("`{}` must be a whole number from {} to {}", key, least, most));
        return std::nullopt;
    }

    void generate_entry(const toml::table& entry) {
        static const std::vector<std::string> keys = {"name", "octets", "count", "line_octets",
                                                      "dots_around"};
        for (const auto& [key, value] : entry) {
            if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
            complain(key.source(), fmt::format("unknown key `{}`: {}", key.str(), suggest(key.str(), keys)));
        }
        const auto name = entry["name"].value_exact<std::string>();
        if (!name || name->empty() || name->front() == '.' ||
            !std::all_of(name->begin(), name->end(), is_plain)) {
            complain(entry.source(), "`name` must be letters, digits, '-', '_' and '.'");
            return;
        }
        const int kinds = int{entry.contains("octets")} + int{entry.contains("line_octets")} +
                          int{entry.contains("dots_around")};
        if (kinds != 1) {
            complain(entry.source(), "exactly one of `octets`, `line_octets` and `dots_around` is wanted");
        } else if (entry.contains("count") && !entry.contains("octets")) {
            complain(entry.source(), "`count` goes with `octets` only");
        } else if (entry.contains("octets")) {
            add_sized(entry, *name);
        } else if (entry.contains("line_octets")) {
            add_long_line(entry, *name);
        } else {
            add_dots(entry, *name);
        }
    }

    static bool is_plain(char letter) noexcept {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.';
    }

    /// An ordinary header (RFC 5322 section 3.6) with the blank line behind it.
    std::string header(std::string_view name) const {
        return fmt::format(
            "From: popquiz <sender@example.org>\r\n"
            "To: reader@example.org\r\n"
            "Subject: {0}\r\n"
            "Date: Mon, 02 Nov 2026 00:00:00 +0000\r\n"
            "Message-ID: <{0}.{1}@example.org>\r\n"
            "MIME-Version: 1.0\r\n"
            "\r\n",
            name, maildrop_);
    }

    /// Whether `size` octets hold a header of `head` octets and a body that can be filled.
    bool has_room(const toml::table& entry, std::uint64_t size, std::size_t head) {
        if (size >= head && size != head + 1) return true;
        complain(entry.source(), fmt::format("{} octets leave no room: the header alone has {}", size, head));
        return false;
    }

    void add_sized(const toml::table& entry, const std::string& name) {
        const auto octets = number(entry, "octets", 0, most_octets);
        const auto count = entry.contains("count") ? number(entry, "count", 1, most_messages)
                                                   : std::optional(std::int64_t{1});
        if (!octets || !count) return;
        const auto size = static_cast<std::uint64_t>(*octets);
        const std::size_t digits = std::to_string(*count).size();
        for (std::int64_t i = 1; i <= *count; ++i) {
            const auto numbered = entry.contains("count") ? fmt::format("{}{:0{}}", name, i, digits) : name;
            auto head = header(numbered);
            if (!has_room(entry, size, head.size())) return;
            const Filler body(size - head.size());
            messages_.push_back(std::make_shared<ComputedMessage>(numbered, std::move(head), body));
        }
    }

    void add_long_line(const toml::table& entry, const std::string& name) {
        const auto octets = number(entry, "line_octets", 1, most_in_memory);
        if (!octets) return;
        auto text = header(name);
        for (std::int64_t i = 0; i < *octets; ++i)
            text += static_cast<char>('a' + i % 26);
        messages_.push_back(message_of(name, text + "\r\nThat was it.\r\n"));
    }

    void add_dots(const toml::table& entry, const std::string& name) {
        std::vector<std::int64_t> offsets;
        const auto* list = entry["dots_around"].as_array();
        if (list == nullptr || list->empty()) {
            complain(entry.source(), "`dots_around` must be a list of offsets");
            return;
        }
        for (const auto& each : *list) {
            const auto value = each.value_exact<std::int64_t>();
            if (!value || *value < 0 || *value > most_in_memory) {
                complain(each.source(),
                         fmt::format("an offset is a whole number from 0 to {}", most_in_memory));
                return;
            }
            offsets.push_back(*value);
        }
        std::sort(offsets.begin(), offsets.end());
        for (int shift = -3; shift <= 3; ++shift) {
            if (!add_dots_shifted(entry, name + static_cast<char>('a' + shift + 3), offsets, shift)) return;
        }
    }

    bool add_dots_shifted(const toml::table& entry, const std::string& name,
                          const std::vector<std::int64_t>& offsets, int shift) {
        auto text = header(name);
        const auto first = offsets.front() + shift;
        if (first < 0 || !has_room(entry, static_cast<std::uint64_t>(first), text.size())) return false;
        text += Filler(static_cast<std::uint64_t>(first) - text.size()).text();
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            const auto room =
                i + 1 < offsets.size() ? offsets[i + 1] - offsets[i] : 2 * std::int64_t{whole_line};
            if (room < 3) {
                complain(entry.source(), "two offsets of `dots_around` are less than 3 octets apart");
                return false;
            }
            auto lines = Filler(static_cast<std::uint64_t>(room)).text();
            lines.front() = '.';
            text += lines;
        }
        messages_.push_back(message_of(name, std::move(text)));
        return true;
    }

    const std::filesystem::path& file_;
    std::string_view maildrop_;
    std::string mistakes_;
    Messages messages_;
};

}  // namespace

std::shared_ptr<const Message> message_of(std::string name, std::string octets) {
    return std::make_shared<MessageInMemory>(std::move(name), std::move(octets));
}

Result<Messages> generate(std::string_view text, const std::filesystem::path& file,
                          std::string_view maildrop) {
    try {
        const toml::table root = toml::parse(text, file.string());
        return Generator(file, maildrop).generate(root);
    } catch (const toml::parse_error& error) {
        return Failure{Failure::Kind::failed, fmt::format("{}:{}: {}", file.string(),
                                                          error.source().begin.line, error.description())};
    }
}

}  // namespace popquiz::target
