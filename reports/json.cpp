#include "reports/json.hpp"

#include <array>
#include <concepts>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array verdicts{
    std::pair{Verdict::pass, "pass"},   std::pair{Verdict::warn, "warn"},
    std::pair{Verdict::fail, "fail"},   std::pair{Verdict::inconclusive, "inconclusive"},
    std::pair{Verdict::skip, "skip"},   std::pair{Verdict::known, "known"},
    std::pair{Verdict::fixed, "fixed"}, std::pair{Verdict::flaky, "flaky"},
};
constexpr std::array levels{
    std::pair{Level::must, "MUST"},
    std::pair{Level::should, "SHOULD"},
    std::pair{Level::may, "MAY"},
};
constexpr std::array kinds{
    std::pair{TranscriptLine::Kind::sent, "sent"},
    std::pair{TranscriptLine::Kind::received, "received"},
    std::pair{TranscriptLine::Kind::event, "event"},
};
constexpr std::array does{
    std::pair{HandStep::Does::fill, "fill"},
    std::pair{HandStep::Does::connect, "connect"},
    std::pair{HandStep::Does::connect_over_tls, "connect over TLS"},
    std::pair{HandStep::Does::connect_over_stls, "connect over STLS"},
    std::pair{HandStep::Does::send, "send"},
    std::pair{HandStep::Does::close, "close"},
};
const auto& words(HandStep::Does) {
    return does;
}
const auto& words(Verdict) {
    return verdicts;
}
const auto& words(Level) {
    return levels;
}
const auto& words(TranscriptLine::Kind) {
    return kinds;
}

// The members of each object, said once: the writer and the reader both go through them. `T` is const for the
// writer.
template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

void members(auto& with, Is<Requirement> auto& it) {
    with("id", it.id);
    with("rfc", it.rfc);
    with("section", it.section);
    with("level", it.level);
    with("basis", it.basis);
    with("subject", it.subject);
    with("statement", it.statement);
}

void members(auto& with, Is<TranscriptLine> auto& it) {
    with("kind", it.kind);
    with("session", it.session);
    with("microseconds", it.microseconds);
    with("text", it.text);
    with("caret", it.caret);
}

void members(auto& with, Is<HandStep> auto& it) {
    with("does", it.does);
    with("session", it.session);
    with("text", it.text);
}

void members(auto& with, Is<Finding> auto& it) {
    with("requirement", it.requirement);
    with("check", it.check);
    with("level", it.level);
    with("what", it.what);
    with("expected", it.expected);
    with("got", it.got);
    with("tolerable", it.tolerable);
    with("file", it.file);
    with("line", it.line);
    with("step", it.step);
    with("octet", it.octet);
    with("transcript", it.transcript);
    with("by_hand", it.by_hand);
}

void members(auto& with, Is<Answer> auto& it) {
    with("line", it.line);
    with("command", it.command);
    with("behaviour", it.behaviour);
    with("text", it.text);
}

void members(auto& with, Is<Attempt> auto& it) {
    with("verdict", it.verdict);
    with("reason", it.reason);
    with("findings", it.findings);
    with("account", it.account);
    with("microseconds", it.microseconds);
    with("transcript", it.transcript);
}

void members(auto& with, Is<ServerLog> auto& it) {
    with("lines", it.lines);
    with("octets", it.octets);
    with("shared", it.shared);
}

void members(auto& with, Is<Server> auto& it) {
    with("command", it.command);
    with("ended", it.ended);
    with("last_lines", it.last_lines);
}

void members(auto& with, Is<Result> auto& it) {
    with("id", it.id);
    with("title", it.title);
    with("file", it.file);
    with("requirements", it.requirements);
    with("verdict", it.verdict);
    with("reason", it.reason);
    with("not_applicable", it.not_applicable);
    with("because_of", it.because_of);
    with("findings", it.findings);
    with("notes", it.notes);
    with("microseconds", it.microseconds);
    with("account", it.account);
    with("local_ports", it.local_ports);
    with("transcript", it.transcript);
    with("asks", it.asks);
    with("answers", it.answers);
    with.unless_empty("attempts", it.attempts);
    with("server_log", it.server_log);
}

void members(auto& with, Is<CheckResult::Sighting> auto& it) {
    with("finding", it.finding);
    with("scenarios", it.scenarios);
    with.unless_empty("command", it.command);
    with("lines", it.lines);
}

