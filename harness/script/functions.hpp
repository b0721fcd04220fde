#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/script/evaluate.hpp"
#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// What an expression can be. `condition` is a comparison: it stands in an assertion only. `unknown` is the
/// type of something that has been reported as a mistake, and goes with everything.
enum class Type { number, text, listing, condition, unknown };

Type type_of(const Value& value);
/// `number`, `text` ...
std::string_view words(Type type);

struct Function {
    std::string_view name;
    Type result = Type::unknown;
    std::vector<Type> arguments;
};

/// All functions of the language.
const std::vector<Function>& functions();
/// Null if there is none of this name.
const Function* find_function(std::string_view name);

/// A name that every scenario may use.
struct Builtin {
    std::string_view name;
    Type type = Type::text;
};
const std::vector<Builtin>& builtins();

/// `+`, `==` ...
std::string_view symbol(Operation::Operator op);
bool is_comparison(Operation::Operator op);

}  // namespace popquiz::script
