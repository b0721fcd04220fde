#include "harness/app/called.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::app {
namespace {

using reports::shell_quoted;

/// Options with a blank between them.
class Options {
  public:
    void add(const std::string& one) {
        if (!one.empty()) text_ += (text_.empty() ? "" : " ") + one;
    }
    void add(std::string_view name, const std::string& value) {
        add(fmt::format("{} {}", name, shell_quoted(value)));
    }
    [[nodiscard]] std::string text() && { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace

std::string judging_options(const Arguments& arguments) {
    Options options;
    const auto optional_value = [&](const std::string& name, const std::string& value) {
        options.add(value.empty() ? name : name + "=" + shell_quoted(value));
    };
    if (arguments.wall_time) optional_value("--wall-time", *arguments.wall_time);
    if (arguments.timeout) options.add(fmt::format("--timeout={:g}", *arguments.timeout));
    if (arguments.repeat > 1) options.add(fmt::format("--repeat={}", arguments.repeat));
    if (arguments.retry) options.add(fmt::format("--retry={}", *arguments.retry));
    if (arguments.shuffle) optional_value("--shuffle", *arguments.shuffle);
    if (arguments.owns_maildrop) options.add("--i-own-this-maildrop");
    return std::move(options).text();
}

std::string options_again(const Arguments& arguments) {
    Options options;
    if (arguments.target) options.add("--target", arguments.target->string());
    if (arguments.server) {
        options.add("--server", *arguments.server);
        options.add("--user", arguments.user);
        options.add(R"(--password "$PASSWORD")");
    }
    if (arguments.suite) options.add("--suite", arguments.suite->string());
    if (arguments.rate) options.add("--rate", *arguments.rate);
    options.add(judging_options(arguments));
    if (arguments.explores)
        options.add(fmt::format("--steps={} --sessions={}", arguments.expedition.steps,
                                arguments.expedition.sessions));
    return std::move(options).text();
}

}  // namespace popquiz::app
