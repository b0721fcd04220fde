#include "harness/script/expression.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace popquiz::script {

namespace {

using Operator = Operation::Operator;

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

/// `a number`, `2 numbers`.
std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// The grammar of scenarios/README.md by recursive descent. After the first mistake everything returns
/// nothing.
class ExpressionParser {
  public:
    ExpressionParser(const Fragment& text, std::size_t from, const Scope& scope, Mistakes& mistakes)
        : text_(text), index_(from), scope_(scope), mistakes_(mistakes) {}

    std::optional<ParsedExpression> parse() {
        std::optional<Typed> result = expression();
        if (!result) return std::nullopt;
        skip_blanks();
        return ParsedExpression{std::move(result->expression), result->type, nodes_, index_};
    }

  private:
    struct Typed {
        ExpressionPointer expression;
        Type type = Type::unknown;
    };
    using Result = std::optional<Typed>;

    std::nullopt_t wrong(std::size_t index, std::string message, std::string hint = {}) {
        mistakes_.add(text_, index, std::move(message), std::move(hint));
        return std::nullopt;
    }

    [[nodiscard]] std::string_view rest() const { return text_.text.substr(index_); }
    [[nodiscard]] bool at_end() const { return index_ >= text_.text.size(); }

    void skip_blanks() {
        while (!at_end() && is_blank(text_.text[index_]))
            ++index_;
    }

    bool accept(std::string_view token) {
        skip_blanks();
        if (!rest().starts_with(token)) return false;
        index_ += token.size();
        return true;
    }

    Result node(Typed made, std::size_t size, std::size_t start) {
        nodes_ += size;
        if (nodes_ > most_nodes) return wrong(start, "this expression is too long");
        return made;
    }

    template <typename Node>
    Result node(Node&& made, Type type, std::size_t start) {
        auto expression = std::make_shared<Expression>();
        expression->node = std::forward<Node>(made);
        expression->place = text_.place(start);
        return node(Typed{std::move(expression), type}, 1, start);
    }

    Result expression() {
        if (depth_ == deepest_expression) return wrong(index_, "parentheses are nested too deep here");
        ++depth_;
        Result result = comparison();
        --depth_;
        return result;
    }

    std::optional<Operator> comparison_sign() {
        // The longer signs first: `<=` begins with `<`.
        constexpr std::array signs = {Operator::equal,         Operator::not_equal,
                                      Operator::less_or_equal, Operator::greater_or_equal,
                                      Operator::less,          Operator::greater};
        for (const Operator sign : signs) {
            if (accept(symbol(sign))) return sign;
        }
        return std::nullopt;
    }

    Result comparison() {
        Result left = sum();
        if (!left) return left;
        skip_blanks();
        const std::size_t start = index_;
        const std::optional<Operator> sign = comparison_sign();
        if (!sign) {
            if (rest().starts_with("=")) return wrong(index_, "`=` is no operator", "did you mean `==`?");
            return left;
        }
        Result right = sum();
        if (!right) return right;
        skip_blanks();
        const std::size_t second = index_;
        if (comparison_sign()) return wrong(second, "comparisons cannot be chained", "write two assertions");
        if (!comparable(*sign, *left, *right, start)) return std::nullopt;
        return node(Operation{*sign, left->expression, right->expression}, Type::condition, start);
    }

    bool comparable(Operator sign, const Typed& left, const Typed& right, std::size_t start) {
        const bool known = left.type != Type::unknown && right.type != Type::unknown;
        if (left.type == Type::condition || right.type == Type::condition) {
            wrong(start, "a comparison cannot be compared", "write two assertions");
            return false;
        }
        if (known && left.type != right.type) {
            wrong(start,
                  fmt::format("a {} cannot be compared with a {}", words(left.type), words(right.type)));
            return false;
        }
        const bool ordered = sign != Operator::equal && sign != Operator::not_equal;
        if (ordered && known && left.type != Type::number) {
            wrong(start,
                  fmt::format("`{}` compares numbers, and these are {}s", symbol(sign), words(left.type)));
            return false;
        }
        return true;
    }