void members(auto& with, Is<CheckResult> auto& it) {
    with("id", it.id);
    with("description", it.description);
    with("requirement", it.requirement);
    with("verdict", it.verdict);
    with("reason", it.reason);
    with("held", it.held);
    with("sightings", it.sightings);
}

void members(auto& with, Is<CapaAnswer> auto& it) {
    with("state", it.state);
    with("transport", it.transport);
    with("refused", it.refused);
    with("lines", it.lines);
}

void members(auto& with, Is<Survey> auto& it) {
    with("greeting", it.greeting);
    with("apop", it.apop);
    with("stls", it.stls);
    with("implicit_tls", it.implicit_tls);
    with("capabilities_before_login", it.capabilities_before_login);
    with("capabilities_after_login", it.capabilities_after_login);
    with("capa", it.capa);
    with("login", it.login);
    with("commands_offered", it.commands_offered);
    with("commands_not_offered", it.commands_not_offered);
}

void members(auto& with, Is<Timing> auto& it) {
    with("keyword", it.keyword);
    with("count", it.count);
    with("median_microseconds", it.median_microseconds);
    with("p99_microseconds", it.p99_microseconds);
}

void members(auto& with, Is<WireShape> auto& it) {
    with("name", it.name);
    with("in_words", it.in_words);
    with("reason", it.reason);
    with("judged", it.judged);
    with("differing", it.differing);
    with("inconclusive", it.inconclusive);
    with("skip", it.skip);
    with("not_applicable", it.not_applicable);
}

void members(auto& with, Is<Repetition> auto& it) {
    with("repeat", it.repeat);
    with("retry", it.retry);
    with("seed", it.seed);
}

void members(auto& with, Is<Shard> auto& it) {
    with("index", it.index);
    with("total", it.total);
    with("suite", it.suite);
    with("options", it.options);
    with("scenarios", it.scenarios);
}

void members(auto& with, Is<Setup> auto& it) {
    with("selection", it.selection);
    with("accounts", it.accounts);
    with("maildrops", it.maildrops);
    with("wall_time", it.wall_time);
    with("program", it.program);
    with("options", it.options);
}

void members(auto& with, Is<Record> auto& it) {
    with("tool_version", it.tool_version);
    with("target", it.target);
    with("endpoint", it.endpoint);
    with("started", it.started);
    with("microseconds", it.microseconds);
    with("error", it.error);
    with("complete", it.complete);
    with("level", it.level);
    with("survey", it.survey);
    with("requirements", it.requirements);
    with("results", it.results);
    with("checks", it.checks);
    with("timings", it.timings);
    with("wire_shapes", it.wire_shapes);
    with("calibration", it.calibration);
    with("repetition", it.repetition);
    with("shard", it.shard);
    with("suite", it.suite);
    with("setup", it.setup);
    with("server", it.server);
}

template <class T>
concept Word = std::is_enum_v<T>;
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

class Writer {
  public:
    template <class T>
    void operator()(const char* key, const std::optional<T>& value) {
        if (value) {
            object[key] = of(*value);
        }
    }
    void operator()(const char* key, const auto& value) { object[key] = of(value); }
    void unless_empty(const char* key, const auto& value) {
        if (!value.empty()) {
            object[key] = of(value);
        }
    }

    Json object = Json::object();

  private:
    static Json of(const std::string& value) { return well_formed(value); }
    static Json of(bool value) { return value; }
    static Json of(Number auto value) { return value; }
    static Json of(Word auto value) {
        for (const auto& [word, text] : words(value)) {
            if (word == value) {
                return text;
            }
        }
        return nullptr;
    }
    template <class T>
    static Json of(const std::vector<T>& values) {
        Json array = Json::array();
        for (const T& value : values) {
            array.push_back(of(value));
        }
        return array;
    }
    template <class T>
    requires std::is_class_v<T>
    static Json of(const T& value) {
        Writer writer;
        members(writer, value);
        return std::move(writer.object);
    }
};

/// What is there, for a message: `"passed"`, `12`, `an array`.
std::string described(const Json& json) {
    if (json.is_array()) {
        return "an array";
    }
    if (json.is_object()) {
        return "an object";
    }
    const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    constexpr std::size_t most = 60;
    return text.size() <= most ? text : text.substr(0, most) + "...";
}

/// Fills a struct from an object and stops at the first thing that is wrong.
class Reader {
  public:
    Reader(const Json& object, std::string path, std::string& wrong)
        : object_(object), path_(std::move(path)), wrong_(wrong) {}

