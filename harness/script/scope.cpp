#include "harness/script/scope.hpp"

#include <algorithm>

#include "harness/script/letter.hpp"

namespace popquiz::script {

namespace {

bool is_name_octet(char octet) {
    return is_letter(octet) || (octet >= '0' && octet <= '9') || octet == '_';
}

const Bindings& bindings_of_builtins() {
    static const Bindings all = [] {
        Bindings bindings;
        for (const Builtin& builtin : builtins()) {
            Binding binding;
            binding.type = builtin.type;
            bindings.emplace(builtin.name, binding);
        }
        return bindings;
    }();
    return all;
}

}  // namespace

std::array<const Bindings*, 3> Scope::all_bindings() const {
    return {&bindings_of_builtins(), &locals_, captures_.get()};
}

const Binding* Scope::find(std::string_view name) const {
    for (const Bindings* bindings : all_bindings()) {
        const auto found = bindings->find(name);
        if (found != bindings->end()) return &found->second;
    }
    return nullptr;
}

bool Scope::is_builtin(std::string_view name) const {
    return bindings_of_builtins().contains(name);
}

std::vector<std::string_view> Scope::names() const {
    std::vector<std::string_view> result;
    for (const Bindings* bindings : all_bindings()) {
        for (const auto& [name, binding] : *bindings)
            result.emplace_back(name);
    }
    return result;
}

bool is_name(std::string_view text) {
    return !text.empty() && name_in_front(text).size() == text.size();
}

std::string_view name_in_front(std::string_view text) {
    if (text.empty() || !is_letter(text.front())) return {};
    const auto* end = std::find_if_not(text.begin(), text.end(), is_name_octet);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace popquiz::script
