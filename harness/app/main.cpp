#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/manual.hpp"
#include "harness/app/version.hpp"
#include "reports/format.hpp"

namespace {

using popquiz::app::Arguments;
using popquiz::app::Colour;
using popquiz::reports::Level;

/// All formats, each with its purpose on a line of its own.
std::string report_help() {
    std::string help = "write a report; FILE may be - for standard output. FORMAT is one of";
    for (const auto& format : popquiz::reports::formats())
        help += fmt::format("\n  {:<10} {}", format.name, format.purpose);
    return help;
}

void add_selection(CLI::App& command, Arguments& arguments) {
    command.add_option(
        "SELECTOR", arguments.selectors,
        "scenario files, folders, ids, or globs over ids such as 'rfc1939/5-*'; all if left out");
}

void add_level(CLI::App& command, Arguments& arguments) {
    const std::map<std::string, Level> levels = {
        {"must", Level::must}, {"should", Level::should}, {"may", Level::may}};
    command
        .add_option("--level", arguments.level,
                    "what makes the exit status 1: a missed must (default), should or may")
        ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case))
        ->type_name("LEVEL");
}

void add_server(CLI::App& command, Arguments& arguments, const std::string& careful) {
    auto* target =
        command.add_option("--target", arguments.target, "the server's profile (TOML)")->type_name("FILE");
    auto* server =
        command.add_option("--server", arguments.server, "the server, instead of a profile: " + careful)
            ->type_name("HOST:PORT")
            ->excludes(target);
    command.add_option("--user", arguments.user, "account for --server")->type_name("U")->needs(server);
    command.add_option("--password", arguments.password, "its password")->type_name("P")->needs(server);
}

void add_timeout(CLI::App& command, Arguments& arguments) {
    command.add_option("--timeout", arguments.timeout, "time limit of a reply, in seconds")
        ->type_name("S")
        ->check([](const std::string& text) {
            // Neither `nan` nor `inf`.
            return text.find_first_not_of("0123456789.") == std::string::npos
                       ? ""
                       : "no number of seconds: " + text;
        })
        ->check(CLI::Range(0.001, 7 * 24 * 3600.0));
}

/// How often scenarios are played, in which order, and which part of them.
void add_attempts(CLI::App& run, Arguments& arguments) {
    constexpr std::uint64_t most = 1'000'000;
    run.add_option("--repeat", arguments.repeat,
                   "play every scenario N times: one that does not come to the same verdict each time is\n"
                   "flaky, and fails the run")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, most));
    run.add_option("--retry", arguments.retry,
                   "play what failed, or could not be judged, up to N times more: if it then comes to\n"
                   "something else it is flaky, and fails the run as well; if left out, what failed is\n"
                   "played once more")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{0}, most));
    run.add_option("--shuffle", arguments.shuffle,
                   "play in another order, and as other accounts: that of the seed, or one by chance, which\n"
                   "is printed")
        ->type_name("[SEED]")
        ->expected(0, 1);
    auto* shard = run.add_option("--shard", arguments.shard,
                                 "play one part of N, from 1/N to N/N; auto: the one that the variables of\n"
                                 "GitLab's parallel jobs or of Kubernetes' indexed ones name")
                      ->type_name("I/N|auto");
    run.add_option("--times", arguments.times,
                   "make the parts of --shard take about the same time: the record of an earlier run, the\n"
                   "same for all parts")
        ->type_name("FILE")
        ->needs(shard);
}

