#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace popquizd::faults {

/// A reply in its parts: as an honest server forms it, and then as a lie leaves it.
struct Reply {
    /// A line of the body, for those who decide about byte-stuffing.
    struct Line {
        std::string_view text;  ///< without its line end
        std::size_t number;     ///< counted from 0
        std::size_t offset;     ///< of its first octet in the body
        bool last;
        bool after_bare_lf;  ///< the line before it ended with an LF without CR
        bool in_header;      ///< no empty line was before it
    };
    /// How many dots are put in front of a line.
    using Dots = std::function<std::size_t(const Line&)>;

    std::string status;  ///< without its line end
    std::string status_end = "\r\n";
    bool multi_line = false;
    std::string body;  ///< without byte-stuffing
    Dots dots;         ///< empty: as it should be
    std::string end = ".\r\n";

    bool positive() const { return status.starts_with("+OK"); }
    /// What stands behind the indicator and its blank.
    std::string text() const;
    void set_text(std::string_view text);
    /// Leaves a status line and nothing behind it.
    void make_single(std::string line);
};

/// Takes the octets of an honest reply apart.
Reply parse_reply(std::string_view octets);

/// Only its status line, and whether there is more.
Reply parse_status(std::string_view octets);

/// As it goes over the wire.
std::string format_reply(const Reply& reply);

/// The lines of a body whose line ends are CRLF.
std::vector<std::string> split_lines(std::string_view body);
std::string join_lines(const std::vector<std::string>& lines);

std::vector<std::string> split_words(std::string_view line);
std::string join_words(const std::vector<std::string>& words);

}  // namespace popquizd::faults