    Result sum() {
        Result left = product();
        while (left) {
            skip_blanks();
            const std::size_t start = index_;
            const Operator op = accept("+") ? Operator::plus : Operator::minus;
            if (op == Operator::minus && !accept("-")) break;
            left = calculation(op, *left, product(), start);
        }
        return left;
    }

    Result product() {
        Result left = value();
        while (left) {
            skip_blanks();
            const std::size_t start = index_;
            if (!accept("*")) break;
            left = calculation(Operator::times, *left, value(), start);
        }
        return left;
    }

    Result calculation(Operator op, const Typed& left, const Result& right, std::size_t start) {
        if (!right) return std::nullopt;
        const auto is = [&](Type type) {
            const auto fits = [&](const Typed& side) {
                return side.type == type || side.type == Type::unknown;
            };
            return fits(left) && fits(*right);
        };
        Type type = Type::number;
        if (op == Operator::plus && !is(Type::number)) type = Type::text;
        if (!is(type)) {
            const std::string_view wants = op == Operator::plus ? "two numbers or two texts" : "two numbers";
            return wrong(start, fmt::format("`{}` takes {}, and here are a {} and a {}", symbol(op), wants,
                                            words(left.type), words(right->type)));
        }
        return node(Operation{op, left.expression, right->expression}, type, start);
    }

    Result value() {
        skip_blanks();
        const std::size_t start = index_;
        if (at_end()) return wrong(start, "a value is missing here");
        if (is_digit(text_.text[index_])) return number();
        if (text_.text[index_] == '"') return string();
        if (accept("(")) return in_parentheses(start);
        const std::string_view name = name_in_front(rest());
        if (!name.empty()) {
            index_ += name.size();
            if (accept("(")) return call(name, start);
            return reference(name, start);
        }
        if (text_.text[index_] == '-') {
            return wrong(start, "a value cannot begin with `-`", "write a negative number as `0 - 1`");
        }
        if (text_.text[index_] == '}') return wrong(start, "a value is missing here");
        return wrong(start, fmt::format("a value cannot begin with {}", quoted(rest().substr(0, 1))),
                     "a value is a number, \"text\", a name or a function call");
    }

    Result number() {
        const std::size_t start = index_;
        std::int64_t value = 0;
        const std::string_view digits = rest();
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{}) return wrong(start, "this number has more than 64 bits");
        index_ += static_cast<std::size_t>(end - digits.data());
        if (!name_in_front(rest()).empty()) {
            return wrong(start, "a name cannot begin with a digit", "put an operator behind the number");
        }
        return node(Constant{value}, Type::number, start);
    }

    Result string() {
        const std::size_t start = index_;
        std::optional<QuotedText> string = read_quoted(text_, index_, mistakes_);
        if (!string) return std::nullopt;
        index_ = string->end;
        return node(Constant{std::move(string->text)}, Type::text, start);
    }

    Result in_parentheses(std::size_t start) {
        Result inner = expression();
        if (!inner) return inner;
        if (!accept(")")) return wrong(start, "this parenthesis is not closed", "add `)`");
        return inner;
    }

    Result reference(std::string_view name, std::size_t start) {
        const Binding* binding = scope_.find(name);
        if (binding == nullptr) {
            std::string hint = did_you_mean(name, scope_.names());
            if (hint.empty() && find_function(name) != nullptr) {
                hint = fmt::format("{} is a function: write {}", quoted(name),
                                   quoted(std::string(name) + "(...)"));
            }
            return wrong(start, fmt::format("nothing has been bound to the name {}", quoted(name)), hint);
        }
        if (!binding->sure) {
            return wrong(start,
                         fmt::format("{} is bound in only one of the answers in line {}", quoted(name),
                                     binding->place.line),
                         "capture it in each of them that is a reply");
        }
        if (binding->value == nullptr) return node(Name{std::string(name)}, binding->type, start);
        return node(Typed{binding->value, binding->type}, binding->nodes, start);
    }