void add_run(CLI::App& app, Arguments& arguments) {
    auto* run = app.add_subcommand("run", "play scenarios against a server and say where it conforms");
    add_selection(*run, arguments);
    add_server(*run, arguments, "only what leaves the maildrop as it was is played");
    run->add_option("-j,--jobs", arguments.jobs,
                    "scenarios at a time; as many as there are accounts if left out")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    run->add_option("--report", arguments.reports, report_help())
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
    add_level(*run, arguments);
    add_timeout(*run, arguments);
    run->add_option("--baseline", arguments.baseline,
                    "known deviations (TOML); a new one fails, and so does one that is gone")
        ->type_name("FILE");
    run->add_option("--wire-shape", arguments.wire_shapes,
                    "play everything once more in another wire shape: octets, split-line-ends, coalesced,\n"
                    "slow-reader, tls, stls, ipv6, or all; may be repeated")
        ->type_name("NAME[,NAME]")
        ->delimiter(',')
        ->allow_extra_args(false);
    run->add_option(
           "--wall-time", arguments.wall_time,
           "play scenarios that need wall time, too, beside all others: for so long, such as 12min,\n"
           "or as long as they need")
        ->type_name("[DURATION]")
        ->expected(0, 1);
    add_attempts(*run, arguments);
    run->add_flag("--i-own-this-maildrop", arguments.owns_maildrop,
                  "mail that popquiz did not put there may be deleted, too");
    run->add_option("--rate", arguments.rate,
                    "commands a second, of all sessions together, or none: no limit; 10 if left out and the\n"
                    "server is neither on this machine nor in a private network")
        ->type_name("N|none");
    run->add_flag_callback(
        "--no-by-hand", [&arguments] { arguments.by_hand = false; },
        "do not play findings again to see what are the fewest commands that show them");
    run->add_flag(
        "--trace{-}", arguments.trace,
        "write everything that goes over the wire while it happens, with times and without secrets:\n"
        "to standard error, or --trace=FILE");
    run->add_flag("-q,--quiet", arguments.quiet, "print nothing but what is wrong");
    run->add_flag("-v,--verbose", arguments.verbose,
                  "print a line for every scenario, each finding in full and each section of the RFCs");
}

