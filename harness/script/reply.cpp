#include "harness/script/reply.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/script/direction.hpp"
#include "harness/script/header.hpp"
#include "harness/script/response_code.hpp"
#include "harness/script/text.hpp"

namespace popquiz::script {

namespace {

/// The indicator in front of a text, if it stands as a word of its own.
struct Indicator {
    Status status = Status::any;
    std::size_t length = 0;
};
std::optional<Indicator> indicator_of(std::string_view text) {
    const auto stands = [&](std::string_view word) {
        return text.starts_with(word) && (text.size() == word.size() || is_blank(text[word.size()]));
    };
    if (stands("+OK")) return Indicator{Status::ok, 3};
    if (stands("-ERR")) return Indicator{Status::err, 4};
    if (stands("+")) return Indicator{Status::continuation, 1};
    return std::nullopt;
}

/// The indicator that a regular expression asks for, if it begins with the indicator's octets.
Status status_of_regex(std::string_view pattern) {
    const auto begins = [&](std::string_view front) { return pattern.starts_with(front); };
    if (begins("\\+OK") || begins("[+]OK")) return Status::ok;
    if (begins("-ERR") || begins("\\-ERR") || begins("[-]ERR")) return Status::err;
    if (pattern == "\\+" || begins("\\+ ") || begins("[+] ")) return Status::continuation;
    return Status::any;
}

bool carries_message(const Due& due) {
    return due.keyword == "RETR" || due.keyword == "TOP";
}

bool carries_listing(const Due& due) {
    return due.keyword == "LIST" || due.keyword == "UIDL";
}

/// Whether it is known what the lines of the reply are.
bool is_known(const Due& due) {
    return carries_message(due) || carries_listing(due) || due.keyword == "CAPA" || due.keyword == "LANG";
}

bool is_end_of_reply(const StepLine& line) {
    return line.kind == LineKind::server && line.match != Match::regex && trim(line.content.text) == ".";
}

class AnswerReader {
  public:
    AnswerReader(const Source& source, std::size_t index, const std::optional<Due>& due, const Scope& scope,
                 Mistakes& mistakes)
        : source_(source), index_(index), due_(due), scope_(scope), mistakes_(mistakes) {}

    ReadAnswers read() {
        alternative(false, {});
        while (next_alternative()) {
        }
        result_.next = index_;
        const auto& alternatives = result_.expect.alternatives;
        result_.only_end =
            !alternatives.empty() && std::all_of(alternatives.begin(), alternatives.end(),
                                                 [](const auto& one) { return ends_connection(one.answer); });
        merge_bindings();
        return std::move(result_);
    }

  private:
    [[nodiscard]] StepLine step_at(std::size_t index) const { return classify(line_of(source_, index)); }

    bool next_alternative() {
        const std::size_t at = skip_nothing(source_, index_);
        if (at == source_.lines.size()) return false;
        const StepLine step = step_at(at);
        if (step.kind != LineKind::key || (step.key.text != "or" && step.key.text != "or tolerable"))
            return false;
        const bool tolerable = step.key.text == "or tolerable";
        const Fragment line = line_of(source_, at);
        check_octets(line, mistakes_);
        if (tolerable && step.content.text.empty()) {
            mistakes_.add(step.key, "the reason why this is tolerable is missing",
                          "write it behind the colon");
        }
        if (!tolerable && !step.content.text.empty()) {
            mistakes_.add(step.content, "nothing stands behind `or:`",
                          "the other answer begins in the next line");
        }
        index_ = skip_nothing(source_, at + 1);
        if (index_ == source_.lines.size() || step_at(index_).kind != LineKind::server) {
            mistakes_.add(step.key, fmt::format("no answer follows this `{}:`", step.key.text),
                          "write it in an `S:` line");
            return true;
        }
        alternative(tolerable, std::string(step.content.text));
        return true;
    }

