#include "harness/script/evaluate.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include <boost/algorithm/string/case_conv.hpp>
#include <fmt/format.h>

#include "harness/script/functions.hpp"
#include "harness/script/mistakes.hpp"

namespace popquiz::script {

namespace {

using ValueResult = boost::system::result<Value, EvaluationError>;
using Operator = Operation::Operator;

constexpr std::size_t longest_shown = 60;

std::optional<std::int64_t> to_number(std::string_view word) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return number;
}

/// How an expression reads in a message: its name, its function, or nothing that could be named.
std::string words_for(const Expression& expression) {
    if (const auto* name = std::get_if<Name>(&expression.node)) return quoted(name->name);
    if (const auto* call = std::get_if<Call>(&expression.node)) return quoted(call->function + "(...)");
    return "this";
}

std::string type_words(const Value& value) {
    return std::holds_alternative<std::int64_t>(value)  ? "number"
           : std::holds_alternative<std::string>(value) ? "text"
                                                        : "listing";
}

class Evaluator {
  public:
    Evaluator(const Environment& environment, std::size_t most_octets)
        : environment_(environment), most_octets_(most_octets) {}

    ValueResult value_of(const Expression& expression) const {
        const auto visitor = [&](const auto& node) { return value_of(node, expression); };
        return std::visit(visitor, expression.node);
    }

    boost::system::result<Outcome, EvaluationError> outcome_of(const Operation& comparison,
                                                               const Expression& at) const {
        ValueResult left = value_of(*comparison.left);
        if (!left) return left.error();
        ValueResult right = value_of(*comparison.right);
        if (!right) return right.error();
        const ValueResult holds = combined(comparison, left, right, at);
        if (!holds) return holds.error();
        return Outcome{*holds == Value(std::int64_t{1}), *std::move(left), *std::move(right)};
    }

  private:
    static EvaluationError error(const Expression& at, std::string message) {
        return {at.place, std::move(message)};
    }

    static EvaluationError wrong_type(const Expression& at, const Value& value, std::string_view wanted) {
        return error(at, fmt::format("{} is a {}, and a {} is wanted: {}", words_for(at), type_words(value),
                                     wanted, show(value)));
    }

    ValueResult value_of(const Constant& constant, const Expression&) const {
        return std::visit([](const auto& value) { return Value(value); }, constant.value);
    }

    ValueResult value_of(const Name& name, const Expression& at) const {
        std::optional<Value> value = environment_.lookup(name.name);
        if (!value) return error(at, fmt::format("{} has no value", quoted(name.name)));
        return *std::move(value);
    }

    ValueResult value_of(const Operation& operation, const Expression& at) const {
        ValueResult left = value_of(*operation.left);
        if (!left) return left;
        ValueResult right = value_of(*operation.right);
        if (!right) return right;
        return combined(operation, left, right, at);
    }

    ValueResult combined(const Operation& operation, const ValueResult& left, const ValueResult& right,
                         const Expression& at) const {
        if (operation.op == Operator::equal) return std::int64_t{*left == *right};
        if (operation.op == Operator::not_equal) return std::int64_t{*left != *right};
        if (operation.op == Operator::plus && std::holds_alternative<std::string>(*left)) {
            return joined(operation, *left, *right, at);
        }
        const auto* a = std::get_if<std::int64_t>(&*left);
        const auto* b = std::get_if<std::int64_t>(&*right);
        if (a == nullptr) return wrong_type(*operation.left, *left, "number");
        if (b == nullptr) return wrong_type(*operation.right, *right, "number");
        return computed(operation.op, *a, *b, at);
    }

    ValueResult joined(const Operation& operation, const Value& left, const Value& right,
                       const Expression& at) const {
        const auto* tail = std::get_if<std::string>(&right);
        if (tail == nullptr) return wrong_type(*operation.right, right, "text");
        const auto& head = std::get<std::string>(left);
        if (head.size() + tail->size() > most_octets_) return too_long(at);
        return head + *tail;
    }

    EvaluationError too_long(const Expression& at) const {
        return error(at, fmt::format("the text would have more than {} octets", most_octets_));
    }