void add_explore(CLI::App& app, Arguments& arguments) {
    auto* explore = app.add_subcommand(
        "explore", "play commands at random, and shrink what is found to the fewest that still show it");
    auto& expedition = arguments.expedition;
    add_server(*explore, arguments, "nothing is deleted, and the maildrop is left as it was");
    explore
        ->add_option("--seed", expedition.seed,
                     "what the commands depend on: the same seed, the same commands")
        ->type_name("N");
    explore->add_option("--steps", expedition.steps, "commands, in all; 1000 if left out")
        ->type_name("K")
        ->check(CLI::Range(1, 1'000'000'000));
    explore
        ->add_option("--sessions", expedition.sessions,
                     "sessions that are open at once, at most; 2 if left out")
        ->type_name("S")
        ->check(CLI::Range(1, 16));
    explore
        ->add_option(
            "--write", expedition.into,
            "a folder for scenario files: one of each thing found, with the fewest commands that show it")
        ->type_name("FOLDER");
    explore
        ->add_option("--shrink", expedition.shrunk, "how many of the things found are shrunk; 40 if left out")
        ->type_name("N");
    explore->add_flag("--until-found", expedition.until_found, "end as soon as something is found");
    explore
        ->add_option("-j,--jobs", arguments.jobs,
                     "walks at a time; as many as there are accounts if left out")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    explore
        ->add_option("--report", arguments.reports,
                     "write a report: junit, json, html, tap or markdown; FILE may be - for standard output")
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
    add_level(*explore, arguments);
    add_timeout(*explore, arguments);
    explore->add_option("--baseline", arguments.baseline, "known deviations (TOML); a new one fails")
        ->type_name("FILE");
    explore->add_flag("--i-own-this-maildrop", arguments.owns_maildrop,
                      "mail that popquiz did not put there may be deleted, too");
    explore->add_flag("-q,--quiet", arguments.quiet, "print nothing but what is wrong");
}

void add_coverage(CLI::App& app, Arguments& arguments) {
    auto* coverage = app.add_subcommand("coverage", "which requirements are covered, by RFC and section");
    coverage
        ->add_option("--report", arguments.reports,
                     "write it all: json or markdown; FILE may be - for standard output")
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
}

void add_records(CLI::App& app, Arguments& arguments) {
    auto* report =
        app.add_subcommand("report", "tell a record (a report of the format json) again, in other formats");
    report->add_option("RECORD", arguments.records, "the record")->required()->expected(1)->type_name("FILE");
    report->add_option("--report", arguments.reports, report_help())
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
    auto* compare = app.add_subcommand(
        "compare", "put records beside each other; of two of one server, say what changed");
    compare->add_option("RECORD", arguments.records, "records (reports of the format json)")
        ->required()
        ->expected(2, -1)
        ->type_name("FILE");
    compare
        ->add_option("--report", arguments.reports,
                     "write the comparison: html, markdown or json; FILE may be - for standard output")
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
    compare->add_flag("--differing", arguments.differing, "only requirements whose verdicts differ");
    add_level(*compare, arguments);
}

void add_merge(CLI::App& app, Arguments& arguments) {
    auto* merge = app.add_subcommand(
        "merge", "put the records of all parts of a run (--shard) together, if nothing is missing or double");
    merge->add_option("RECORD", arguments.records, "the records (reports of the format json)")
        ->required()
        ->type_name("FILE");
    merge
        ->add_option("--report", arguments.reports,
                     "write a report: junit, json, html, tap or markdown; FILE may be - for standard output")
        ->type_name("FORMAT=FILE")
        ->allow_extra_args(false);
    merge
        ->add_option("--baseline", arguments.baseline,
                     "known deviations (TOML), held against all parts together")
        ->type_name("FILE");
}

void add_baseline(CLI::App& app, Arguments& arguments) {
    auto* baseline = app.add_subcommand(
        "baseline", "bring a list of known deviations up to date with what a run has found");
    baseline
        ->add_option("--update", arguments.baseline,
                     "the list (TOML): what is gone is marked in it, and what is new stands at its end")
        ->type_name("FILE")
        ->required();
    baseline->add_option("RECORD", arguments.record, "the run, as `run --report json=RECORD` wrote it")
        ->required();
}

}  // namespace

int main(int argc, char** argv) {
    namespace commands = popquiz::app;
    Arguments arguments;
    if (argc > 0) arguments.program = argv[0];
    CLI::App app("popquiz: a conformance suite for POP3 servers");
    app.set_version_flag("--version", "popquiz " + std::string(commands::version));
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--suite", arguments.suite,
                   "folder of the suite; the one that came with popquiz if left out")
        ->type_name("DIR");
    const std::map<std::string, Colour> colours = {
        {"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}};
    app.add_option("--color", arguments.colour,
                   "colours: auto (on terminals, and not if NO_COLOR is set), always or never")
        ->transform(CLI::CheckedTransformer(colours))
        ->type_name("WHEN");
    add_run(app, arguments);
    add_explore(app, arguments);
    add_selection(*app.add_subcommand("list", "list scenarios: id, title, requirements"), arguments);
    add_selection(*app.add_subcommand("check", "look for mistakes in scenario files, without any server"),
                  arguments);
    add_coverage(app, arguments);
    add_records(app, arguments);
    add_baseline(app, arguments);
    add_merge(app, arguments);
    auto* explain =
        app.add_subcommand("explain", "tell a requirement: its RFC and section, and what checks it");
    explain
        ->add_option("ID", arguments.requirement,
                     "id of a requirement, or of a mistake of real servers (P25)")
        ->required();
    commands::add_manual(app);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : commands::Status::usage;
    }
    try {
        arguments.explores = app.got_subcommand("explore");
        if (arguments.explores || app.got_subcommand("run")) return commands::run_command(arguments);
        if (app.got_subcommand("list")) return commands::list_command(arguments);
        if (app.got_subcommand("check")) return commands::check_command(arguments);
        if (app.got_subcommand("coverage")) return commands::coverage_command(arguments);
        if (app.got_subcommand("report")) return commands::report_command(arguments);
        if (app.got_subcommand("compare")) return commands::compare_command(arguments);
        if (app.got_subcommand("merge")) return commands::merge_command(arguments);
        if (app.got_subcommand("baseline")) return commands::baseline_command(arguments);
        return commands::explain_command(arguments);
    } catch (const std::system_error& error) {
        // A disk that is full, no more files or threads: whoever reads this can do something about it.
        fmt::print(stderr, "popquiz could not go on: {}\nThis says nothing of the server.\n", error.what());
        return commands::Status::not_judged;
    } catch (const std::exception& error) {
        fmt::print(
            stderr,
            "popquiz could not judge: {}\nThis is a mistake in popquiz and says nothing of the server.\n",
            error.what());
        return commands::Status::not_judged;
    }
}