    /// Reads one answer, with its body.
    void alternative(bool tolerable, std::string reason) {
        const Fragment line = line_of(source_, index_);
        check_octets(line, mistakes_);
        ++result_.items;
        const StepLine step = classify(line);
        bindings_.emplace_back();
        Alternative made;
        made.tolerable = tolerable;
        made.reason = std::move(reason);
        made.place = step.content.place();
        std::optional<Answer> answer = answer_in(step);
        if (!answer) {
            index_ = skip_server_lines(source_, index_ + 1);
            return;
        }
        ++index_;
        if (auto* reply = std::get_if<Reply>(&*answer)) {
            note(*reply);
            read_body(*reply, step);
            reply_bindings_.push_back(bindings_.size() - 1);
        } else if (ends_connection(*answer)) {
            result_.taken.end = true;
        }
        made.answer = *std::move(answer);
        note_handshake(made, step.content);
        result_.expect.alternatives.push_back(std::move(made));
    }

    static bool ends_connection(const Answer& answer) {
        const auto* handshake = std::get_if<HandshakeEnds>(&answer);
        return std::holds_alternative<Ends>(answer) || (handshake != nullptr && !handshake->succeeds);
    }

    /// How a handshake ends is one thing, and what the server answers another.
    void note_handshake(const Alternative& made, const Fragment& where) {
        const bool handshake = std::holds_alternative<HandshakeEnds>(made.answer);
        if (result_.expect.alternatives.empty()) result_.handshake = handshake;
        if (result_.handshake == handshake) return;
        mistakes_.add(
            where, "the end of a handshake and what comes in its place cannot be answers to one thing",
            "beside `<TLS starts>` stands `<refuses TLS>`, which takes the end of the connection as well");
    }

    std::optional<Answer> answer_in(const StepLine& step) {
        if (step.presence != Presence::required) {
            mistakes_.add(step.content,
                          fmt::format("`S{}` belongs into a multi-line reply",
                                      step.presence == Presence::optional ? '?' : '!'),
                          "an answer that may come instead of another stands behind `or:`");
            return std::nullopt;
        }
        switch (step.match) {
            case Match::meaning:
                return by_meaning(step.content);
            case Match::exact:
                return exactly(step.content);
            case Match::regex:
                return by_regex(step.content);
        }
        return std::nullopt;
    }

    std::optional<Answer> by_meaning(const Fragment& content) {
        if (const auto words = direction_words(content)) return by_direction(*words);
        const std::optional<Indicator> indicator = indicator_of(content.text);
        if (!indicator) {
            add_no_reply(content);
            return std::nullopt;
        }
        Reply reply;
        reply.status = indicator->status;
        Fragment rest = content.part(indicator->length);
        while (rest.text.starts_with(' ') || rest.text.starts_with('\t'))
            rest = rest.part(1);
        if (const auto code = response_code_of(rest.text)) {
            reply.response_code = std::string(*code);
            rest = rest.part(code->size() + 2);
            while (rest.text.starts_with(' ') || rest.text.starts_with('\t'))
                rest = rest.part(1);
        }
        reply.text = text_of(rest, {false, true});
        return reply;
    }

    std::optional<Answer> by_direction(const Fragment& words) {
        const std::optional<ReplyDirection> direction = find_reply_direction(words.text);
        if (!direction) {
            add_unknown_direction(words, mistakes_);
            return std::nullopt;
        }
        if (const auto* any = std::get_if<AnyReply>(&*direction)) {
            Reply reply;
            reply.without_code = any->without;
            return reply;
        }
        if (const auto* ends = std::get_if<Ends>(&*direction)) return *ends;
        if (const auto* handshake = std::get_if<HandshakeEnds>(&*direction)) return *handshake;
        mistakes_.add(words, fmt::format("{} cannot be one of several answers", quoted(words.text)));
        return std::nullopt;
    }

    std::optional<Answer> exactly(const Fragment& content) {
        Reply reply;
        reply.match = Match::exact;
        reply.text = text_of(content, {true, false});
        const std::string_view front = literal_front(reply.text);
        const bool whole = reply.text.pieces.size() <= 1;
        if (const auto indicator = indicator_of(front)) {
            reply.status = indicator->status;
        } else if (whole && front.size() == content.text.size()) {
            add_no_reply(content);
            return std::nullopt;
        }
        return reply;
    }