    template <class T>
    void operator()(const char* key, std::optional<T>& value) {
        if (object_.contains(key)) {
            read(object_[key], place(key), value.emplace());
        }
    }
    void operator()(const char* key, auto& value) {
        if (!object_.contains(key)) {
            note(place(key), "is missing; a record of this schema has it");
            return;
        }
        read(object_[key], place(key), value);
    }

    /// A member that is left out stands for an empty text or array.
    void unless_empty(const char* key, auto& value) {
        if (object_.contains(key)) {
            read(object_[key], place(key), value);
        }
    }

    template <class T>
    requires std::is_class_v<T>
    void read(const Json& json, const std::string& place, T& value) {
        if (!json.is_object()) {
            expect("an object", json, place);
            return;
        }
        Reader reader(json, place, wrong_);
        members(reader, value);
    }

  private:
    void read(const Json& json, const std::string& place, std::string& value) {
        if (!json.is_string()) {
            expect("a string", json, place);
            return;
        }
        value = json.get<std::string>();
    }
    void read(const Json& json, const std::string& place, bool& value) {
        if (!json.is_boolean()) {
            expect("true or false", json, place);
            return;
        }
        value = json.get<bool>();
    }
    template <Number T>
    void read(const Json& json, const std::string& place, T& value) {
        const bool fits = json.is_number_unsigned()
                              ? std::in_range<T>(json.get<std::uint64_t>())
                              : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
        if (!fits) {
            expect(fmt::format("a whole number from {} to {}", std::numeric_limits<T>::min(),
                               std::numeric_limits<T>::max()),
                   json, place);
            return;
        }
        value = json.get<T>();
    }
    template <Word T>
    void read(const Json& json, const std::string& place, T& value) {
        std::string accepted;
        for (const auto& [word, text] : words(T{})) {
            if (json == text) {
                value = word;
                return;
            }
            accepted += (accepted.empty() ? "" : ", ") + std::string(text);
        }
        expect("one of " + accepted, json, place);
    }
    template <class T>
    void read(const Json& json, const std::string& place, std::vector<T>& values) {
        if (!json.is_array()) {
            expect("an array", json, place);
            return;
        }
        values.reserve(json.size());
        for (std::size_t i = 0; i < json.size() && wrong_.empty(); ++i) {
            read(json[i], fmt::format("{}[{}]", place, i), values.emplace_back());
        }
    }

    std::string place(const char* key) const { return path_.empty() ? key : path_ + "." + key; }
    void expect(std::string_view expected, const Json& json, const std::string& place) {
        note(place, fmt::format("expected {}, got {}", expected, described(json)));
    }
    void note(const std::string& place, std::string_view message) {
        if (wrong_.empty()) {
            wrong_ = place + ": " + std::string(message);
        }
    }

    const Json& object_;
    std::string path_;
    std::string& wrong_;
};

/// `12:3` of the octet before which `count` octets stand.
std::string line_and_column(std::string_view text, std::size_t count) {
    const std::string_view before = text.substr(0, count);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("{}:{}", line, columns(before.substr(start)) + 1);
}

std::string wrong_schema(const Json& json) {
    if (!json.is_object()) {
        return fmt::format("expected a record (an object), got {}", described(json));
    }
    if (!json.contains("schema")) {
        return "schema: is missing; this is not a record of popquiz";
    }
    if (json["schema"] != Record::schema_version) {
        return fmt::format(
            "schema: this popquiz reads records of schema {}, got {}; read it with the popquiz that wrote it",
            Record::schema_version, described(json["schema"]));
    }
    return {};
}

}  // namespace

std::string write_json(const Record& record) {
    Writer writer;
    writer("schema", Record::schema_version);
    members(writer, record);
    return writer.object.dump(2, ' ', true) + "\n";
}

Outcome<Record> read_json(std::string_view text, std::string_view source) {
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        const std::size_t before = error.byte == 0 ? 0 : error.byte - 1;
        return Error{fmt::format("{}:{}: not JSON; a record, as `--report json=FILE` writes it, was expected",
                                 source, line_and_column(text, before))};
    }
    std::string wrong = wrong_schema(json);
    Record record;
    if (wrong.empty()) {
        Reader(json, "", wrong).read(json, "", record);
    }
    if (!wrong.empty()) {
        return Error{fmt::format("{}: {}", source, visible(wrong))};
    }
    return record;
}

}  // namespace popquiz::reports
