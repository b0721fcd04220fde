#include "harness/run/delivered.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/escape.hpp"
#include "harness/run/content.hpp"
#include "harness/run/words.hpp"
#include "harness/target/provision.hpp"

namespace popquiz::run {
namespace {

using Sizes = std::vector<std::uint64_t>;
template <typename T>
using OrWords = boost::system::result<T, std::string>;

/// Among so many messages those are looked for that have a sum of sizes together.
constexpr std::size_t most_summed = 12;

/// A message with header lines on top, and perhaps a line end that it had not.
class DeliveredMessage final : public pop3::MessageSource {
  public:
    DeliveredMessage(std::string top, std::shared_ptr<const pop3::MessageSource> message, std::string end)
        : top_(std::move(top)), message_(std::move(message)), end_(std::move(end)) {}

    std::uint64_t size() const override { return top_.size() + message_->size() + end_.size(); }

    std::size_t read(std::uint64_t offset, std::span<char> into) const override {
        const auto copy = [&](const std::string& text, std::uint64_t from) {
            return text.copy(into.data(), into.size(), static_cast<std::size_t>(from));
        };
        if (offset < top_.size()) return copy(top_, offset);
        offset -= top_.size();
        if (offset < message_->size()) return message_->read(offset, into);
        offset -= message_->size();
        return offset < end_.size() ? copy(end_, offset) : 0;
    }