    std::optional<Answer> by_regex(const Fragment& content) {
        std::optional<Text> regex = parse_regex(content, scope_, mistakes_);
        if (!regex) regex = Text{{std::string(".*")}};
        Reply reply;
        reply.match = Match::regex;
        reply.status = status_of_regex(content.text);
        reply.text = *std::move(regex);
        return reply;
    }

    void add_no_reply(const Fragment& content) {
        std::string hint = did_you_mean(content.text.substr(0, content.text.find(' ')), {"+OK", "-ERR"});
        if (hint.empty() && due_ && due_->shape == Shape::one_line && !due_->command.empty()) {
            hint = fmt::format("the reply to {} has one line", quoted(due_->command));
        }
        mistakes_.add(content, "a reply begins with `+OK`, `-ERR` or `+`", std::move(hint));
    }

    /// Remembers what kind of answer this is.
    void note(const Reply& reply) {
        Conversation::Taken& taken = result_.taken;
        switch (reply.status) {
            case Status::ok:
                taken.ok = true;
                break;
            case Status::err:
                taken.err = true;
                break;
            case Status::continuation:
                taken.continuation = true;
                break;
            case Status::any:
                if (reply.match == Match::meaning) {
                    taken.ok = true;
                    taken.err = true;
                } else {
                    taken.unclear = true;
                }
                break;
        }
    }

    // ---- the lines of a multi-line reply
    // ---------------------------------------------------------------------

    void read_body(Reply& reply, const StepLine& status) {
        const Shape shape = due_ ? due_->shape : Shape::either;
        if (shape == Shape::one_line || reply.status == Status::err || reply.status == Status::continuation)
            return;
        const bool any_reply = reply.status == Status::any && reply.match == Match::meaning;
        if (any_reply) return;
        const bool wanted = shape == Shape::several_lines && reply.status == Status::ok;
        if (!wanted && !body_follows()) return;
        std::vector<BodyItem> items;
        if (body(items)) {
            reply.body = std::move(items);
            return;
        }
        const std::string whose = due_ && !due_->keyword.empty()
                                      ? fmt::format("the reply to {}", quoted(due_->command))
                                      : std::string("this reply");
        mistakes_.add(status.content, fmt::format("{} has several lines, and its end is missing", whose),
                      "write its lines and then `S: .`; a line `S: ...` takes any number of lines");
    }

    /// Where a reply may have several lines or one: what follows is no other reply, and has an end.
    [[nodiscard]] bool body_follows() const {
        std::size_t at = skip_nothing(source_, index_);
        if (at == source_.lines.size()) return false;
        const StepLine first = step_at(at);
        if (first.kind == LineKind::server && first.match == Match::meaning && begins_reply(first))
            return false;
        for (; at < source_.lines.size(); at = skip_nothing(source_, at + 1)) {
            const StepLine step = step_at(at);
            if (is_end_of_reply(step)) return true;
            if (step.kind != LineKind::server && step.kind != LineKind::dots) return false;
        }
        return false;
    }

    /// Reads up to the end of the reply; false if there is none.
    bool body(std::vector<BodyItem>& items) {
        order_ = nullptr;
        last_taken_ = false;
        while (true) {
            const std::size_t at = skip_nothing(source_, index_);
            if (at == source_.lines.size()) return false;
            const Fragment line = line_of(source_, at);
            const StepLine step = classify(line);
            if (step.kind != LineKind::server && step.kind != LineKind::dots) return false;
            if (is_reply_of_another(step)) return false;
            check_octets(line, mistakes_);
            ++result_.items;
            index_ = at + 1;
            if (is_end_of_reply(step)) {
                end_of_body(step);
                return true;
            }
            item(step, items);
        }
    }

    /// `S: +OK` among the lines of a listing: the end of this reply was forgotten.
    [[nodiscard]] bool is_reply_of_another(const StepLine& step) const {
        if (step.kind != LineKind::server || step.match != Match::meaning) return false;
        if (step.presence != Presence::required) return false;
        if (due_ && carries_message(*due_)) return false;
        const auto indicator = indicator_of(step.content.text);
        return indicator && indicator->status != Status::continuation;
    }

