#include "manual/hidden_option.hpp"

#include <chrono>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "manual/completion.hpp"
#include "manual/shell_text.hpp"

namespace manual {
namespace {

/// https://reproducible-builds.org/specs/source-date-epoch
std::string date() {
    auto time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) time = std::strtoll(epoch, nullptr, 10);
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(time));
}

std::string written(const Program& program, const Binding& binding, const std::string& kind) {
    if (kind == "bash") return write_bash(program);
    if (kind == "zsh") return write_zsh(program);
    if (kind == "fish") return write_fish(program);
    return write_page(program, binding);
}

}  // namespace

void add_hidden_option(CLI::App& app, const Kinds& kinds, const Binding& binding) {
    app.add_option_function<std::string>(
           "--write-manual",
           [&app, kinds, binding](const std::string& kind) {
               const auto program = read_program(app, kinds);
               if (const auto mute = without_help(program); !mute.empty())
                   throw CLI::ValidationError("--write-manual", "no help text: " + joined(mute, ", "));
               auto bound = binding;
               bound.date = date();
               auto text = written(program, bound, kind);
               text.pop_back();  // CLI11 adds a line end
               throw CLI::CallForVersion(text, 0);
           },
           "for the build: a manual page, or completions for a shell")
        ->check(CLI::IsMember({"man", "bash", "zsh", "fish"}))
        ->group("");
}

}  // namespace manual
