#include "harness/script/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "harness/script/evaluate.hpp"
#include "harness/script/expression.hpp"

namespace popquiz::script {

namespace {

struct CaptureWord {
    std::string_view word;
    CaptureType type;
};
constexpr std::array capture_words = {
    CaptureWord{"number", CaptureType::number},
    CaptureWord{"unique-id", CaptureType::unique_id},
    CaptureWord{"word", CaptureType::word},
    CaptureWord{"text", CaptureType::text},
};

bool is_type_octet(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '_';
}

/// `{name}` or `{name: type}` as it is written; braces around anything else are text.
struct CaptureShape {
    std::string_view name;
    std::string_view type;
    std::size_t type_index = 0;
    std::size_t end = 0;
};

std::optional<CaptureShape> capture_shape(std::string_view text, std::size_t open) {
    CaptureShape shape;
    std::size_t index = open + 1;
    const auto skip_blanks = [&] {
        while (index < text.size() && is_blank(text[index]))
            ++index;
    };
    shape.name = name_in_front(text.substr(index));
    if (shape.name.empty()) return std::nullopt;
    index += shape.name.size();
    skip_blanks();
    if (index < text.size() && text[index] == ':') {
        ++index;
        skip_blanks();
        shape.type_index = index;
        while (index < text.size() && is_type_octet(text[index]))
            ++index;
        shape.type = text.substr(shape.type_index, index - shape.type_index);
        skip_blanks();
        if (shape.type.empty()) return std::nullopt;
    }
    if (index >= text.size() || text[index] != '}') return std::nullopt;
    shape.end = index + 1;
    return shape;
}

class TextParser {
  public:
    TextParser(const Fragment& text, const TextStyle& style, const Scope& scope, Mistakes& mistakes)
        : text_(text), style_(style), scope_(scope), mistakes_(mistakes) {}

    Text parse() {
        while (index_ < octets().size())
            piece();
        flush();
        return std::move(result_);
    }

  private:
    [[nodiscard]] std::string_view octets() const { return text_.text; }

    void flush() {
        if (!literal_.empty()) result_.pieces.emplace_back(std::exchange(literal_, {}));
    }

    void piece() {
        const std::string_view rest = octets().substr(index_);
        if (rest.starts_with("$${")) {
            literal_ += "${";
            index_ += 3;
        } else if (rest.starts_with("${")) {
            hole();
        } else if (style_.escapes && rest.front() == '\\') {
            escape();
        } else if (style_.captures && rest.front() == '{' && capture()) {
            return;
        } else {
            literal_ += rest.front();
            ++index_;
        }
    }

    void escape() {
        const std::optional<Escape> escape = read_escape(octets(), index_, "$");
        if (!escape) {
            add_bad_escape(text_, index_, "$", mistakes_);
            index_ += 1;
            return;
        }
        literal_ += escape->octet;
        index_ = escape->end;
    }

    void hole() {
        const std::size_t open = index_;
        const std::optional<ParsedExpression> parsed = parse_expression(text_, open + 2, scope_, mistakes_);
        if (!parsed) return skip_hole(open);
        if (parsed->end >= octets().size() || octets()[parsed->end] != '}')
            return unclosed(open, parsed->end);
        index_ = parsed->end + 1;
        if (parsed->type == Type::listing || parsed->type == Type::condition) {
            mistakes_.add(text_, open, fmt::format("a {} cannot stand in a text", words(parsed->type)),
                          parsed->type == Type::condition
                              ? "a comparison stands behind `assert:`"
                              : "`count`, `sum`, `size` and `id` take what is in it");
            return;
        }
        add_value(*parsed, trim(octets().substr(open + 2, parsed->end - open - 2)));
    }

    /// A column or a parameter that stands alone is put in as it was written there.
    void add_value(const ParsedExpression& parsed, std::string_view written) {
        const Binding* binding = is_name(written) ? scope_.find(written) : nullptr;
        if (binding != nullptr && binding->literal) {
            literal_ += *binding->literal;
            return;
        }
        flush();
        result_.pieces.emplace_back(parsed.expression);
    }