    void end_of_body(const StepLine& step) {
        if (step.presence != Presence::required) {
            mistakes_.add(step.content, "the end of a reply can be neither left out nor forbidden",
                          "write `S: .`");
        }
        if (order_ != nullptr) {
            mistakes_.add(step.content, "`<in any order>` has no end",
                          "write `S: <end of order>` before this line");
        }
    }

    void item(const StepLine& step, std::vector<BodyItem>& items) {
        const bool dots =
            step.kind == LineKind::dots || (step.match == Match::meaning && trim(step.content.text) == "...");
        if (dots && step.presence == Presence::required) {
            add_item(AnyLines{}, step, items);
            return;
        }
        if (step.kind == LineKind::server && step.match == Match::meaning &&
            step.presence == Presence::required) {
            const Fragment content = step.content;
            if (const auto words = direction_words(content)) {
                if (direction(*words, step, items)) return;
            } else if (content.text.starts_with("<the POP3 server sends ") && skip_long_direction()) {
                add_item(WholeMessage{}, step, items);
                return;
            }
        }
        std::optional<Line> line = body_line(step);
        if (!line) return;
        if (order_ != nullptr) {
            order_->lines.push_back(*std::move(line));
        } else {
            add_item(*std::move(line), step, items);
        }
    }

    /// RFC 1939 section 7 prints a direction over several lines.
    bool skip_long_direction() {
        constexpr std::size_t most_lines = 5;
        for (std::size_t i = index_; i < std::min(index_ + most_lines, source_.lines.size()); ++i) {
            const std::string_view text = trim(source_.lines[i]);
            if (text.ends_with('>')) {
                index_ = i + 1;
                return true;
            }
            if (classify(line_of(source_, i)).kind == LineKind::server) return false;
        }
        return false;
    }

    /// False: these are octets in angle brackets and no direction.
    bool direction(const Fragment& words, const StepLine& step, std::vector<BodyItem>& items) {
        BodyDirectionResult read = parse_body_direction(words, scope_, mistakes_);
        if (read.mistaken) return true;
        if (!read.direction) return unknown_direction(words);
        if (std::holds_alternative<OrderBegins>(*read.direction)) {
            if (order_ != nullptr) {
                mistakes_.add(words, "`<in any order>` cannot stand inside of another",
                              "write `S: <end of order>` first");
                return true;
            }
            const bool added = add_item(AnyOrder{}, step, items);
            order_ = added ? &std::get<AnyOrder>(items.back().item) : &misplaced_order_;
        } else if (std::holds_alternative<OrderEnds>(*read.direction)) {
            if (order_ == nullptr) {
                mistakes_.add(words, "`<end of order>` ends nothing",
                              "`S: <in any order>` begins such a block");
            }
            order_ = nullptr;
        } else if (auto* any = std::get_if<AnyLines>(&*read.direction)) {
            add_item(*any, step, items);
        } else if (auto* count = std::get_if<LineCount>(&*read.direction)) {
            add_item(std::move(*count), step, items);
        } else if (auto* message = std::get_if<WholeMessage>(&*read.direction)) {
            whole_message(std::move(*message), words, step, items);
        } else {
            keep(std::get<Keep>(*std::move(read.direction)), words, step, items);
        }
        return true;
    }

    bool unknown_direction(const Fragment& words) {
        if (find_reply_direction(words.text)) {
            mistakes_.add(words,
                          fmt::format("{} cannot stand inside of a multi-line reply", quoted(words.text)),
                          "it stands in place of a reply; `S: .` ends this one");
            return true;
        }
        const std::string hint = did_you_mean(words.text, body_directions());
        // A message may have lines in angle brackets; only what is nearly a direction is taken for a slip.
        if (hint.empty() && !(due_ && is_known(*due_) && !carries_message(*due_))) return false;
        mistakes_.add(words, fmt::format("there is no stage direction {} in a reply", quoted(words.text)),
                      hint.empty() ? "a line in angle brackets is written with `S=`" : hint);
        return true;
    }

