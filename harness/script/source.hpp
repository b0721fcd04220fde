#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// A file cut into lines. Line ends are LF or CRLF; a byte order mark in front is dropped.
struct Source {
    Source(std::string file_name, std::string_view text);

    std::string file;
    std::vector<std::string_view> lines;  ///< without their ends; they point into the text that was given
};

/// A part of one line of a file, which knows where it stands.
struct Fragment {
    const Source* source = nullptr;
    std::size_t line = 0;    ///< index into Source::lines
    std::size_t offset = 0;  ///< of the part's first octet in the line
    std::string_view text;

    /// The place of the octet with this index in `text`.
    [[nodiscard]] Place place(std::size_t index = 0) const;
    [[nodiscard]] std::string_view whole_line() const { return source->lines[line]; }
    [[nodiscard]] Fragment part(std::size_t from, std::size_t length = std::string_view::npos) const;
    /// Without the blanks at both ends.
    [[nodiscard]] Fragment trimmed() const;
};

/// The whole line.
Fragment line_of(const Source& source, std::size_t line);

bool is_blank(char octet);
std::string_view trim(std::string_view text);
/// The items between commas, trimmed; empty ones are kept.
std::vector<Fragment> split(const Fragment& list, char separator);

enum class LineKind { nothing, client, server, dots, session, shell, key, unknown };

/// A line of a scenario, told by how it begins.
struct StepLine {
    LineKind kind = LineKind::unknown;
    Presence presence = Presence::required;  ///< server lines
    Match match = Match::meaning;            ///< server lines; client lines are `exact` when written as `C=`
    Fragment key;                            ///< key lines
    Fragment content;                        ///< what follows the mark, or the key's colon
};
StepLine classify(const Fragment& line);

}  // namespace popquiz::script
