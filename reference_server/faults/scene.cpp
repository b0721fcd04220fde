#include "reference_server/faults/scene.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace popquizd::faults {

namespace {

bool is_one_of(std::string_view keyword, std::string_view words) {
    for (;;) {
        const std::size_t bar = words.find('|');
        if (words.substr(0, bar) == keyword) return true;
        if (bar == std::string_view::npos) return false;
        words.remove_prefix(bar + 1);
    }
}

}  // namespace

std::optional<std::uint64_t> Scene::number() const {
    return arguments.empty() ? std::nullopt : number_of(arguments[0]);
}

bool Scene::names_marked() const {
    const std::optional<std::uint64_t> named = number();
    return named && marks.contains(*named);
}

When operator&(When a, When b) {
    return [a = std::move(a), b = std::move(b)](const Scene& scene) { return a(scene) && b(scene); };
}

When unless(When condition) {
    return [condition = std::move(condition)](const Scene& scene) { return !condition(scene); };
}

When always() {
    return [](const Scene&) { return true; };
}

When to(std::string_view word) {
    return [word](const Scene& scene) { return is_one_of(scene.keyword, word); };
}

When ok(std::string_view word) {
    return to(word) & positive;
}

When err(std::string_view word) {
    return to(word) & negative;
}

When one(std::string_view word) {
    return ok(word) & [](const Scene& scene) { return !scene.arguments.empty(); };
}

When all(std::string_view word) {
    return ok(word) & [](const Scene& scene) { return scene.arguments.empty(); };
}

When times(std::size_t n) {
    return [n](const Scene& scene) {
        const auto found = scene.times.find(scene.keyword);
        return found != scene.times.end() && found->second >= n;
    };
}

bool greeting(const Scene& scene) {
    return scene.keyword.empty();
}

bool positive(const Scene& scene) {
    return scene.reply.positive();
}

bool negative(const Scene& scene) {
    return !scene.reply.positive();
}

bool before_login(const Scene& scene) {
    return !scene.logged_in;
}

bool after_login(const Scene& scene) {
    return scene.logged_in;
}

bool under_tls(const Scene& scene) {
    return scene.tls;
}

bool pipelined(const Scene& scene) {
    return scene.in_segment > 0;
}

bool later_login(const Scene& scene) {
    return scene.of_user().logins > 1;
}

bool after_rset(const Scene& scene) {
    return scene.reset;
}

bool marks_set(const Scene& scene) {
    return !scene.marks.empty();
}

bool names_marked(const Scene& scene) {
    return scene.names_marked();
}

bool last_message(const Scene& scene) {
    return scene.messages > 1 && scene.number() == scene.messages;
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, number);
    if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return number;
}

std::string upper(std::string_view word) {
    std::string out(word);
    std::transform(out.begin(), out.end(), out.begin(), [](char octet) {
        return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
    });
    return out;
}

std::string lower(std::string_view word) {
    std::string out(word);
    std::transform(out.begin(), out.end(), out.begin(), [](char octet) {
        return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
    });
    return out;
}

}  // namespace popquizd::faults
