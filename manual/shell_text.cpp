#include "manual/shell_text.hpp"

namespace manual {

std::string replaced(std::string text,
                     const std::vector<std::pair<std::string_view, std::string_view>>& pairs) {
    for (const auto& [from, to] : pairs)
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    return text;
}

std::string quoted(std::string_view text) {
    return "'" + replaced(std::string(text), {{"'", "'\\''"}}) + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string written;
    for (const auto& word : words) {
        if (!written.empty()) written += between;
        written += word;
    }
    return written;
}

bool goes_on_with_file(const Values& values) {
    return !values.words.empty() && values.words.front().ends_with('=');
}

}  // namespace manual