    void unclosed(std::size_t open, std::size_t end) {
        if (end >= octets().size()) {
            mistakes_.add(text_, open, "`${` is not closed", "add `}`, or write a literal `${` as `$${`");
        } else {
            mistakes_.add(text_, end, fmt::format("{} does not belong here", quoted(octets().substr(end, 1))),
                          "an operator or `}` is missing");
        }
        skip_hole(open);
    }

    void skip_hole(std::size_t open) {
        const std::size_t close = octets().find('}', open);
        index_ = close == std::string_view::npos ? octets().size() : close + 1;
    }

    bool capture() {
        const std::optional<CaptureShape> shape = capture_shape(octets(), index_);
        if (!shape) return false;
        const std::size_t open = std::exchange(index_, shape->end);
        Capture capture{std::string(shape->name), CaptureType::word, text_.place(open)};
        if (!shape->type.empty() && !find_type(*shape, capture.type)) return true;
        if (literal_.empty() && !result_.pieces.empty() &&
            std::holds_alternative<Capture>(result_.pieces.back())) {
            mistakes_.add(text_, open, "nothing tells where the capture before this one ends",
                          "put a blank or another character between them");
            return true;
        }
        if (capture.type == CaptureType::text && shape->end != octets().size()) {
            mistakes_.add(text_, open,
                          "a capture of type `text` takes the rest of the line, and there is more behind it");
            return true;
        }
        if (!bindable(capture, open)) return true;
        flush();
        result_.pieces.emplace_back(std::move(capture));
        return true;
    }

    bool find_type(const CaptureShape& shape, CaptureType& type) {
        std::vector<std::string_view> words;
        for (const CaptureWord& candidate : capture_words) {
            if (candidate.word == shape.type) {
                type = candidate.type;
                return true;
            }
            words.push_back(candidate.word);
        }
        std::string hint = did_you_mean(shape.type, words);
        if (hint.empty()) {
            hint =
                "the types are `number`, `unique-id`, `word` and `text`; a literal `{` is `\\x7B` in a line "
                "with `S=`";
        }
        mistakes_.add(text_, shape.type_index, fmt::format("{} is no type of a capture", quoted(shape.type)),
                      std::move(hint));
        return false;
    }

    bool bindable(const Capture& capture, std::size_t open) {
        if (scope_.is_builtin(capture.name)) {
            mistakes_.add(text_, open,
                          fmt::format("{} is a name of popquiz, and cannot be bound", quoted(capture.name)));
            return false;
        }
        const Binding* bound = scope_.find(capture.name);
        if (bound != nullptr) {
            mistakes_.add(
                text_, open,
                fmt::format("{} has been bound in line {} already", quoted(capture.name), bound->place.line),
                fmt::format("to compare with it, write `${{{}}}`", capture.name));
            return false;
        }
        return true;
    }

    const Fragment& text_;
    const TextStyle& style_;
    const Scope& scope_;
    Mistakes& mistakes_;
    std::size_t index_ = 0;
    std::string literal_;
    Text result_;
};

/// Knows nothing: what has a value here is constant.
class NothingKnown : public Environment {
  public:
    [[nodiscard]] std::optional<Value> lookup(std::string_view) const override { return std::nullopt; }
    [[nodiscard]] boost::system::result<Value, Problem> call(std::string_view,
                                                             const std::vector<Value>&) const override {
        return Problem{"not known yet"};
    }
};

bool begins_with_dele(std::string_view line) {
    constexpr std::string_view dele = "DELE";
    return line.size() >= dele.size() &&
           std::equal(dele.begin(), dele.end(), line.begin(), [](char a, char b) {
               return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 'a' + 'A') : b);
           });
}

