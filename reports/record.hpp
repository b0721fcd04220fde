#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a run is, as data. Everything that people read about a run is made from a Record, and from nothing
/// else; the suite, the server and the clock are not looked at again. All text in it that came from the
/// server is already printable ASCII (octets made visible), so that no format has to guess about octets.
namespace popquiz::reports {

/// What became of a scenario, or of an always-on check. The words follow ISO/IEC 9646 where it has one.
enum class Verdict {
    pass,          ///< everything that was expected came
    warn,          ///< a SHOULD is not met, or an answer is tolerable and not what the RFC asks for
    fail,          ///< a MUST is not met
    inconclusive,  ///< could not be judged: `Result::reason` says why
    skip,          ///< an optional thing that the server does not offer: `Result::reason` says which
    known,         ///< fails as a listed deviation says: `Result::reason` is the listed reason
    fixed,         ///< a listed deviation that no longer shows
    flaky,         ///< played several times, and not the same each time: see `Result::attempts`
};

/// How binding a requirement is (RFC 2119), with what a miss of it means: fail, warn, or nothing but a note.
enum class Level { must, should, may };

/// A row of the catalogue, as far as reports tell of it.
struct Requirement {
    std::string id;       ///< `rfc1939-5-list-scan-format`
    std::string rfc;      ///< `1939`
    std::string section;  ///< `5`
    Level level = Level::must;
    std::string basis;    ///< stated, grammar, implied or derived
    std::string subject;  ///< the command or thing that it speaks of
    std::string statement;
    [[nodiscard]] bool operator==(const Requirement&) const = default;
};

/// One event of a session as it is shown to people: a line sent, a line received, or something that happened.
struct TranscriptLine {
    enum class Kind { sent, received, event };
    Kind kind = Kind::event;
    std::string session;               ///< name of the session; empty in a scenario with one session
    std::int64_t microseconds = 0;     ///< since the scenario's start
    std::string text;                  ///< printable ASCII; secrets starred; long ones cut in the middle
    std::optional<std::size_t> caret;  ///< the character of `text` at fault
    [[nodiscard]] bool operator==(const TranscriptLine&) const = default;
};

/// One thing that somebody does to see a finding by hand.
struct HandStep {
    /// The maildrop is filled; the connection is in the clear, over TLS from the start, or has just been
    /// given TLS by STLS.
    enum class Does { fill, connect, connect_over_tls, connect_over_stls, send, close };
    Does does = Does::send;
    std::string session;  ///< name of the session; empty where there is one
    /// Of `send`, the command, its password left out; of a connection, `HOST:PORT`; of `fill`, the name of
    /// the suite's maildrop.
    std::string text;
    [[nodiscard]] bool operator==(const HandStep&) const = default;
};

/// One departure from one requirement.
struct Finding {
    std::string requirement;  ///< id of the requirement; never empty
    std::string check;        ///< id of the always-on check, or empty when a step of the scenario found it
    Level level = Level::must;
    std::string what;      ///< what is wrong, in one sentence
    std::string expected;  ///< what would have conformed
    std::string got;       ///< what came
    std::optional<std::string>
        tolerable;     ///< what would have been no more than a warning, where there is such
    std::string file;  ///< scenario file, relative to the suite; empty for an always-on check
    int line = 0;      ///< 1-based line in `file`; 0 where there is none
    std::string step;  ///< the line of the scenario that was not met
    std::optional<std::uint64_t> octet;      ///< offset of the octet at fault in the reply, from 0
    std::vector<TranscriptLine> transcript;  ///< the last exchanges up to the fault
    /// The fewest commands that showed it when they were played again; nothing where none were looked for.
    std::optional<std::vector<HandStep>> by_hand;
    [[nodiscard]] bool operator==(const Finding&) const = default;
};

/// How the server answered one step, in words that do not depend on names and numbers: what servers are
/// compared by.
struct Answer {
    int line = 0;           ///< of the scenario file that was played (1-based)
    std::string command;    ///< what was answered, as the scenario has it; empty where the server spoke first
    std::string behaviour;  ///< `+OK`, `-ERR [IN-USE]`, `ends the connection`, `no reply`
    std::string text;       ///< what stood behind the indicator; numbers as `N`, the user's name as `USER`
    [[nodiscard]] bool operator==(const Answer&) const = default;
};

/// One of the times that a scenario was played, where it was played more than once.
struct Attempt {
    Verdict verdict = Verdict::pass;  ///< never known, fixed or flaky
    std::string reason;               ///< for inconclusive and skip: why
    std::vector<Finding> findings;
    std::string account;            ///< user that it ran as
    std::int64_t microseconds = 0;  ///< time that it took, set-up included
    /// Of the first attempt with this verdict, where the verdicts differ, also of one that passed.
    std::vector<TranscriptLine> transcript;
    [[nodiscard]] bool operator==(const Attempt&) const = default;
};

/// What the server wrote into its log while a scenario was played.
struct ServerLog {
    std::vector<std::string> lines;  ///< the last ones: printable ASCII, secrets starred, long ones cut
    std::uint64_t octets = 0;        ///< that it wrote in all
    bool shared = false;             ///< other scenarios were played meanwhile; their lines are here, too
    [[nodiscard]] bool operator==(const ServerLog&) const = default;
};

/// What one scenario (one row of it, where it has a table) came to.
struct Result {
    std::string id;  ///< `rfc1939/5-retr/dot-stuffing`, a row's with `[row]` behind it; unique in a record
    std::string title;
    std::string file;
    std::vector<std::string> requirements;  ///< ids that it checks
    Verdict verdict = Verdict::pass;
    std::string reason;           ///< for inconclusive, skip, known, flaky: why
    bool not_applicable = false;  ///< inconclusive only because the profile gives no means to judge it
    /// Inconclusive because this always-on check found something in a reply that the scenario needed: the
    /// check is what is reported, and this is no trouble of the run. Empty otherwise.
    std::string because_of;
    std::vector<Finding> findings;           ///< of a flaky one: of all attempts, each once
    std::vector<std::string> notes;          ///< things seen that no verdict depends on
    std::int64_t microseconds = 0;           ///< time that the scenario took, set-up included
    std::string account;                     ///< user that it ran as
    std::vector<int> local_ports;            ///< ports of its connections, to find them in a server's log
    std::vector<TranscriptLine> transcript;  ///< of a scenario that did not pass; empty otherwise
    std::string asks;  ///< the question about a server's own choice that it was written to answer, or empty
    std::vector<Answer> answers;    ///< to its steps, in the order in which they came
    std::vector<Attempt> attempts;  ///< in the order of time; empty where it was played once
    /// Of a scenario that did not pass, where the server's log is known.
    std::optional<ServerLog> server_log;
    [[nodiscard]] bool operator==(const Result&) const = default;
};

/// What an always-on check came to over the whole run: one root cause is one result, wherever it was seen.
struct CheckResult {
    std::string id;  ///< `always/stat-is-sum-of-list`
    std::string description;
    std::string requirement;  ///< id
    Verdict verdict = Verdict::pass;
    std::string reason;
    std::uint64_t held = 0;  ///< number of exchanges or sessions that it was held against
    /// One for each distinct thing that was found, with the scenarios that saw it.
    struct Sighting {
        Finding finding;
        std::vector<std::string> scenarios;  ///< ids, in the order of the suite
        std::string command;                 ///< keyword of what was answered; empty: not known
        /// For each of them, the line of the step at which it was seen first (1-based; 0: before all steps).
        std::optional<std::vector<int>> lines;
        [[nodiscard]] bool operator==(const Sighting&) const = default;
    };
    std::vector<Sighting> sightings;
    [[nodiscard]] bool operator==(const CheckResult&) const = default;
};

/// What CAPA was answered with: in which state, and over what.
struct CapaAnswer {
    std::string state;      ///< `AUTHORIZATION` or `TRANSACTION`
    std::string transport;  ///< `in the clear`, `over STLS`, `over TLS`
    bool refused = false;
    std::vector<std::string> lines;  ///< none when it was refused
    [[nodiscard]] bool operator==(const CapaAnswer&) const = default;
};

/// What was found out about the server before the first scenario.
struct Survey {
    std::string greeting;  ///< text of the greeting, visible octets
    bool apop = false;     ///< the greeting has a timestamp
    bool stls = false;
    bool implicit_tls = false;
    std::vector<std::string> capabilities_before_login;  ///< lines of CAPA; empty when CAPA is refused
    std::vector<std::string> capabilities_after_login;
    std::optional<std::vector<CapaAnswer>> capa;  ///< each answer to CAPA, in the order of the questions
    std::optional<std::string> login;             ///< the way in that works: `USER and PASS over STLS`
    /// Optional commands that are there, and those that are not; of others nobody could tell.
    std::optional<std::vector<std::string>> commands_offered;
    std::optional<std::vector<std::string>> commands_not_offered;
    [[nodiscard]] bool operator==(const Survey&) const = default;
};

/// Commands sent by keyword and the time that their answers took; never a verdict.
struct Timing {
    std::string keyword;
    std::uint64_t count = 0;
    std::int64_t median_microseconds = 0;
    std::int64_t p99_microseconds = 0;
    [[nodiscard]] bool operator==(const Timing&) const = default;
};

/// The suite in one more wire shape: what it came to beside the suite as it stands.
struct WireShape {
    std::string name;      ///< `octets`, as --wire-shape says it
    std::string in_words;  ///< `one octet a segment`
    std::string reason;    ///< why nothing was judged, when one reason stands for all; empty otherwise
    std::uint64_t judged = 0;
    std::uint64_t differing = 0;  ///< of those judged: another verdict than without the shape
    std::uint64_t inconclusive = 0;
    std::uint64_t skip = 0;
    std::uint64_t not_applicable = 0;  ///< keep their own shape, or the profile gives no means
    [[nodiscard]] bool operator==(const WireShape&) const = default;
};

/// How often, and in which order, the scenarios of a run were played.
struct Repetition {
    std::uint64_t repeat = 1;           ///< times that each was played, from 1
    std::uint64_t retry = 0;            ///< times at most that one was played again that failed
    std::optional<std::uint64_t> seed;  ///< of the order; nothing: that of the ids
    [[nodiscard]] bool operator==(const Repetition&) const = default;
};

/// Which part of what was selected a run has played, and what `merge` has to know to put the parts together.
struct Shard {
    std::uint64_t index = 1;  ///< from 1
    std::uint64_t total = 1;
    std::string suite;                   ///< fingerprint of the suite's files
    std::string options;                 ///< what else decides on verdicts, as on the command line
    std::vector<std::string> scenarios;  ///< ids of all that was selected, of all shards, in their order
    [[nodiscard]] bool operator==(const Shard&) const = default;
};

/// What a run was asked to do, and with what means.
struct Setup {
    std::vector<std::string> selection;  ///< as it was asked for; none: the whole suite
    int accounts = 0;                    ///< that popquiz could log in as
    std::string maildrops;               ///< how they are filled, in words; empty: not at all
    bool wall_time = false;              ///< scenarios that need minutes were asked for, too
    std::optional<std::string> program;  ///< popquiz as it was called: `build/release/popquiz`
    /// What names the server and what else verdicts depend on, quoted for a shell: `--target my-server.toml
    /// --timeout 5`. In place of a password stands `"$PASSWORD"`.
    std::optional<std::string> options;
    [[nodiscard]] bool operator==(const Setup&) const = default;
};

/// The server, where popquiz started it itself.
struct Server {
    std::string command;                  ///< that started it
    std::string ended;                    ///< how, if it did so by itself: `ended with exit status 1`
    std::vector<std::string> last_lines;  ///< of what it wrote, where it could not be judged to the end
    [[nodiscard]] bool operator==(const Server&) const = default;
};

/// A whole run.
struct Record {
    static constexpr int schema_version = 1;
    std::string tool_version;
    std::string target;    ///< name in the profile
    std::string endpoint;  ///< `127.0.0.1:1110`
    std::string started;   ///< UTC, ISO 8601
    std::int64_t microseconds = 0;
    std::string error;          ///< why the server could not be judged; empty when it could
    bool complete = true;       ///< false when the run ended early (a limit, an interrupt): `error` says why
    Level level = Level::must;  ///< gate: what makes the exit status 1
    Survey survey;
    std::vector<Requirement> requirements;  ///< the whole catalogue
    std::vector<Result> results;            ///< in the order of ids
    std::vector<CheckResult> checks;
    std::vector<Timing> timings;
    /// Set when wire shapes were asked for. Of what was played in them, `results` has only what came to
    /// something else than without the shape, with `@octets` behind the id.
    std::optional<std::vector<WireShape>> wire_shapes;
    /// What is known of the suite itself: how many of the known ways to be wrong it notices.
    std::optional<std::string> calibration;
    std::optional<Repetition> repetition;  ///< set when any of it was asked for
    std::optional<Shard> shard;            ///< set when a part was asked for
    /// Folder of the suite: from the folder in which popquiz was called where it is below that, else
    /// absolute.
    std::optional<std::string> suite;
    std::optional<Setup> setup;
    std::optional<Server> server;
    [[nodiscard]] bool operator==(const Record&) const = default;
};

/// How many results have which verdict.
struct Totals {
    int pass = 0, warn = 0, fail = 0, inconclusive = 0, skip = 0, known = 0, fixed = 0, flaky = 0;
    int not_applicable = 0;  ///< part of `inconclusive`
    [[nodiscard]] int judged() const { return pass + warn + fail + known + fixed + flaky; }
    [[nodiscard]] int applicable() const { return judged() + inconclusive - not_applicable; }
    [[nodiscard]] int all() const { return judged() + inconclusive + skip; }
};

/// Counts the scenarios' results, not the always-on checks.
[[nodiscard]] Totals totals(const Record& record);

/// 0 conforms, 1 a requirement at or above the gate is not met (or a listed deviation is gone, or a scenario
/// is flaky), 3 the server could not be judged, 4 nothing was selected. A failure outweighs what could not be
/// judged.
[[nodiscard]] int exit_status(const Record& record);

/// Whether this makes the exit status 1: a failure, a listed deviation that is gone, a flaky one, or, with a
/// gate of `should` or `may`, a warning. A warning about nothing but a MAY passes a gate of `should`.
[[nodiscard]] bool misses(const Result& result, Level gate);
[[nodiscard]] bool misses(const CheckResult& check, Level gate);

/// Whether the server ought to have been judged here and was not: inconclusive, and not only because the
/// profile gives no means (a result) or because nothing came that the check could be held against (a check).
[[nodiscard]] bool unjudged(const Result& result);
[[nodiscard]] bool unjudged(const CheckResult& check);

/// `pass`, `warn`, ... as reports print it.
[[nodiscard]] std::string_view name(Verdict verdict);
/// `MUST`, `SHOULD`, `MAY`.
[[nodiscard]] std::string_view name(Level level);

}  // namespace popquiz::reports
