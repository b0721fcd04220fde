#pragma once

#include <algorithm>

#include "harness/script/scenario.hpp"

namespace popquiz::run {

/// Whether the value depends on a password or a token: then it is as secret as they are.
inline bool comes_of_a_secret(const script::Expression& expression) {
    const auto& node = expression.node;
    if (const auto* name = std::get_if<script::Name>(&node))
        return name->name == "password" || name->name == "password2" || name->name == "token";
    if (const auto* operation = std::get_if<script::Operation>(&node))
        return comes_of_a_secret(*operation->left) || comes_of_a_secret(*operation->right);
    const auto* call = std::get_if<script::Call>(&node);
    return call != nullptr && std::any_of(call->arguments.begin(), call->arguments.end(),
                                          [](const auto& argument) { return comes_of_a_secret(*argument); });
}

/// Whether a text has a hole for something that was made of a secret, and is not the secret itself.
inline bool has_part_of_a_secret(const script::Text& text) {
    return std::any_of(text.pieces.begin(), text.pieces.end(), [](const script::Piece& piece) {
        const auto* expression = std::get_if<script::ExpressionPointer>(&piece);
        return expression != nullptr && !std::holds_alternative<script::Name>((*expression)->node) &&
               comes_of_a_secret(**expression);
    });
}

}  // namespace popquiz::run