    void whole_message(WholeMessage message, const Fragment& words, const StepLine& step,
                       std::vector<BodyItem>& items) {
        if (due_ && is_known(*due_) && !carries_message(*due_)) {
            mistakes_.add(words, fmt::format("the reply to {} is no message", quoted(due_->command)),
                          "RETR and TOP have one");
            return;
        }
        if (!is_first(items, words)) return;
        add_item(std::move(message), step, items);
        last_taken_ = true;
    }

    void keep(Keep kept, const Fragment& words, const StepLine& step, std::vector<BodyItem>& items) {
        const bool listing = kept.what == Keep::What::listing;
        if (listing && due_ && is_known(*due_) && !carries_listing(*due_)) {
            mistakes_.add(words, fmt::format("the reply to {} is no listing", quoted(due_->command)),
                          fmt::format("`<text as {}>` keeps its lines", kept.name));
            return;
        }
        if (listing && !is_first(items, words)) return;
        Binding binding;
        binding.type = listing ? Type::listing : Type::text;
        binding.several_lines = !listing;
        binding.place = words.place();
        bind(kept.name, std::move(binding), words);
        add_item(std::move(kept), step, items);
        last_taken_ = true;
    }

    bool is_first(const std::vector<BodyItem>& items, const Fragment& words) {
        const bool first = std::all_of(items.begin(), items.end(), [](const BodyItem& item) {
            const auto* line = std::get_if<Line>(&item.item);
            return line != nullptr && line->presence == Presence::forbidden;
        });
        if (!first) {
            mistakes_.add(words,
                          fmt::format("{} is the whole reply, and lines stand before it", quoted(words.text)),
                          "`S!` lines can stand beside it, others cannot");
        }
        return first;
    }

    /// False: it cannot stand here, and a mistake has been added.
    template <typename Item>
    bool add_item(Item made, const StepLine& step, std::vector<BodyItem>& items) {
        bool forbidden = false;
        if constexpr (std::is_same_v<Item, Line>) forbidden = made.presence == Presence::forbidden;
        if (order_ != nullptr) {
            mistakes_.add(step.content, "only lines stand between `<in any order>` and `<end of order>`");
            return false;
        }
        if (last_taken_ && !forbidden) {
            mistakes_.add(step.content, "what stands before this takes all lines up to the end of the reply",
                          "only `S!` lines and `S: .` can follow it");
            return false;
        }
        items.push_back({std::move(made), step.content.place()});
        return true;
    }

    std::optional<Line> body_line(const StepLine& step) {
        Line line;
        line.presence = step.presence;
        line.match = step.match;
        line.place = step.content.place();
        if (step.match == Match::regex) {
            std::optional<Text> regex = parse_regex(step.content, scope_, mistakes_);
            if (!regex) return std::nullopt;
            line.text = *std::move(regex);
            return line;
        }
        const bool meaning = step.match == Match::meaning;
        line.text = parse_text(step.content, {!meaning, meaning}, scope_, mistakes_);
        if (step.presence == Presence::required) {
            bind_captures(line.text, step.content);
        } else if (!captures_of(line.text).empty()) {
            mistakes_.add(step.content, "a line that need not come cannot bind a name",
                          "a literal `{` is `\\x7B` in a line with `S?=` or `S!=`");
            return std::nullopt;
        }
        if (!unstuff(line.text, step)) return std::nullopt;
        return line;
    }

    /// Takes away the dot that a line on the wire has more than the message (RFC 1939 section 3).
    bool unstuff(Text& text, const StepLine& step) {
        if (!literal_front(text).starts_with('.')) return true;
        auto& front = std::get<std::string>(text.pieces.front());
        if (!front.starts_with("..")) {
            mistakes_.add(step.content, "a line that begins with a dot has it doubled on the wire",
                          fmt::format("write {}", quoted("." + std::string(step.content.text))));
            return false;
        }
        front.erase(0, 1);
        return true;
    }