    static ValueResult computed(Operator op, std::int64_t a, std::int64_t b, const Expression& at) {
        std::int64_t result = 0;
        bool overflow = false;
        switch (op) {
            case Operator::plus:
                overflow = __builtin_add_overflow(a, b, &result);
                break;
            case Operator::minus:
                overflow = __builtin_sub_overflow(a, b, &result);
                break;
            case Operator::times:
                overflow = __builtin_mul_overflow(a, b, &result);
                break;
            case Operator::equal:
                result = a == b;
                break;
            case Operator::not_equal:
                result = a != b;
                break;
            case Operator::less:
                result = a < b;
                break;
            case Operator::less_or_equal:
                result = a <= b;
                break;
            case Operator::greater:
                result = a > b;
                break;
            case Operator::greater_or_equal:
                result = a >= b;
                break;
        }
        if (overflow) {
            return error(at, fmt::format("{} {} {} is no number of 64 bits", a, symbol(op), b));
        }
        return result;
    }

    ValueResult value_of(const Call& call, const Expression& at) const {
        const Function* function = find_function(call.function);
        if (function == nullptr)
            return error(at, fmt::format("there is no function {}", quoted(call.function)));
        if (call.arguments.size() != function->arguments.size()) {
            return error(at,
                         fmt::format("`{}` takes {} arguments", function->name, function->arguments.size()));
        }
        std::vector<Value> arguments;
        for (std::size_t i = 0; i < call.arguments.size(); ++i) {
            ValueResult argument = value_of(*call.arguments[i]);
            if (!argument) return argument;
            if (type_of(*argument) != function->arguments[i]) {
                return wrong_type(*call.arguments[i], *argument, words(function->arguments[i]));
            }
            arguments.push_back(*std::move(argument));
        }
        return applied(*function, arguments, at);
    }

    ValueResult applied(const Function& function, const std::vector<Value>& arguments,
                        const Expression& at) const {
        if (function.name == "repeat") {
            return repeated(std::get<std::string>(arguments[0]), std::get<std::int64_t>(arguments[1]), at);
        }
        if (function.name == "count") {
            return static_cast<std::int64_t>(std::get<Listing>(arguments[0]).size());
        }
        if (function.name == "sum") return sum(std::get<Listing>(arguments[0]), at);
        if (function.name == "size" || function.name == "id") {
            return entry(function, std::get<Listing>(arguments[0]), std::get<std::int64_t>(arguments[1]), at);
        }
        if (function.name == "lines") return lines(std::get<std::string>(arguments[0]));
        if (function.name == "length")
            return static_cast<std::int64_t>(std::get<std::string>(arguments[0]).size());
        if (function.name == "contains") {
            const std::string& text = std::get<std::string>(arguments[0]);
            return static_cast<std::int64_t>(text.find(std::get<std::string>(arguments[1])) !=
                                             std::string::npos);
        }
        if (function.name == "number") {
            const std::string& digits = std::get<std::string>(arguments[0]);
            const std::optional<std::int64_t> number = to_number(digits);
            if (!number || digits.front() == '-')
                return error(at, fmt::format("{} is no number", quoted(digits)));
            return *number;
        }
        if (function.name == "attribute") {
            return attribute(std::get<std::string>(arguments[0]), std::get<std::string>(arguments[1]), at);
        }
        if (function.name == "upper") return boost::to_upper_copy(std::get<std::string>(arguments[0]));
        if (function.name == "lower") return boost::to_lower_copy(std::get<std::string>(arguments[0]));
        if (function.name == "beginning") {
            const std::int64_t octets = std::get<std::int64_t>(arguments[1]);
            if (octets < 0) return error(at, fmt::format("a text has no first {} octets", octets));
            return std::get<std::string>(arguments[0]).substr(0, static_cast<std::size_t>(octets));
        }
        auto result = environment_.call(function.name, arguments);
        if (!result) return error(at, result.error().words);
        return *std::move(result);
    }

    ValueResult repeated(const std::string& text, std::int64_t times, const Expression& at) const {
        if (times < 0) return error(at, fmt::format("a text cannot be repeated {} times", times));
        if (text.empty()) return std::string();
        if (static_cast<std::uint64_t>(times) > most_octets_ / text.size()) return too_long(at);
        std::string result;
        result.reserve(text.size() * static_cast<std::size_t>(times));
        for (std::int64_t i = 0; i < times; ++i)
            result += text;
        return result;
    }

    static ValueResult sum(const Listing& listing, const Expression& at) {
        std::int64_t total = 0;
        for (const ListingLine& line : listing) {
            const std::optional<std::int64_t> size = to_number(line.word);
            if (!size) {
                return error(at, fmt::format("message {} has no size in this listing: {}", line.number,
                                             show(line.word)));
            }
            if (__builtin_add_overflow(total, *size, &total)) {
                return error(at, "the sizes of this listing add up to more than 64 bits hold");
            }
        }
        return total;
    }