    Result call(std::string_view name, std::size_t start) {
        const Function* function = find_function(name);
        if (function == nullptr) {
            std::vector<std::string_view> names;
            for (const Function& candidate : functions())
                names.push_back(candidate.name);
            return wrong(start, fmt::format("there is no function {}", quoted(name)),
                         did_you_mean(name, names));
        }
        Call made{std::string(name), {}};
        if (!accept(")")) {
            do {
                skip_blanks();
                const std::size_t at = index_;
                Result argument = expression();
                if (!argument) return std::nullopt;
                if (!fits(*function, made.arguments.size(), *argument, at)) return std::nullopt;
                made.arguments.push_back(argument->expression);
            } while (accept(","));
            if (!accept(")"))
                return wrong(start, fmt::format("the call of {} is not closed", quoted(name)), "add `)`");
        }
        if (made.arguments.size() != function->arguments.size()) {
            return wrong(start,
                         fmt::format("`{}` takes {}, and this call has {}", name,
                                     counted(function->arguments.size(), "argument"), made.arguments.size()));
        }
        return node(std::move(made), function->result, start);
    }

    bool fits(const Function& function, std::size_t position, const Typed& argument, std::size_t at) {
        if (position >= function.arguments.size() || argument.type == Type::unknown) return true;
        const Type wanted = function.arguments[position];
        if (argument.type == wanted) return true;
        wrong(at, fmt::format("`{}` wants a {} here, and this is a {}", function.name, words(wanted),
                              words(argument.type)));
        return false;
    }

    const Fragment& text_;
    std::size_t index_;
    const Scope& scope_;
    Mistakes& mistakes_;
    std::size_t depth_ = 0;
    std::size_t nodes_ = 0;
};

}  // namespace

std::optional<ParsedExpression> parse_expression(const Fragment& text, std::size_t from, const Scope& scope,
                                                 Mistakes& mistakes) {
    return ExpressionParser(text, from, scope, mistakes).parse();
}

std::optional<Escape> read_escape(std::string_view text, std::size_t index, std::string_view also) {
    if (index + 1 >= text.size()) return std::nullopt;
    const char letter = text[index + 1];
    const std::size_t end = index + 2;
    switch (letter) {
        case 'r':
            return Escape{'\r', end};
        case 'n':
            return Escape{'\n', end};
        case 't':
            return Escape{'\t', end};
        case '0':
            return Escape{'\0', end};
        case '\\':
            return Escape{'\\', end};
        default:
            break;
    }
    if (also.find(letter) != std::string_view::npos) return Escape{letter, end};
    if (letter != 'x' || end + 1 >= text.size()) return std::nullopt;
    const int high = hex_value(text[end]);
    const int low = hex_value(text[end + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    return Escape{static_cast<char>(high * 16 + low), end + 2};
}

void add_bad_escape(const Fragment& text, std::size_t index, std::string_view also, Mistakes& mistakes) {
    std::string hint = "the escapes are `\\r` `\\n` `\\t` `\\0` `\\\\` `\\xHH`";
    for (const char octet : also)
        hint += fmt::format(" `\\{}`", octet);
    mistakes.add(text, index, fmt::format("{} is no escape", quoted(text.text.substr(index, 2))),
                 std::move(hint));
}

std::optional<QuotedText> read_quoted(const Fragment& text, std::size_t from, Mistakes& mistakes) {
    constexpr std::string_view also = "\"$";
    QuotedText result;
    std::size_t index = from + 1;
    while (index < text.text.size() && text.text[index] != '"') {
        if (text.text[index] != '\\') {
            result.text += text.text[index++];
            continue;
        }
        const std::optional<Escape> escape = read_escape(text.text, index, also);
        if (!escape) {
            add_bad_escape(text, index, also, mistakes);
            return std::nullopt;
        }
        result.text += escape->octet;
        index = escape->end;
    }
    if (index >= text.text.size()) {
        mistakes.add(text, from, "this text is not closed", "add `\"`");
        return std::nullopt;
    }
    result.end = index + 1;
    return result;
}

}  // namespace popquiz::script
