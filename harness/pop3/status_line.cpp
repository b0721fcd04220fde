#include "harness/pop3/status_line.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

// The status of RFC 2449 s3 ends with the line or with SP.
bool is_indicator(std::string_view line, std::string_view indicator) {
    return line.starts_with(indicator) && (line.size() == indicator.size() || line[indicator.size()] == ' ');
}

std::string why_other(std::string_view line) {
    if (line.empty()) return "the line is empty";
    for (const std::string_view indicator : {"+OK", "-ERR"}) {
        const std::string_view begin = line.substr(0, indicator.size());
        if (!same_word(begin, indicator)) continue;
        if (begin != indicator) return fmt::format("\"{}\" is not in upper case", escape(begin));
        return fmt::format("\"{}\" is followed by \"{}\", not by SP or the end of the line", indicator,
                           escape(line.substr(indicator.size(), 1)));
    }
    return fmt::format("the line begins with \"{}\", which is neither +OK nor -ERR",
                       escape(line.substr(0, 8)));
}

}  // namespace

std::string_view to_string(Indicator indicator) {
    switch (indicator) {
        case Indicator::ok:
            return "+OK";
        case Indicator::err:
            return "-ERR";
        case Indicator::continuation:
            return "+";
        case Indicator::other:
            return "neither +OK nor -ERR";
    }
    return {};
}

bool StatusLine::means_positive() const {
    return same_word(std::string_view(octets).substr(0, 3), "+OK");
}

bool StatusLine::means_negative() const {
    return same_word(std::string_view(octets).substr(0, 4), "-ERR");
}

std::string_view StatusLine::prose() const {
    std::string_view rest = text;
    if (!code) return rest;
    rest.remove_prefix(code->text().size());
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    return rest;
}

StatusLine parse_status_line(std::string_view line) {
    StatusLine status;
    status.octets = std::string(line);
    std::size_t length = 0;
    if (is_indicator(line, "+OK")) {
        status.indicator = Indicator::ok;
        length = 3;
    } else if (is_indicator(line, "-ERR")) {
        status.indicator = Indicator::err;
        length = 4;
    } else if (is_indicator(line, "+")) {
        status.indicator = Indicator::continuation;
        length = 1;
    } else {
        status.indicator_reason = why_other(line);
        return status;
    }
    status.text = std::string(line.substr(std::min(line.size(), length + 1)));
    if (status.indicator == Indicator::continuation || !status.text.starts_with('[')) return status;
    auto code = parse_response_code(status.text);
    if (code) {
        status.code = std::move(code->code);
    } else {
        status.code_error = code.error();
    }
    return status;
}

ReplyStart begins_reply(std::string_view octets) {
    bool undecided = false;
    for (const std::string_view start : {"+OK", "-ERR", "+ ", "+\r"}) {
        if (octets.size() >= start.size()) {
            if (same_word(octets.substr(0, start.size()), start)) return ReplyStart::yes;
        } else if (same_word(octets, start.substr(0, octets.size()))) {
            undecided = true;
        }
    }
    return undecided ? ReplyStart::undecided : ReplyStart::no;
}

}  // namespace popquiz::pop3