    // ---- names
    // ------------------------------------------------------------------------------------------------

    Text text_of(const Fragment& fragment, const TextStyle& style) {
        Text text = parse_text(fragment, style, scope_, mistakes_);
        bind_captures(text, fragment);
        return text;
    }

    void bind_captures(const Text& text, const Fragment& fragment) {
        for (const Capture& capture : captures_of(text)) {
            Binding binding;
            binding.type = capture.type == CaptureType::number ? Type::number : Type::text;
            binding.place = capture.place;
            const std::size_t index = static_cast<std::size_t>(capture.place.column) - 1 - fragment.offset;
            bind(capture.name, std::move(binding), fragment.part(index));
        }
    }

    void bind(const std::string& name, Binding binding, const Fragment& where) {
        if (!bindings_.back().emplace(name, std::move(binding)).second) {
            mistakes_.add(where, fmt::format("{} is bound twice in this reply", quoted(name)),
                          "a name is bound once; compare the two with `assert:`");
        }
    }

    /// What every reply binds is bound afterwards. An answer that is an end does not count: nothing of the
    /// session is played after it.
    void merge_bindings() {
        for (const Bindings& bindings : bindings_) {
            for (const auto& [name, binding] : bindings) {
                Binding merged = binding;
                merged.sure = every_reply_binds(name, binding.type);
                result_.bindings.emplace(name, std::move(merged));
            }
        }
    }

    [[nodiscard]] bool every_reply_binds(const std::string& name, Type type) const {
        return std::all_of(reply_bindings_.begin(), reply_bindings_.end(), [&](std::size_t reply) {
            const auto found = bindings_[reply].find(name);
            return found != bindings_[reply].end() && found->second.type == type;
        });
    }

    const Source& source_;
    std::size_t index_;
    const std::optional<Due>& due_;
    const Scope& scope_;
    Mistakes& mistakes_;
    ReadAnswers result_;
    std::vector<Bindings> bindings_;           ///< of each answer
    std::vector<std::size_t> reply_bindings_;  ///< those of answers that are replies
    AnyOrder* order_ = nullptr;                ///< the block that is open
    AnyOrder misplaced_order_;                 ///< takes the lines of a block that cannot stand where it is
    bool last_taken_ = false;                  ///< something took all lines up to the end
};

}  // namespace

ReadAnswers read_answers(const Source& source, std::size_t index, const std::optional<Due>& due,
                         const Scope& scope, Mistakes& mistakes) {
    return AnswerReader(source, index, due, scope, mistakes).read();
}

bool begins_reply(const StepLine& line) {
    if (line.match != Match::meaning) return true;
    if (const auto words = direction_words(line.content))
        return find_reply_direction(words->text).has_value();
    return indicator_of(line.content.text).has_value();
}

std::size_t skip_nothing(const Source& source, std::size_t index) {
    while (index < source.lines.size() && classify(line_of(source, index)).kind == LineKind::nothing)
        ++index;
    return index;
}

std::size_t skip_server_lines(const Source& source, std::size_t index) {
    while (index < source.lines.size()) {
        const StepLine step = classify(line_of(source, index));
        if (step.kind != LineKind::server && step.kind != LineKind::dots) break;
        if (step.kind == LineKind::server && step.match == Match::meaning) {
            const auto words = direction_words(step.content);
            const bool nearly = words && !nearest(words->text, reply_directions()).empty();
            if (nearly || begins_reply(step)) break;
        }
        ++index;
        if (is_end_of_reply(step)) break;
    }
    return index;
}

void add_unknown_direction(const Fragment& words, Mistakes& mistakes) {
    std::string hint = did_you_mean(words.text, reply_directions());
    if (hint.empty() && !nearest(words.text, body_directions()).empty()) {
        hint = "it belongs into a multi-line reply, behind its `S: +OK`";
    }
    mistakes.add(words, fmt::format("there is no stage direction {} in place of a reply", quoted(words.text)),
                 std::move(hint));
}

}  // namespace popquiz::script