    static ValueResult entry(const Function& function, const Listing& listing, std::int64_t number,
                             const Expression& at) {
        const auto line = std::find_if(listing.begin(), listing.end(), [&](const ListingLine& candidate) {
            return candidate.number == number;
        });
        if (line == listing.end()) {
            return error(
                at, fmt::format("message {} is not in this listing of {} lines", number, listing.size()));
        }
        if (function.name == "id") return line->word;
        const std::optional<std::int64_t> size = to_number(line->word);
        if (!size) {
            return error(at,
                         fmt::format("message {} has no size in this listing: {}", number, show(line->word)));
        }
        return *size;
    }

    /// What follows `name=` in a message of SCRAM (RFC 5802 section 5): parts with commas between them.
    static ValueResult attribute(std::string_view message, std::string_view name, const Expression& at) {
        for (std::string_view rest = message;;) {
            const std::size_t comma = rest.find(',');
            const std::string_view part = rest.substr(0, comma);
            if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
                return std::string(part.substr(name.size() + 1));
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
        return error(at, fmt::format("there is no attribute {} in this message: {}", quoted(name),
                                     show(std::string(message))));
    }

    /// A last line without a line end is a line too.
    static ValueResult lines(const std::string& text) {
        const auto ends = std::count(text.begin(), text.end(), '\n');
        return std::int64_t{ends + (text.empty() || text.back() == '\n' ? 0 : 1)};
    }

    const Environment& environment_;
    std::size_t most_octets_;
};

}  // namespace

std::string show(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    if (const auto* listing = std::get_if<Listing>(&value)) {
        return fmt::format("a listing of {} {}", listing->size(), listing->size() == 1 ? "line" : "lines");
    }
    const auto& text = std::get<std::string>(value);
    std::string shown;
    for (const char octet : std::string_view(text).substr(0, longest_shown)) {
        switch (octet) {
            case '\r':
                shown += "\\r";
                break;
            case '\n':
                shown += "\\n";
                break;
            case '\t':
                shown += "\\t";
                break;
            case '\\':
                shown += "\\\\";
                break;
            case '"':
                shown += "\\\"";
                break;
            default:
                if (static_cast<unsigned char>(octet) < 0x20 || static_cast<unsigned char>(octet) > 0x7E) {
                    shown += fmt::format("\\x{:02X}", static_cast<unsigned char>(octet));
                } else {
                    shown += octet;
                }
        }
    }
    if (text.size() <= longest_shown) return fmt::format("\"{}\"", shown);
    return fmt::format("\"{}...\" ({} octets)", shown, text.size());
}

void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
    throw std::runtime_error(problem.words);
}

void throw_exception_from_error(const EvaluationError& error, const boost::source_location&) {
    throw std::runtime_error(
        fmt::format("{}:{}:{}: {}", error.place.file, error.place.line, error.place.column, error.message));
}

ValueResult evaluate(const Expression& expression, const Environment& environment, std::size_t most_octets) {
    return Evaluator(environment, most_octets).value_of(expression);
}

boost::system::result<Outcome, EvaluationError> check(const Assert& assertion,
                                                      const Environment& environment) {
    const Expression& condition = *assertion.condition;
    const auto* comparison = std::get_if<Operation>(&condition.node);
    if (comparison == nullptr) return EvaluationError{condition.place, "this is no comparison"};
    return Evaluator(environment, most_text_octets).outcome_of(*comparison, condition);
}

boost::system::result<std::string, EvaluationError> render(const Text& text, const Environment& environment) {
    std::string octets;
    for (const Piece& piece : text.pieces) {
        if (const auto* literal = std::get_if<std::string>(&piece)) {
            octets += *literal;
        } else if (const auto* capture = std::get_if<Capture>(&piece)) {
            return EvaluationError{capture->place, fmt::format("{} has no value yet", quoted(capture->name))};
        } else {
            const Expression& expression = *std::get<ExpressionPointer>(piece);
            const ValueResult value = evaluate(expression, environment);
            if (!value) return value.error();
            if (const auto* number = std::get_if<std::int64_t>(&*value)) {
                octets += fmt::format("{}", *number);
            } else if (const auto* word = std::get_if<std::string>(&*value)) {
                octets += *word;
            } else {
                return EvaluationError{expression.place,
                                       fmt::format("{} is a listing, and no text", words_for(expression))};
            }
        }
        if (octets.size() > most_text_octets) {
            return EvaluationError{Place{},
                                   fmt::format("the text has more than {} octets", most_text_octets)};
        }
    }
    return octets;
}

}  // namespace popquiz::script
