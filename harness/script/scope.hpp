#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/functions.hpp"
#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// What a name stands for.
struct Binding {
    Type type = Type::text;
    ExpressionPointer value;             ///< of a column or a parameter; null for a capture
    std::size_t nodes = 1;               ///< size of `value`
    std::optional<std::string> literal;  ///< what a column or a parameter is, where it stands alone in `${}`
    bool several_lines = false;          ///< a kept text
    bool sure = true;                    ///< false: bound in one of several answers only
    Place place;
};
using Bindings = std::map<std::string, Binding, std::less<>>;

/// The names that can be used at a point of a file: those of popquiz, what has been captured so far (in the
/// whole scenario), and the columns of the table or the parameters of the included file.
class Scope {
  public:
    explicit Scope(std::shared_ptr<Bindings> captures) : captures_(std::move(captures)) {}

    /// Null if the name is not bound. Names of popquiz are found too.
    [[nodiscard]] const Binding* find(std::string_view name) const;
    [[nodiscard]] bool is_builtin(std::string_view name) const;
    /// All names, for "did you mean".
    [[nodiscard]] std::vector<std::string_view> names() const;

    void bind_capture(const std::string& name, Binding binding) {
        captures_->insert_or_assign(name, std::move(binding));
    }
    void bind_local(const std::string& name, Binding binding) {
        locals_.insert_or_assign(name, std::move(binding));
    }
    [[nodiscard]] const std::shared_ptr<Bindings>& captures() const { return captures_; }

  private:
    [[nodiscard]] std::array<const Bindings*, 3> all_bindings() const;

    std::shared_ptr<Bindings> captures_;
    Bindings locals_;
};

/// Whether the whole text is a name: a letter, then letters, digits and `_`.
bool is_name(std::string_view text);
/// The name at the front of the text, or an empty view.
std::string_view name_in_front(std::string_view text);

}  // namespace popquiz::script
