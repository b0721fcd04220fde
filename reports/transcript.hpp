#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// A line of a transcript as it is set: `   0.012  C: RETR 2\r\n`, with the column of a caret under it.
struct TranscriptRow {
    TranscriptLine::Kind kind = TranscriptLine::Kind::event;
    std::string prefix;                ///< time, session, and `C: `, `S: ` or `-- `
    std::string text;                  ///< visible text
    std::optional<std::size_t> caret;  ///< column in `text`
};

/// The rows of a transcript. With a `width` other than 0 a row takes at most so many columns: what is too
/// long is cut, in the middle or around the caret, with `...` in place of what is left out.
[[nodiscard]] std::vector<TranscriptRow> rows(const std::vector<TranscriptLine>& transcript,
                                              std::size_t width);

}  // namespace popquiz::reports
