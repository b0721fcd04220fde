#include "harness/app/known_deviations.hpp"

#include <chrono>
#include <cstdio>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/suite.hpp"

namespace popquiz::app {

std::optional<KnownDeviations> KnownDeviations::read(const std::optional<std::filesystem::path>& file) {
    KnownDeviations known;
    if (!file) return known;
    known.file_ = *file;
    const auto text = read_file(*file);
    if (!text) {
        fmt::print(stderr, "{}: cannot be read\n", file->string());
        return std::nullopt;
    }
    auto deviations = run::parse_baseline(*text);
    if (!deviations) {
        fmt::print(stderr, "{}:{}: {}\n", file->string(), deviations.error().line,
                   deviations.error().message);
        return std::nullopt;
    }
    known.deviations_ = std::move(*deviations);
    return known;
}

void KnownDeviations::apply(reports::Record& record, bool whole_suite) {
    const auto today = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::now()));
    remarks_ = run::apply_baseline(deviations_, record, whole_suite, today);
}

int KnownDeviations::told(int status) const {
    for (const auto& remark : remarks_)
        fmt::print(stderr, "{}:{}: {}\n", file_.string(), remark.line, remark.text);
    return !remarks_.empty() && status == Status::conforms ? static_cast<int>(Status::misses) : status;
}

}  // namespace popquiz::app
