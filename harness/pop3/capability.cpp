#include "harness/pop3/capability.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/body.hpp"
#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

// RFC 2449 s3: cchar = %x21-2D / %x2F-7F, that is all that is visible but the dot.
bool is_tag_octet(char octet) {
    return octet != '.' && (is_visible(octet) || octet == 0x7f);
}

}  // namespace

bool Capability::is(std::string_view other_tag) const {
    return same_word(tag, other_tag);
}

bool Capability::has_parameter(std::string_view parameter) const {
    return std::any_of(parameters.begin(), parameters.end(),
                       [parameter](const std::string& one) { return same_word(one, parameter); });
}

void throw_exception_from_error(const CapabilityError& error, const boost::source_location&) {
    throw std::logic_error("no capability: " + error.reason);
}

boost::system::result<Capability, CapabilityError> parse_capability(std::string_view line) {
    Capability capability;
    std::size_t at = 0;
    while (at < line.size() && line[at] != ' ') {
        if (!is_tag_octet(line[at])) {
            return CapabilityError{fmt::format("\"{}\" is not allowed in a tag", escape(line.substr(at, 1))),
                                   at};
        }
        ++at;
    }
    if (at == 0) return CapabilityError{line.empty() ? "the line is empty" : "a tag expected, SP found", 0};
    capability.tag = std::string(line.substr(0, at));
    while (at < line.size()) {
        const std::size_t start = ++at;
        while (at < line.size() && line[at] != ' ') {
            if (!is_visible(line[at])) {
                return CapabilityError{
                    fmt::format("\"{}\" is not allowed in a parameter", escape(line.substr(at, 1))), at};
            }
            ++at;
        }
        if (at == start) {
            return CapabilityError{fmt::format("a parameter expected behind SP, {} found",
                                               at == line.size() ? "the end of the line" : "another SP"),
                                   at};
        }
        capability.parameters.emplace_back(line.substr(start, at - start));
    }
    return capability;
}

CapabilityList CapabilityList::parse(std::string_view body) {
    CapabilityList list;
    for (const std::string_view line : body_lines(body)) {
        auto capability = parse_capability(line);
        if (capability) {
            list.capabilities_.push_back(std::move(*capability));
        } else {
            ++list.malformed_;
        }
    }
    return list;
}

const Capability* CapabilityList::find(std::string_view tag) const {
    const auto found = std::find_if(capabilities_.begin(), capabilities_.end(),
                                    [tag](const Capability& capability) { return capability.is(tag); });
    return found == capabilities_.end() ? nullptr : &*found;
}

}  // namespace popquiz::pop3
