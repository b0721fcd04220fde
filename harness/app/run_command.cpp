#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "harness/app/called.hpp"
#include "harness/app/commands.hpp"
#include "harness/app/interrupts.hpp"
#include "harness/app/known_deviations.hpp"
#include "harness/app/repetition.hpp"
#include "harness/app/report_file.hpp"
#include "harness/app/sharding.hpp"
#include "harness/app/suite.hpp"
#include "harness/app/version.hpp"
#include "harness/run/by_hand.hpp"
#include "harness/run/conductor.hpp"
#include "harness/run/trace.hpp"
#include "harness/script/duration.hpp"
#include "harness/target/profile.hpp"
#include "reports/format.hpp"
#include "reports/terminal.hpp"
#include "reports/text.hpp"

namespace popquiz::app {
namespace {

/// Each shape once, in the order in which they were named.
boost::system::result<std::vector<run::Shape>, reports::Error> wire_shapes_of(
    const std::vector<std::string>& names) {
    std::vector<run::Shape> shapes;
    const auto add = [&](run::Shape shape) {
        if (shape != run::Shape::whole && std::find(shapes.begin(), shapes.end(), shape) == shapes.end())
            shapes.push_back(shape);
    };
    for (const auto& name : names) {
        if (name == "all") {
            std::for_each(run::other_shapes.begin(), run::other_shapes.end(), add);
            continue;
        }
        const auto shape = run::find_shape(name);
        if (!shape) {
            std::string known = "whole";
            for (const auto other : run::other_shapes)
                known += fmt::format(", {}", run::name(other));
            return reports::Error{fmt::format("--wire-shape {}: it is one of {}, or all", name, known)};
        }
        add(*shape);
    }
    return shapes;
}

/// See run::Plan.
boost::system::result<std::optional<std::chrono::milliseconds>, reports::Error> wall_time_of(
    const std::optional<std::string>& words) {
    using Time = std::optional<std::chrono::milliseconds>;
    if (!words) return Time();
    if (words->empty()) return Time(std::chrono::milliseconds(0));
    const script::Source source("--wall-time", *words);
    script::Mistakes mistakes;
    const auto time = script::parse_duration(script::line_of(source, 0), mistakes);
    if (time) return Time(time);
    return reports::Error{fmt::format(
        "--wall-time {}: a time is written 30s or 12min, is more than nothing and at most a day", *words)};
}

/// What is asked for; the scenarios are not looked for here.
reports::Outcome<run::Plan> plan_of(const Arguments& arguments) {
    const auto shapes = wire_shapes_of(arguments.wire_shapes);
    if (!shapes) return shapes.error();
    const auto wall_time = wall_time_of(arguments.wall_time);
    if (!wall_time) return wall_time.error();
    const auto repetition = repetition_of(arguments);
    if (!repetition) return repetition.error();
    run::Plan plan;
    plan.jobs = arguments.jobs;
    plan.owns_maildrops = arguments.owns_maildrop;
    plan.level = arguments.level;
    plan.wire_shapes = *shapes;
    plan.wall_time = *wall_time;
    plan.tool_version = std::string(version);
    plan.repetition = *repetition;
    plan.confirms = !arguments.retry && arguments.repeat == 1;
    return plan;
}

boost::system::result<target::Profile, target::ProfileErrors> profile_of(const Arguments& arguments) {
    auto profile = arguments.target
                       ? target::read_profile(*arguments.target)
                       : target::profile_from_server(*arguments.server, arguments.user, arguments.password);
    if (profile && arguments.timeout)
        profile->limits.step =
            std::chrono::milliseconds(static_cast<std::int64_t>(*arguments.timeout * 1000));
    return profile;
}

/// False when there is no such rate.
bool keeps_to_rate(const std::optional<std::string>& words, target::Profile& profile) {
    if (!words) return true;
    const auto rate = target::parse_rate(*words);
    if (rate) profile.limits.rate = *rate;
    return rate.has_value();
}

double seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// Each line is there at once: what comes last before a run hangs is what is wanted.
std::unique_ptr<run::Trace> trace_to(const std::string& file) {
    if (file.empty()) return nullptr;
    const auto into = [](std::FILE* stream, std::string_view line) {
        std::fwrite(line.data(), 1, line.size(), stream);
        std::fflush(stream);
    };
    if (file == "-")
        return std::make_unique<run::Trace>([into](std::string_view line) { into(stderr, line); });
    std::shared_ptr<std::FILE> opened(std::fopen(file.c_str(), "w"), [](std::FILE* stream) {
        return stream != nullptr ? std::fclose(stream) : 0;
    });
    if (opened == nullptr) return nullptr;
    return std::make_unique<run::Trace>([into, opened](std::string_view line) { into(opened.get(), line); });
}

/// Shows a run while it goes on: on standard error, so that a report on standard output stays clean.
class Display {
  public:
    explicit Display(const Arguments& arguments) : verbose_(arguments.verbose) {
        const auto sink = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
        // A trace on the same terminal is progress enough.
        if (arguments.quiet || arguments.trace == "-") return;
        const auto setting = setting_of(stderr, arguments.colour);
        progress_ = is_terminal(stderr) && !verbose_
                        ? reports::bar_progress(sink, setting, [] { return columns_of(stderr); })
                        : reports::plain_progress(sink);
    }