  private:
    std::string top_;
    std::shared_ptr<const pop3::MessageSource> message_;
    std::string end_;
};

std::uint64_t sum(const Sizes& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

/// The numbers in a text.
std::set<std::uint64_t> numbers_in(std::string_view text) {
    std::set<std::uint64_t> numbers;
    const std::string_view digits = "0123456789";
    for (auto at = text.find_first_of(digits); at != std::string_view::npos;
         at = text.find_first_of(digits, at)) {
        const auto end = std::min(text.find_first_not_of(digits, at), text.size());
        if (const auto number = pop3::parse_decimal(text.substr(at, end - at))) numbers.insert(*number);
        at = end;
    }
    return numbers;
}

/// Whether a size that a message had before its delivery, or all together, is written out in the text.
bool mentions_size(std::string_view text, const Mail& mail) {
    auto sizes = std::set<std::uint64_t>(mail.put_in.begin(), mail.put_in.end());
    sizes.insert(sum(mail.put_in));
    const auto numbers = numbers_in(text);
    return std::any_of(numbers.begin(), numbers.end(),
                       [&](std::uint64_t number) { return sizes.contains(number); });
}

bool mentions_size(const script::Expression& expression, const Mail& mail) {
    if (const auto* constant = std::get_if<script::Constant>(&expression.node)) {
        const auto* number = std::get_if<std::int64_t>(&constant->value);
        return mentions_size(
            number != nullptr ? fmt::format("{}", *number) : std::get<std::string>(constant->value), mail);
    }
    if (const auto* call = std::get_if<script::Call>(&expression.node))
        return std::any_of(call->arguments.begin(), call->arguments.end(),
                           [&](const auto& argument) { return mentions_size(*argument, mail); });
    if (const auto* operation = std::get_if<script::Operation>(&expression.node))
        return mentions_size(*operation->left, mail) || mentions_size(*operation->right, mail);
    return false;
}

/// What one message has now that had so many octets.
std::optional<std::uint64_t> size_now(std::uint64_t size, const Mail& mail) {
    std::set<std::uint64_t> now;
    for (std::size_t i = 0; i < mail.put_in.size(); ++i)
        if (mail.put_in[i] == size) now.insert(mail.sizes[i]);
    return now.size() == 1 ? std::optional(*now.begin()) : std::nullopt;
}

/// What so many messages have now that had so many octets together, where only one answer is possible.
std::optional<std::uint64_t> sum_now(std::uint64_t count, std::uint64_t size, const Mail& mail) {
    if (count == mail.put_in.size() && size == sum(mail.put_in)) return sum(mail.sizes);
    if (count == 0 && size == 0) return 0;
    if (mail.put_in.size() > most_summed) return std::nullopt;
    std::set<std::uint64_t> now;
    for (std::size_t chosen = 0; chosen < std::size_t{1} << mail.put_in.size(); ++chosen) {
        std::uint64_t its_count = 0;
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        for (std::size_t i = 0; i < mail.put_in.size(); ++i) {
            if ((chosen >> i & 1U) == 0) continue;
            ++its_count;
            before += mail.put_in[i];
            after += mail.sizes[i];
        }
        if (its_count == count && before == size) now.insert(after);
    }
    return now.size() == 1 ? std::optional(*now.begin()) : std::nullopt;
}

const std::string unknown_size = "sizes are written out, and the messages have others since their delivery";

/// `2 320` with the size that it is now. `total`: the first number counts messages; otherwise it names one.
OrWords<script::Text> with_sizes_now(const script::Text& text, bool total, const Mail& mail) {
    const auto* plain = text.pieces.size() == 1 ? std::get_if<std::string>(&text.pieces.front()) : nullptr;
    if (plain == nullptr) {
        for (const auto& piece : text.pieces)
            if (const auto* part = std::get_if<std::string>(&piece); part && mentions_size(*part, mail))
                return unknown_size;
        return text;
    }
    const auto words = split_words(*plain);
    const auto first = words.empty() ? std::nullopt : pop3::parse_decimal(words[0]);
    const auto second = words.size() < 2 ? std::nullopt : pop3::parse_decimal(words[1]);
    if (!first || !second) return text;
    const auto now = total ? sum_now(*first, *second, mail) : size_now(*second, mail);
    if (!now) return unknown_size;
    const auto behind = static_cast<std::size_t>(words[1].data() + words[1].size() - plain->data());
    return script::Text{{fmt::format("{} {}{}", words[0], *now, plain->substr(behind))}};
}

OrWords<script::Line> with_sizes_now(script::Line line, const Mail& mail) {
    if (line.match == script::Match::meaning) {
        auto text = with_sizes_now(line.text, false, mail);
        if (!text) return text.error();
        line.text = std::move(*text);
        return line;
    }
    for (const auto& piece : line.text.pieces)
        if (const auto* part = std::get_if<std::string>(&piece); part && mentions_size(*part, mail))
            return unknown_size;
    return line;
}

OrWords<std::vector<script::BodyItem>> listing_now(std::vector<script::BodyItem> body, const Mail& mail) {
    for (auto& [item, place] : body) {
        if (auto* line = std::get_if<script::Line>(&item)) {
            auto now = with_sizes_now(*line, mail);
            if (!now) return now.error();
            *line = std::move(*now);
        }
        if (auto* order = std::get_if<script::AnyOrder>(&item))
            for (auto& line : order->lines) {
                auto now = with_sizes_now(line, mail);
                if (!now) return now.error();
                line = std::move(*now);
            }
    }
    return body;
}

bool is_forbidden(const script::BodyItem& item) {
    const auto* line = std::get_if<script::Line>(&item.item);
    return line != nullptr && line->presence == script::Presence::forbidden;
}

/// Whether what must not stand in a message stands in a line that its delivery has added.
bool forbids(const script::BodyItem& item, const std::vector<std::string>& lines) {
    const auto& line = std::get<script::Line>(item.item);
    const auto* text =
        line.text.pieces.size() == 1 ? std::get_if<std::string>(&line.text.pieces.front()) : nullptr;
    if (text == nullptr) return true;  // nobody can tell before it is computed
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    const RE2 regex(line.match == script::Match::regex ? *text : RE2::QuoteMeta(*text), options);
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& each) { return RE2::FullMatch(each, regex); });
}

/// The lines that stand on top are read over where the expectation begins with lines of its own.
OrWords<std::vector<script::BodyItem>> message_now(std::vector<script::BodyItem> body, const Mail& mail) {
    const auto first = std::find_if_not(body.begin(), body.end(), is_forbidden);
    const auto& lines = mail.delivered.front().lines;
    for (const auto& each : mail.delivered)
        for (const auto& item : body)
            if (is_forbidden(item) && forbids(item, each.lines))
                return "what must not stand in the message stands in a header line that its delivery has "
                       "added";
    if (first == body.end() || std::holds_alternative<script::AnyLines>(first->item) ||
        std::holds_alternative<script::WholeMessage>(first->item) ||
        std::holds_alternative<script::Keep>(first->item))
        return body;
    if (std::any_of(mail.delivered.begin(), mail.delivered.end(),
                    [&](const Delivered& each) { return each.lines.size() != lines.size(); }))
        return "lines of the message are counted, and its delivery has added some";
    const auto place = first->place;
    const auto count = std::make_shared<script::Expression>(
        script::Expression{script::Constant{static_cast<std::int64_t>(lines.size())}, place});
    body.insert(first, {script::LineCount{script::LineCount::Bound::exactly, count}, place});
    return body;
}

OrWords<script::Reply> reply_now(script::Reply reply, const pop3::Command& command, const Mail& mail) {
    using pop3::Keyword;
    const bool stat = command.keyword == Keyword::stat;
    const bool list = command.keyword == Keyword::list;
    if (stat || (list && !reply.body)) {
        if (reply.match == script::Match::meaning) {
            auto text = with_sizes_now(reply.text, stat, mail);
            if (!text) return text.error();
            reply.text = std::move(*text);
        } else {
            for (const auto& piece : reply.text.pieces)
                if (const auto* part = std::get_if<std::string>(&piece); part && mentions_size(*part, mail))
                    return unknown_size;
        }
    }
    if (!reply.body) return reply;
    const bool message = command.keyword == Keyword::retr || command.keyword == Keyword::top;
    if (!list && !message) return reply;
    auto body = list ? listing_now(*reply.body, mail) : message_now(*reply.body, mail);
    if (!body) return body.error();
    reply.body = std::move(*body);
    return reply;
}

}  // namespace

// ---- what a delivery does to messages

