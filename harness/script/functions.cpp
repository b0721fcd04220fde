#include "harness/script/functions.hpp"

#include <algorithm>

namespace popquiz::script {

Type type_of(const Value& value) {
    if (std::holds_alternative<std::int64_t>(value)) return Type::number;
    return std::holds_alternative<std::string>(value) ? Type::text : Type::listing;
}

std::string_view words(Type type) {
    switch (type) {
        case Type::number:
            return "number";
        case Type::text:
            return "text";
        case Type::listing:
            return "listing";
        case Type::condition:
            return "comparison";
        case Type::unknown:
            return "value";
    }
    return "value";
}

const std::vector<Function>& functions() {
    static const std::vector<Function> all = {
        {"octets", Type::number, {Type::number}},
        {"repeat", Type::text, {Type::text, Type::number}},
        {"base64", Type::text, {Type::text}},
        {"apop", Type::text, {Type::text}},
        {"count", Type::number, {Type::listing}},
        {"sum", Type::number, {Type::listing}},
        {"size", Type::number, {Type::listing, Type::number}},
        {"id", Type::text, {Type::listing, Type::number}},
        {"lines", Type::number, {Type::text}},
        {"length", Type::number, {Type::text}},
        {"contains", Type::number, {Type::text, Type::text}},
        {"number", Type::number, {Type::text}},
        {"from_base64", Type::text, {Type::text}},
        {"attribute", Type::text, {Type::text, Type::text}},
        {"hmac_md5", Type::text, {Type::text, Type::text}},
        {"scram_proof", Type::text, {Type::text, Type::text, Type::text}},
        {"scram_signature", Type::text, {Type::text, Type::text, Type::text}},
        {"upper", Type::text, {Type::text}},
        {"lower", Type::text, {Type::text}},
        {"beginning", Type::text, {Type::text, Type::number}},
    };
    return all;
}

const Function* find_function(std::string_view name) {
    const auto found = std::find_if(functions().begin(), functions().end(),
                                    [&](const Function& function) { return function.name == name; });
    return found == functions().end() ? nullptr : &*found;
}

const std::vector<Builtin>& builtins() {
    static const std::vector<Builtin> all = {
        {"user", Type::text},       {"password", Type::text}, {"user2", Type::text},
        {"password2", Type::text},  {"host", Type::text},     {"port", Type::number},
        {"messages", Type::number}, {"octets", Type::number}, {"timestamp", Type::text},
        {"apop", Type::text},       {"token", Type::text},
    };
    return all;
}

std::string_view symbol(Operation::Operator op) {
    switch (op) {
        case Operation::Operator::plus:
            return "+";
        case Operation::Operator::minus:
            return "-";
        case Operation::Operator::times:
            return "*";
        case Operation::Operator::equal:
            return "==";
        case Operation::Operator::not_equal:
            return "!=";
        case Operation::Operator::less:
            return "<";
        case Operation::Operator::less_or_equal:
            return "<=";
        case Operation::Operator::greater:
            return ">";
        case Operation::Operator::greater_or_equal:
            return ">=";
    }
    return "?";
}

bool is_comparison(Operation::Operator op) {
    return op != Operation::Operator::plus && op != Operation::Operator::minus &&
           op != Operation::Operator::times;
}

}  // namespace popquiz::script
