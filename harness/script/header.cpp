#include "harness/script/header.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/script/duration.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/scope.hpp"

namespace popquiz::script {

namespace {

constexpr std::size_t most_rows = 1000;

/// A key and the lines of its value; the first of them is what stands behind the colon, and may be empty.
struct Entry {
    Fragment key;
    std::vector<Fragment> values;
};

struct Entries {
    std::vector<Entry> entries;
    std::size_t first_step = 0;
};

bool begins_with_blank(std::string_view line) {
    return !line.empty() && is_blank(line.front());
}

bool is_one_of(std::string_view word, const std::vector<std::string_view>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Keys of steps end a header; `checks` is a key of both.
bool begins_steps(std::string_view key) {
    return is_one_of(key, step_keys()) && key != "checks";
}

Entries read_entries(const Source& source, Mistakes& mistakes) {
    Entries result;
    bool goes_on = false;  // a line that begins with a blank continues the value
    std::size_t index = 0;
    for (; index < source.lines.size(); ++index) {
        const Fragment line = line_of(source, index);
        const StepLine step = classify(line);
        if (step.kind == LineKind::nothing) {
            if (step.content.text.empty()) goes_on = false;
            continue;
        }
        const bool is_step = step.kind == LineKind::client || step.kind == LineKind::server;
        if (goes_on && begins_with_blank(line.text) && !is_step) {
            check_octets(line, mistakes);
            result.entries.back().values.push_back(line.trimmed());
            continue;
        }
        if (step.kind != LineKind::key || begins_steps(step.key.text)) break;
        check_octets(line, mistakes);
        result.entries.push_back({step.key, {step.content}});
        goes_on = true;
    }
    result.first_step = index;
    return result;
}

/// The lines of a value as one.
std::string joined(const Entry& entry) {
    std::string text;
    for (const Fragment& value : entry.values) {
        if (!text.empty() && !value.text.empty()) text += ' ';
        text += value.text;
    }
    return text;
}

bool is_tag_octet(char octet) {
    return (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' ||
           octet == '.';
}

/// A line of CAPA (RFC 2449 section 3): a tag, here always in capitals, and perhaps parameters.
bool is_capability(std::string_view text) {
    const std::string_view tag = text.substr(0, text.find(' '));
    return !tag.empty() && std::all_of(tag.begin(), tag.end(), is_tag_octet);
}

class HeaderParser {
  public:
    HeaderParser(const Source& source, const ParseOptions& options, Mistakes& mistakes)
        : source_(source), options_(options), mistakes_(mistakes) {}

    Header parse() {
        const Entries entries = read_entries(source_, mistakes_);
        header_.first_step = entries.first_step;
        header_.present = !entries.entries.empty();
        std::vector<std::string_view> seen;
        for (const Entry& entry : entries.entries) {
            if (is_one_of(entry.key.text, seen)) {
                mistakes_.add(entry.key,
                              fmt::format("the key `{}` stands here a second time", entry.key.text),
                              "leave one of them out; a value goes on in a line that begins with a blank");
                continue;
            }
            seen.push_back(entry.key.text);
            take(entry);
        }
        return std::move(header_);
    }

  private:
    void take(const Entry& entry) {
        const std::string_view key = entry.key.text;
        Scenario& scenario = header_.scenario;
        if (!is_one_of(key, header_keys())) return unknown_key(entry);
        if (joined(entry).empty()) {
            mistakes_.add(entry.key, fmt::format("the key `{}` has no value", key));
            return;
        }
        if (key == "title") scenario.title = joined(entry);
        if (key == "note") scenario.note = joined(entry);
        if (key == "asks") scenario.asks = joined(entry);
        if (key == "user") scenario.user = joined(entry);
        if (key == "password") scenario.password = joined(entry);
        if (key == "checks") take_checks(entry);
        if (key == "needs") take_needs(entry);
        if (key == "table") take_table(entry);
        if (key == "maildrop") {
            scenario.maildrop = joined(entry);
            check_maildrop(entry.values.front(), options_, mistakes_);
        }
        if (key == "state") take_state(entry);
        if (key == "level") take_level(entry);
        if (key == "transport") take_transport(entry);
        if (key == "step limit") scenario.step_limit = parse_duration(entry.values.front(), mistakes_);
        if (key == "scenario limit")
            scenario.scenario_limit = parse_duration(entry.values.front(), mistakes_);
    }

    void unknown_key(const Entry& entry) {
        const std::string_view key = entry.key.text;
        if (key == "parameters") {
            mistakes_.add(entry.key, "`parameters:` belongs into a `.steps` file",
                          "a scenario has a `table:`");
            return;
        }
        std::vector<std::string_view> known = header_keys();
        known.insert(known.end(), step_keys().begin(), step_keys().end());
        std::string hint = did_you_mean(key, known);
        if (key == "c" || key == "s") hint = fmt::format("did you mean `{}:`?", key == "c" ? 'C' : 'S');
        if (hint.empty()) hint = fmt::format("the keys are {}", fmt::join(header_keys(), ", "));
        mistakes_.add(entry.key, fmt::format("there is no key {}", quoted(key)), std::move(hint));
    }

    /// One of a few words; a mistake and npos for any other.
    std::size_t choice(const Entry& entry, const std::vector<std::string_view>& words) {
        const Fragment& value = entry.values.front();
        const auto found = std::find(words.begin(), words.end(), joined(entry));
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
        std::string hint = did_you_mean(value.text, words);
        if (hint.empty()) hint = fmt::format("it is one of {}", fmt::join(words, ", "));
        mistakes_.add(value,
                      fmt::format("{} is nothing that `{}` can be", quoted(value.text), entry.key.text),
                      std::move(hint));
        return std::string_view::npos;
    }

    void take_state(const Entry& entry) {
        header_.state_place = entry.key;
        switch (choice(entry, {"closed", "authorization", "transaction"})) {
            case 0:
                header_.state = State::closed;
                break;
            case 1:
                header_.state = State::authorization;
                break;
            case 2:
                header_.state = State::transaction;
                break;
            default:
                break;
        }
    }

    void take_level(const Entry& entry) {
        switch (choice(entry, {"should", "may"})) {
            case 0:
                header_.scenario.level = Level::should;
                break;
            case 1:
                header_.scenario.level = Level::may;
                break;
            default:
                break;
        }
    }

    void take_transport(const Entry& entry) {
        switch (choice(entry, {"TLS", "STLS"})) {
            case 0:
                header_.transport = Transport::tls;
                break;
            case 1:
                header_.transport = Transport::stls;
                break;
            default:
                break;
        }
    }

    void take_checks(const Entry& entry) {
        for (const Fragment& value : entry.values) {
            if (value.text.empty()) continue;
            const bool goes_on = &value != &entry.values.back() && value.text.ends_with(',');
            const Fragment list = goes_on ? value.part(0, value.text.size() - 1) : value;
            for (std::string& id : parse_checks(list, options_, mistakes_)) {
                header_.scenario.checks.push_back(std::move(id));
            }
        }
    }

    void take_needs(const Entry& entry) {
        for (const Fragment& value : entry.values) {
            if (value.text.empty()) continue;
            const bool goes_on = &value != &entry.values.back() && value.text.ends_with(',');
            for (const Fragment& need : split(goes_on ? value.part(0, value.text.size() - 1) : value, ',')) {
                take_need(need);
            }
        }
    }

    void take_need(const Fragment& need) {
        constexpr std::string_view wall_time = "wall time ";
        constexpr std::string_view no = "no ";
        Needs& needs = header_.scenario.needs;
        if (need.text.starts_with(no)) {
            take_absent(need.part(no.size()).trimmed());
        } else if (need.text == "CAPA") {
            needs.capa = true;
        } else if (need.text == "APOP") {
            needs.apop = true;
        } else if (need.text == "STLS") {
            needs.stls = true;
        } else if (need.text == "TLS") {
            needs.tls_port = true;
        } else if (need.text == "second account") {
            needs.second_account = true;
        } else if (need.text == "delivery") {
            needs.delivery = true;
        } else if (need.text == "token") {
            needs.token = true;
        } else if (need.text == "client certificate") {
            needs.client_certificate = true;
        } else if (need.text == "cleartext refused") {
            needs.cleartext_refused = true;
        } else if (need.text == "server control") {
            needs.server_control = true;
        } else if (need.text == "removal") {
            needs.removal = true;
        } else if (need.text == "password with spaces") {
            needs.password_with_spaces = true;
        } else if (need.text.starts_with(wall_time)) {
            needs.wall_time = parse_duration(need.part(wall_time.size()).trimmed(), mistakes_)
                                  .value_or(std::chrono::milliseconds(0));
        } else if (is_capability(need.text)) {
            needs.capabilities.emplace_back(need.text);
        } else {
            unknown_need(need);
        }
    }

    void take_absent(const Fragment& offer) {
        if (!is_capability(offer.text)) {
            mistakes_.add(offer, fmt::format("{} is nothing that a server offers", quoted(offer.text)),
                          "behind `no` stands a capability's tag in capitals, CAPA, APOP, STLS or TLS");
            return;
        }
        header_.absent.push_back(offer);
        header_.scenario.needs.absent.emplace_back(offer.text);
    }

    void unknown_need(const Fragment& need) {
        if (need.text.empty()) {
            mistakes_.add(need, "a need is missing between the commas");
            return;
        }
        std::string hint = did_you_mean(
            need.text, {"CAPA", "APOP", "STLS", "TLS", "second account", "delivery", "removal",
                        "server control", "password with spaces", "wall time", "token", "client certificate",
                        "cleartext refused", "TOP", "UIDL", "USER", "PIPELINING", "SASL"});
        if (hint.empty()) {
            hint =
                "it is a capability's tag in capitals, CAPA, APOP, STLS, TLS (each also behind `no`), "
                "`second account`, `password with spaces`, `delivery`, `removal`, `server control`, `token`, "
                "`client certificate`, `cleartext refused` or `wall time 11 min`";
        }
        mistakes_.add(need, fmt::format("{} is nothing that a scenario can need", quoted(need.text)),
                      std::move(hint));
    }

    void take_table(const Entry& entry) {
        Table table;
        for (const Fragment& column : split(entry.values.front(), '|'))
            take_column(column, table);
        const std::size_t width = table.columns.size();
        std::vector<std::string_view> names;
        for (std::size_t i = 1; i < entry.values.size(); ++i) {
            if (table.rows.size() == most_rows) {
                mistakes_.add(entry.values[i], fmt::format("a table has at most {} rows", most_rows));
                break;
            }
            std::optional<std::vector<Cell>> row = parse_row(entry.values[i], width);
            if (!row) continue;
            const std::string_view name = row->front().where.text;
            if (is_one_of(name, names)) {
                mistakes_.add(entry.values[i], fmt::format("there is a row named {} already", quoted(name)),
                              "the first column names the row: each has another one");
                continue;
            }
            names.push_back(name);
            table.rows.push_back(*std::move(row));
        }
        if (entry.values.size() == 1) {
            mistakes_.add(entry.key, "the table has no rows", "each row is a line that begins with a blank");
        }
        header_.table = std::move(table);
    }

    void take_column(const Fragment& column, Table& table) {
        const auto same = [&](const Fragment& other) { return other.text == column.text; };
        if (!is_name(column.text)) {
            mistakes_.add(column, fmt::format("{} is no name of a column", quoted(column.text)),
                          "a name is a letter, then letters, digits and `_`");
        } else if (Scope(std::make_shared<Bindings>()).is_builtin(column.text)) {
            mistakes_.add(
                column, fmt::format("{} is a name of popquiz, and cannot be a column", quoted(column.text)));
        } else if (std::any_of(table.columns.begin(), table.columns.end(), same)) {
            mistakes_.add(column, fmt::format("there is a column named {} already", quoted(column.text)));
        }
        table.columns.push_back(column);
    }

    std::optional<std::vector<Cell>> parse_row(const Fragment& line, std::size_t width) {
        std::vector<Cell> cells;
        std::size_t index = 0;
        while (true) {
            const std::size_t end = cell_end(line.text, index);
            std::optional<Cell> cell = parse_cell(line.part(index, end - index).trimmed(), mistakes_);
            if (!cell) return std::nullopt;
            cells.push_back(*std::move(cell));
            if (end == line.text.size()) break;
            index = end + 1;
        }
        if (cells.size() != width) {
            mistakes_.add(line,
                          fmt::format("this row has {} cell{}, and the table has {} column{}", cells.size(),
                                      cells.size() == 1 ? "" : "s", width, width == 1 ? "" : "s"),
                          "put `|` between the cells; a `|` inside of a cell stands in double quotes");
            return std::nullopt;
        }
        return cells;
    }

    /// The bar behind a cell, or the end of the line. Bars in double quotes are part of a cell.
    static std::size_t cell_end(std::string_view line, std::size_t from) {
        std::size_t index = from;
        while (index < line.size() && is_blank(line[index]))
            ++index;
        if (index < line.size() && line[index] == '"') {
            for (++index; index < line.size() && line[index] != '"'; ++index) {
                if (line[index] == '\\') ++index;
            }
        }
        return std::min(line.find('|', std::min(index, line.size())), line.size());
    }

    const Source& source_;
    const ParseOptions& options_;
    Mistakes& mistakes_;
    Header header_;
};

void take_parameter(const Fragment& item, Parameters& result, Mistakes& mistakes) {
    const std::size_t equals = item.text.find('=');
    Parameter parameter;
    parameter.name = item.part(0, std::min(equals, item.text.size())).trimmed();
    const std::string_view name = parameter.name.text;
    const auto same = [&](const Parameter& other) { return other.name.text == name; };
    if (!is_name(name)) {
        mistakes.add(item, fmt::format("{} is no name of a parameter", quoted(name)),
                     "a name is a letter, then letters, digits and `_`");
        return;
    }
    if (Scope(std::make_shared<Bindings>()).is_builtin(name)) {
        mistakes.add(item, fmt::format("{} is a name of popquiz, and cannot be a parameter", quoted(name)));
        return;
    }
    if (std::any_of(result.parameters.begin(), result.parameters.end(), same)) {
        mistakes.add(item, fmt::format("there is a parameter named {} already", quoted(name)));
        return;
    }
    if (equals != std::string_view::npos)
        parameter.otherwise = parse_cell(item.part(equals + 1).trimmed(), mistakes);
    result.parameters.push_back(std::move(parameter));
}

}  // namespace

const std::vector<std::string_view>& step_keys() {
    static const std::vector<std::string_view> keys = {"checks", "given",   "then", "within",      "assert",
                                                       "let",    "include", "or",   "or tolerable"};
    return keys;
}

const std::vector<std::string_view>& header_keys() {
    static const std::vector<std::string_view> keys = {
        "title", "checks",   "state",      "maildrop",       "needs", "level", "transport",
        "user",  "password", "step limit", "scenario limit", "table", "note",  "asks"};
    return keys;
}

Header parse_header(const Source& source, const ParseOptions& options, Mistakes& mistakes) {
    return HeaderParser(source, options, mistakes).parse();
}

Parameters parse_parameters(const Source& source, Mistakes& mistakes) {
    const Entries entries = read_entries(source, mistakes);
    Parameters result;
    result.first_step = entries.first_step;
    for (std::size_t i = 0; i < entries.entries.size(); ++i) {
        const Entry& entry = entries.entries[i];
        // A `checks:` without a header is the first step.
        if (entry.key.text == "checks") {
            result.first_step = entry.key.line;
            break;
        }
        if (entry.key.text != "parameters") {
            mistakes.add(entry.key, fmt::format("a `.steps` file has no key {}", quoted(entry.key.text)),
                         "it has `parameters:`, and what the steps check is said by the scenario");
            continue;
        }
        for (const Fragment& value : entry.values) {
            if (value.text.empty()) continue;
            for (const Fragment& item : split(value, ','))
                take_parameter(item, result, mistakes);
        }
    }
    return result;
}

std::vector<std::string> parse_checks(const Fragment& list, const ParseOptions& options, Mistakes& mistakes) {
    std::vector<std::string> ids;
    for (const Fragment& item : split(list, ',')) {
        if (item.text.empty()) {
            mistakes.add(item, "the id of a requirement is missing here");
            continue;
        }
        if (options.requirements && !options.requirements->contains(item.text)) {
            std::string hint;
            if (!mistakes.full()) {
                hint = did_you_mean(item.text, {options.requirements->begin(), options.requirements->end()});
            }
            mistakes.add(item, fmt::format("there is no requirement {}", quoted(item.text)), std::move(hint));
            continue;
        }
        if (item.text.find_first_of(" \t") != std::string_view::npos) {
            mistakes.add(item, fmt::format("{} is no id of a requirement", quoted(item.text)),
                         "put commas between ids");
            continue;
        }
        ids.emplace_back(item.text);
    }
    return ids;
}

void check_maildrop(const Fragment& name, const ParseOptions& options, Mistakes& mistakes) {
    if (!options.maildrops || options.maildrops->contains(name.text)) return;
    mistakes.add(name, fmt::format("there is no maildrop {}", quoted(name.text)),
                 did_you_mean(name.text, {options.maildrops->begin(), options.maildrops->end()}));
}

std::optional<Cell> parse_cell(const Fragment& text, Mistakes& mistakes) {
    Cell cell;
    cell.where = text;
    cell.quoted = text.text.starts_with('"');
    if (!cell.quoted) {
        cell.text = text.text;
        return cell;
    }
    std::optional<QuotedText> read = read_quoted(text, 0, mistakes);
    if (!read) return std::nullopt;
    if (read->end != text.text.size()) {
        mistakes.add(text, read->end, "there is more behind the closing quote",
                     "a literal double quote is `\\\"` between quotes");
        return std::nullopt;
    }
    cell.text = std::move(read->text);
    return cell;
}

void check_octets(const Fragment& line, Mistakes& mistakes) {
    const auto control = [](char octet) {
        return (static_cast<unsigned char>(octet) < 0x20 && octet != '\t') || octet == '\x7F';
    };
    const auto found = std::find_if(line.text.begin(), line.text.end(), control);
    if (found != line.text.end()) {
        const auto index = static_cast<std::size_t>(found - line.text.begin());
        const bool carriage_return = *found == '\r';
        mistakes.add(
            line, index,
            fmt::format("a control character stands in this line: {}", quoted(std::string_view(&*found, 1))),
            carriage_return ? "lines end with LF or CRLF; `C=` and `S=` have the escape `\\r`"
                            : fmt::format("`C=` and `S=` have the escape `\\x{:02X}`",
                                          static_cast<unsigned>(static_cast<unsigned char>(*found))));
    }
    const std::size_t bad = first_bad_utf8(line.text);
    if (bad != std::string_view::npos) {
        mistakes.add(line, bad, "this is no UTF-8",
                     fmt::format("`C=` and `S=` have the escape `\\x{:02X}`",
                                 static_cast<unsigned>(static_cast<unsigned char>(line.text[bad]))));
    }
}

}  // namespace popquiz::script