Mail Mail::as_put_in(std::vector<std::shared_ptr<const pop3::MessageSource>> messages) {
    Mail mail;
    mail.messages = std::move(messages);
    for (const auto& message : mail.messages)
        mail.sizes.push_back(message->size());
    mail.put_in = mail.sizes;
    return mail;
}

Mail Mail::as_delivered(std::vector<Delivered> delivered, std::vector<std::uint64_t> put_in) {
    Mail mail;
    for (const auto& each : delivered) {
        mail.messages.push_back(each.message);
        mail.sizes.push_back(each.message->size());
    }
    mail.put_in = std::move(put_in);
    mail.delivered = std::move(delivered);
    return mail;
}

DeliveryReader::DeliveryReader(std::shared_ptr<const pop3::MessageSource> message, std::string mark,
                               target::MaildropSetup::Store store)
    : message_(std::move(message)), mark_(std::move(mark)), store_(store), rest_(*message_) {}

void DeliveryReader::octets(std::string_view run) {
    if (found_) return rest_.octets(run);
    const auto from = top_.size() - std::min(top_.size(), mark_.size() + 2);
    const auto looked_at = std::min(run.size(), most_on_top - top_.size());
    top_ += run.substr(0, looked_at);
    for (auto at = top_.find(mark_, from); at != std::string::npos; at = top_.find(mark_, at + 1)) {
        if (at != 0 && (at < 2 || top_.compare(at - 2, 2, "\r\n") != 0)) continue;
        found_ = true;
        rest_.octets(std::string_view(top_).substr(at + mark_.size()));
        rest_.octets(run.substr(looked_at));
        top_.resize(at + mark_.size());
        return;
    }
}

OrWords<Delivered> DeliveryReader::finish() {
    if (!found_)
        return fmt::format("it does not have the line \"{}\" that popquiz put on top of it",
                           pop3::escape(std::string_view(mark_).substr(0, mark_.size() - 2)));
    Delivered delivered;
    for (const auto line : pop3::body_lines(top_)) {
        const bool continues = line.starts_with(' ') || line.starts_with('\t');
        if (line.empty() || (!continues && line.find(':') == std::string_view::npos))
            return fmt::format("\"{}\" stands on top of it, which is no header line",
                               pop3::escape(line, 120));
        delivered.lines.emplace_back(line);
    }
    const auto comparison = rest_.finish();
    auto allowed = of_the_store(store_, comparison, true);
    const auto came = [&](pop3::Tolerance tolerance) {
        return std::find(comparison.tolerances.begin(), comparison.tolerances.end(), tolerance) !=
               comparison.tolerances.end();
    };
    // A message without a blank line is none to a server that takes mail, and gets one.
    const bool headless = !pop3::top_size(*message_, 0);
    if (headless) allowed.push_back(pop3::Tolerance::empty_line_added);
    if (!comparison.same_within(allowed)) return comparison.describe();
    std::string end;
    if (came(pop3::Tolerance::final_line_end_added)) {
        delivered.altered = "it lacks the line end at its end, which a delivery adds";
        end = "\r\n";
    } else if (headless && came(pop3::Tolerance::empty_line_added)) {
        delivered.altered = "it has no blank line, which its delivery has added";
        end = "\r\n";
    }
    char first = '\0';
    if (message_->read(0, {&first, 1}) == 1 && first == '.')
        delivered.altered = "it begins with a dot, and header lines stand before it since its delivery";
    delivered.message = std::make_shared<DeliveredMessage>(std::move(top_), message_, std::move(end));
    return delivered;
}

bool is_marked(std::string_view header) {
    for (const auto line : pop3::body_lines(header)) {
        if (line.empty()) return false;
        const auto name = target::Provision::mark_name;
        if (boost::istarts_with(line, name) && line.substr(name.size()).starts_with(": ")) return true;
    }
    return false;
}

// ---- what a scenario expects of it

OrWords<script::Expect> as_delivered(const script::Expect& expect, const pop3::Command& command,
                                     const Mail& mail) {
    if (!mail.is_delivered()) return expect;
    const bool message = command.keyword == pop3::Keyword::retr || command.keyword == pop3::Keyword::top;
    const auto number = command.message_number.value_or(0);
    if (message && number >= 1 && number <= mail.delivered.size())
        if (const auto& altered = mail.delivered[static_cast<std::size_t>(number) - 1].altered;
            !altered.empty())
            return fmt::format("message {} is not as it was put in: {}", number, altered);
    auto now = expect;
    for (auto& alternative : now.alternatives) {
        auto* reply = std::get_if<script::Reply>(&alternative.answer);
        if (reply == nullptr) continue;
        auto adapted = reply_now(*reply, command, mail);
        if (!adapted) return adapted.error();
        *reply = std::move(*adapted);
    }
    return now;
}

std::optional<std::string> beyond_delivery(const script::Assert& assertion, const Mail& mail) {
    if (!mail.is_delivered() || !mentions_size(*assertion.condition, mail)) return std::nullopt;
    return unknown_size;
}

}  // namespace popquiz::run
