#include "harness/run/words.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <re2/re2.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::run {
namespace {

std::string_view pattern_of(script::CaptureType type) {
    switch (type) {
        case script::CaptureType::number:
            return "([0-9]+)";
        case script::CaptureType::unique_id:
            return "([\\x21-\\x7e]{1,70})";
        case script::CaptureType::word:
            return "([^ ]+)";
        case script::CaptureType::text:
            return "((?s:.*))";
    }
    return "";
}

std::string text_of(const script::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return script::show(value);
}

/// Collects words while the pieces of a text pass by.
class Cutter {
  public:
    void literal(std::string_view octets) {
        while (!octets.empty()) {
            const auto word = octets.substr(0, octets.find_first_of(" \t"));
            if (word.empty())
                end_word();
            else
                append(word);
            octets.remove_prefix(std::max<std::size_t>(word.size(), 1));
        }
    }
    void computed(const std::string& octets) {
        append(octets);
        current().computed = true;
    }
    void capture(const script::Capture& capture) {
        auto& word = current();
        word.shown += fmt::format("{{{}}}", capture.name);
        word.pattern += pattern_of(capture.type);
        word.captures.push_back(capture);
    }
    std::vector<Word> take() { return std::move(words_); }

  private:
    Word& current() {
        if (!open_) words_.emplace_back();
        open_ = true;
        return words_.back();
    }
    void append(std::string_view octets) {
        auto& word = current();
        word.shown += pop3::escape(octets);
        word.plain += octets;
        word.pattern += RE2::QuoteMeta(re2::StringPiece(octets.data(), octets.size()));
    }
    void end_word() { open_ = false; }

    std::vector<Word> words_;
    bool open_ = false;
};

script::Value value_of(const script::Capture& capture, const std::string& octets) {
    if (capture.type == script::CaptureType::number)
        if (const auto number = to_number(octets)) return *number;
    return octets;
}

}  // namespace

boost::system::result<std::vector<Word>, script::EvaluationError> words_of(
    const script::Text& text, const script::Environment& environment) {
    Cutter cutter;
    for (const auto& piece : text.pieces) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            cutter.literal(*literal);
        } else if (const auto* capture = std::get_if<script::Capture>(&piece)) {
            cutter.capture(*capture);
        } else {
            const auto value = script::evaluate(*std::get<script::ExpressionPointer>(piece), environment);
            if (!value) return value.error();
            cutter.computed(text_of(*value));
        }
    }
    return cutter.take();
}

bool matches(const Word& word, std::string_view octets, Bindings& bindings) {
    if (word.captures.empty()) {
        const auto wanted = to_number(word.plain);
        const auto got = to_number(octets);
        return wanted && got ? *wanted == *got : word.plain == octets;
    }
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    const RE2 regex(word.pattern, options);
    std::vector<std::string> bound(word.captures.size());
    std::vector<RE2::Arg> arguments;
    for (auto& text : bound)
        arguments.emplace_back(&text);
    std::vector<const RE2::Arg*> pointers;
    for (const auto& argument : arguments)
        pointers.push_back(&argument);
    if (!RE2::FullMatchN(re2::StringPiece(octets.data(), octets.size()), regex, pointers.data(),
                         static_cast<int>(pointers.size())))
        return false;
    for (std::size_t i = 0; i < bound.size(); ++i) {
        const auto& capture = word.captures[i];
        // A number that does not fit is none that a scenario could reckon with.
        if (capture.type == script::CaptureType::number && !to_number(bound[i])) return false;
        bindings.insert_or_assign(capture.name, value_of(capture, bound[i]));
    }
    return true;
}

std::optional<std::int64_t> to_number(std::string_view octets) {
    std::int64_t number = 0;
    if (octets.empty() || octets.front() == '-') return std::nullopt;
    const auto [end, error] = std::from_chars(octets.data(), octets.data() + octets.size(), number);
    if (error != std::errc() || end != octets.data() + octets.size()) return std::nullopt;
    return number;
}

std::vector<std::string_view> split_words(std::string_view octets) {
    std::vector<std::string_view> words;
    for (;;) {
        const auto blank = octets.find(' ');
        words.push_back(octets.substr(0, blank));
        if (blank == std::string_view::npos) return words;
        octets.remove_prefix(blank + 1);
    }
}

std::string line_that_matches(std::string_view pattern) {
    constexpr std::size_t most_readable = 60;
    return pattern.size() > most_readable ? "a line that matches the pattern of the step"
                                          : fmt::format("a line that matches /{}/", pattern);
}

std::string show(const script::Text& text, const script::Environment& environment) {
    std::string shown;
    for (const auto& piece : text.pieces) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            shown += pop3::escape(*literal);
        } else if (const auto* capture = std::get_if<script::Capture>(&piece)) {
            shown += fmt::format("{{{}}}", capture->name);
        } else {
            const auto value = script::evaluate(*std::get<script::ExpressionPointer>(piece), environment);
            shown += value ? pop3::escape(text_of(*value)) : std::string("${...}");
        }
    }
    return shown;
}

}  // namespace popquiz::run