/// Looks at the literal texts that a value is computed from.
void look_into(const Expression& expression, const Scope& scope, KnownOctets& known) {
    if (const auto* constant = std::get_if<Constant>(&expression.node)) {
        const auto* text = std::get_if<std::string>(&constant->value);
        if (text == nullptr) return;
        std::string_view rest = *text;
        if (rest.find('\n') != std::string_view::npos) known.countable = false;
        while (!rest.empty()) {
            if (begins_with_dele(rest)) known.may_delete = true;
            const std::size_t end = rest.find_first_of("\r\n");
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    } else if (const auto* name = std::get_if<Name>(&expression.node)) {
        const Binding* binding = scope.find(name->name);
        if (binding != nullptr && binding->several_lines) known.countable = false;
    } else if (const auto* operation = std::get_if<Operation>(&expression.node)) {
        look_into(*operation->left, scope, known);
        look_into(*operation->right, scope, known);
    } else if (const auto* call = std::get_if<Call>(&expression.node)) {
        // Only these pass the octets of their arguments on.
        if (call->function != "repeat") return;
        for (const ExpressionPointer& argument : call->arguments)
            look_into(*argument, scope, known);
    }
}

std::string as_octets(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return {};
}

}  // namespace

Text parse_text(const Fragment& text, const TextStyle& style, const Scope& scope, Mistakes& mistakes) {
    return TextParser(text, style, scope, mistakes).parse();
}

std::vector<Capture> captures_of(const Text& text) {
    std::vector<Capture> captures;
    for (const Piece& piece : text.pieces) {
        if (const auto* capture = std::get_if<Capture>(&piece)) captures.push_back(*capture);
    }
    return captures;
}

std::string_view literal_front(const Text& text) {
    if (text.pieces.empty()) return {};
    const auto* literal = std::get_if<std::string>(&text.pieces.front());
    return literal == nullptr ? std::string_view() : std::string_view(*literal);
}

KnownOctets known_octets(const Text& text, const Scope& scope) {
    KnownOctets known;
    for (const Piece& piece : text.pieces) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            known.octets += *literal;
        } else if (const auto* expression = std::get_if<ExpressionPointer>(&piece)) {
            const auto value = evaluate(**expression, NothingKnown(), most_known_octets);
            known.octets += value ? as_octets(*value) : "x";
            if (!value) look_into(**expression, scope, known);
        }
        if (known.octets.size() > most_known_octets) {
            known.countable =
                known.countable && known.octets.find('\n', most_known_octets) == std::string::npos;
            known.octets.resize(most_known_octets);
        }
    }
    return known;
}

std::optional<Text> parse_regex(const Fragment& text, const Scope& scope, Mistakes& mistakes) {
    std::string pattern;
    std::size_t index = 0;
    while (true) {
        const std::size_t hole = text.text.find("${", index);
        pattern += text.text.substr(index, hole == std::string_view::npos ? hole : hole - index);
        if (hole == std::string_view::npos) break;
        const std::size_t close = text.text.find('}', hole);
        const Text value = parse_text(
            text.part(hole, close == std::string_view::npos ? close : close + 1 - hole), {}, scope, mistakes);
        const bool constant = std::all_of(value.pieces.begin(), value.pieces.end(), [](const Piece& piece) {
            return std::holds_alternative<std::string>(piece);
        });
        if (!constant) {
            mistakes.add(
                text, hole,
                "a regular expression cannot have a value that comes from the server or the profile",
                "columns of the table and parameters can stand in it; capture the line with `S:` and use "
                "`assert:` for others");
            return std::nullopt;
        }
        pattern += RE2::QuoteMeta(literal_front(value));
        index = close == std::string_view::npos ? text.text.size() : close + 1;
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingLatin1);
    const RE2 regex(pattern, options);
    if (!regex.ok()) {
        const std::size_t where =
            regex.error_arg().empty() ? std::string_view::npos : text.text.find(regex.error_arg());
        mistakes.add(text, where == std::string_view::npos ? 0 : where,
                     fmt::format("this regular expression is wrong: {}", printable(regex.error())),
                     "the syntax is that of RE2");
        return std::nullopt;
    }
    return Text{{std::move(pattern)}};
}

}  // namespace popquiz::script