    run::Observer observer(const target::Profile& profile) {
        run::Observer observer;
        observer.warned = [this](std::string_view line) { tell([&] { say(line); }); };
        observer.begun = [&, this](const reports::Survey& survey, std::size_t total) {
            begun(profile, survey, total);
        };
        observer.began = [this](std::string_view id) { tell([&] { progress_->began(id, now()); }); };
        observer.finished = [this](const reports::Result& result, std::size_t done, std::size_t total) {
            tell([&] {
                if (verbose_)
                    fmt::print(stderr, "{:<13}{:>7} ms  {}\n", reports::name(result.verdict),
                               result.microseconds / 1000, result.id);
                progress_->finished(result, done, total, now());
            });
        };
        return observer;
    }

    void over(const reports::Record& record) {
        ticker_ = {};
        tell([&] {
            if (started_) progress_->ended(record, now());
        });
    }

  private:
    void begun(const target::Profile& profile, const reports::Survey& survey, std::size_t total) {
        tell([&] {
            say(fmt::format("{}: {}", profile.name, survey.greeting));
            say(fmt::format(
                "{} scenario{}, {} account{}; time limits: {:g} s a reply, {:g} s a scenario, {:g} s in all",
                total, total == 1 ? "" : "s", profile.accounts.size(),
                profile.accounts.size() == 1 ? "" : "s", seconds(profile.limits.step),
                seconds(profile.limits.scenario), seconds(profile.limits.run)));
            progress_->started(total, now());
            started_ = true;
        });
        if (progress_) ticker_ = std::jthread([this](const std::stop_token& over) { tick(over); });
    }

    /// In lines that the terminal does not have to break.
    static void say(std::string_view text) {
        const std::size_t columns = columns_of(stderr);
        for (const auto& line :
             reports::wrapped(reports::visible(text), columns == 0 ? std::string::npos : columns))
            fmt::print(stderr, "{}\n", line);
    }

    void tick(const std::stop_token& over) {
        std::mutex mutex;
        std::condition_variable_any waked;
        std::unique_lock lock(mutex);
        while (!waked.wait_for(lock, over, std::chrono::milliseconds(100), [] { return false; }) &&
               !over.stop_requested())
            tell([&] { progress_->ticked(now()); });
    }

    template <typename Words>
    void tell(Words words) {
        if (!progress_) return;
        const std::lock_guard lock(mutex_);
        words();
    }

    [[nodiscard]] std::int64_t now() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                     start_)
            .count();
    }

    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool verbose_;
    bool started_ = false;
    std::mutex mutex_;
    std::unique_ptr<reports::Progress> progress_;
    std::jthread ticker_;
};

/// Tells how far an exploration has come, on standard error.
std::function<void(std::size_t, std::size_t)> exploration_told(const Arguments& arguments) {
    return [&arguments](std::size_t commands, std::size_t found) {
        if (!arguments.quiet)
            fmt::print(stderr, "{} of {} commands, {} found\n", commands, arguments.expedition.steps, found);
    };
}

std::vector<std::filesystem::path> files_outside(const std::vector<std::string>& selectors,
                                                 const std::filesystem::path& suite) {
    std::vector<std::filesystem::path> files;
    for (const auto& selector : selectors)
        if (const auto path = path_of(selector, suite); path && std::filesystem::is_regular_file(*path))
            files.push_back(*path);
    return files;
}

/// The folder from here on where it is below, else all of it: CI looks for files from the checkout on.
std::string from_here(const std::filesystem::path& folder) {
    std::error_code none;
    const auto whole = std::filesystem::weakly_canonical(folder, none);
    const auto below = whole.lexically_relative(std::filesystem::current_path(none));
    return below.empty() || *below.begin() == ".." ? whole.generic_string() : below.generic_string();
}

/// How popquiz puts mail into maildrops, in words.
std::string in_words(const target::MaildropSetup& setup) {
    if (!setup.maildir.empty()) return "popquiz writes into their Maildirs";
    if (!setup.mbox.empty()) return "popquiz writes into their mboxes";
    if (setup.fills_by_mail())
        return fmt::format("popquiz sends mail to them by {}", name_of(setup.protocol));
    return setup.reset.empty() ? "" : "a script of the profile's";
}

reports::Setup setup_of(const Arguments& arguments, const target::Profile& profile) {
    return {arguments.selectors,        static_cast<int>(profile.accounts.size()),
            in_words(profile.maildrop), arguments.wall_time.has_value(),
            arguments.program,          options_again(arguments)};
}

/// The scenarios that are selected; none after having said why. Who explores wants none.
std::vector<script::Scenario> scenarios_of(const Arguments& arguments, const Suite& suite,
                                           const std::filesystem::path& folder) {
    if (arguments.explores) return {};
    std::vector<std::string> unmatched;
    auto scenarios = select(suite, arguments.selectors, unmatched);
    for (const auto& selector : unmatched)
        fmt::print(stderr, "nothing in the suite is selected by `{}`\n", selector);
    if (scenarios.empty() && unmatched.empty())
        fmt::print(stderr, "there is no scenario in {}\n", folder.string());
    if (!unmatched.empty()) scenarios.clear();
    return scenarios;
}

void print_summary(const Arguments& arguments, const reports::Record& record, bool report_on_output) {
    auto* const out = report_on_output ? stderr : stdout;
    const auto summary =
        reports::write_terminal(record, setting_of(out, arguments.colour, arguments.verbose));
    std::fwrite(summary.data(), 1, summary.size(), out);
}

}  // namespace

int run_command(const Arguments& arguments) {
    if (!arguments.target && !arguments.server)
        return wrong("which server? --target FILE.toml, or --server HOST:PORT --user U --password P");
    const auto files = report_files(arguments.reports);
    if (!files) return wrong(files.error().message);
    const auto formats = formats_of(*files);
    if (!formats) return wrong(formats.error().message);
    auto plan = plan_of(arguments);
    if (!plan) return wrong(plan.error().message);
    auto profile = profile_of(arguments);
    if (!profile) return wrong(target::render(profile.error()));
    if (!keeps_to_rate(arguments.rate, *profile))
        return wrong(fmt::format(
            "--rate {}: it is none, or a number of commands a second from 0.1 to 1000000", *arguments.rate));
    const auto folder = find_suite(arguments.suite);
    if (!folder) return wrong("the suite is not found; say where its folder is with --suite DIR");
    auto suite = load_suite(*folder, files_outside(arguments.selectors, *folder));
    if (!suite) return wrong(suite.error().text);

    plan->scenarios = scenarios_of(arguments, *suite, *folder);
    if (plan->scenarios.empty() && !arguments.explores) return Status::nothing_selected;
    auto shard = divide(arguments, *suite, plan->scenarios);
    if (!shard) return wrong(shard.error().message);
    if (const auto why = unwritable(*files)) return wrong(*why);
    const auto trace = trace_to(arguments.trace);
    if (!arguments.trace.empty() && trace == nullptr)
        return wrong(fmt::format("--trace={}: cannot be written: {}", arguments.trace, std::strerror(errno)));
    plan->trace = trace.get();
    // Each time that all is played has the time that the profile gives to a run.
    profile->limits.run *= static_cast<std::int64_t>(plan->repetition.repeat);

    // Without provisioning nothing is played more often than what is told has to be.
    wire::Stop stop;
    if (arguments.by_hand && profile->maildrop.can_fill())
        plan->afterwards = [&](const run::Again& again, reports::Record& of) {
            run::see_by_hand(again, plan->scenarios, *profile, stop, of);
        };

    auto deviations = KnownDeviations::read(arguments.baseline);
    if (!deviations) return Status::usage;

    const Interrupts interrupts(stop);
    target::MaildropStore maildrops(suite->maildrops());
    if (plan->repetition.seed && !arguments.quiet)
        fmt::print(stderr, "the order is that of --shuffle={}\n", *plan->repetition.seed);
    Display display(arguments);
    auto record =
        arguments.explores
            ? explore::explore(arguments.expedition, *plan, *profile, suite->catalogue, maildrops, stop,
                               exploration_told(arguments))
            : run::conduct(*plan, *profile, suite->catalogue, maildrops, stop, display.observer(*profile));
    record.calibration = suite->calibration;
    record.suite = from_here(*folder);
    record.setup = setup_of(arguments, *profile);
    record.shard = std::move(*shard);
    deviations->apply(record, arguments.selectors.empty() && !arguments.explores && !record.shard);
    display.over(record);

    // The files first: whatever becomes of our output, they are there.
    const bool written = write_reports(*files, *formats, record);
    const int status = deviations->told(reports::exit_status(record));
    if (!arguments.quiet || status != Status::conforms)
        print_summary(arguments, record, std::ranges::any_of(*files, &ReportFile::takes_standard_output));
    return written || status == Status::misses ? status : static_cast<int>(Status::not_judged);
}

}  // namespace popquiz::app
