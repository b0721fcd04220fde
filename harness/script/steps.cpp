#include "harness/script/steps.hpp"

#include <algorithm>
#include <charconv>
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "harness/script/conversation.hpp"
#include "harness/script/direction.hpp"
#include "harness/script/duration.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/needs.hpp"
#include "harness/script/recorded.hpp"
#include "harness/script/reply.hpp"
#include "harness/script/scope.hpp"
#include "harness/script/text.hpp"

namespace popquiz::script {

namespace {

constexpr std::size_t deepest_include = 16;

Binding binding_of(const Cell& cell) {
    Binding binding;
    auto expression = std::make_shared<Expression>();
    expression->place = cell.where.place();
    std::int64_t number = 0;
    const std::string& text = cell.text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!cell.quoted && error == std::errc{} && end == text.data() + text.size()) {
        expression->node = Constant{number};
        binding.type = Type::number;
    } else {
        expression->node = Constant{text};
    }
    binding.value = std::move(expression);
    binding.literal = text;
    binding.place = cell.where.place();
    return binding;
}

/// One session while its steps are read.
struct Seat {
    Conversation conversation;
    bool begun = false;
    std::optional<State> state;  ///< as stated
    bool starts_closed = false;
    std::optional<std::size_t> handshake;  ///< index of the session's last step, if that is one
    bool without_pop3 = false;             ///< in the clear on the TLS port: nothing but an end comes there
};

/// An argument of an `include:`.
struct Argument {
    Fragment name;
    Binding binding;
};

class StepsParser {
  public:
    StepsParser(const Source& source, const Header& header, const ParseOptions& options, Library& library,
                Budget& budget, Mistakes& mistakes)
        : source_(source),
          header_(header),
          options_(options),
          library_(library),
          budget_(budget),
          mistakes_(mistakes),
          scenario_(header.scenario),
          recorded_(header.scenario.user, header.scenario.password, !header.present) {
        scenario_.file = options.file;
        scenario_.id = options.id;
        checks_ = scenario_.checks;
        Session main;
        main.transport = header.transport;
        scenario_.sessions.push_back(main);
        seats_.emplace_back();
        seats_.front().state = header.state;
    }

    Scenario parse(const std::vector<Cell>* row) {
        Scope scope(std::make_shared<Bindings>());
        if (row != nullptr) {
            scenario_.id += fmt::format("[{}]", printable(row->front().where.text));
            for (std::size_t i = 0; i < row->size(); ++i) {
                scope.bind_local(std::string(header_.table->columns[i].text), binding_of((*row)[i]));
            }
        }
        read(source_, header_.first_step, scope);
        finish();
        return std::move(scenario_);
    }

  private:
    // ---- line by line
    // -----------------------------------------------------------------------------------------

    void read(const Source& source, std::size_t from, Scope& scope) {
        files_.push_back(&source);
        std::size_t index = from;
        while (index < source.lines.size() && afford(source, index))
            index = read_line(source, index, scope);
        files_.pop_back();
    }

    /// The index of the next line to read.
    std::size_t read_line(const Source& source, std::size_t index, Scope& scope) {
        const Fragment line = line_of(source, index);
        const StepLine step = classify(line);
        if (step.kind == LineKind::nothing || step.kind == LineKind::shell || step.kind == LineKind::dots)
            return index + 1;
        if (step.kind == LineKind::server) return server(source, index, step, scope);
        const std::size_t mistakes = mistakes_.size();
        check_octets(line, mistakes_);
        garbled_ = garbled_ || mistakes_.size() > mistakes;
        switch (step.kind) {
            case LineKind::client:
                client(step, line, scope);
                break;
            case LineKind::session:
                switch_session(step.content);
                break;
            case LineKind::key:
                key(step, scope);
                break;
            case LineKind::unknown:
                unknown(step);
                break;
            case LineKind::nothing:
            case LineKind::shell:
            case LineKind::dots:
            case LineKind::server:
                break;
        }
        return index + 1;
    }

    bool afford(const Source& source, std::size_t index, std::size_t items = 1) {
        const std::size_t octets = source.lines[index].size() + 1;
        if (budget_.octets >= octets && budget_.items >= items) {
            budget_.octets -= octets;
            budget_.items -= items;
            return true;
        }
        budget_.octets = 0;
        garbled_ = true;  // the replies that are missing stand in what is not read
        mistakes_.add(line_of(source, index),
                      "the scenario is too large: it has too many lines in all its rows and includes",
                      "cut it into several files");
        return false;
    }

    void unknown(const StepLine& step) {
        garbled_ = true;
        std::string hint = "a line begins with `C:`, `S:`, `[session]`, `#` or a key such as `checks:`";
        const std::string_view text = step.content.text;
        const bool side =
            !text.empty() && (text[0] == 'C' || text[0] == 'c' || text[0] == 'S' || text[0] == 's');
        if (side && (text.size() == 1 || is_blank(text[1]))) {
            hint = fmt::format("did you mean `{}:`?", text[0] == 'C' || text[0] == 'c' ? 'C' : 'S');
        }
        mistakes_.add(step.content, fmt::format("{} is no line of a scenario", quoted(text)),
                      std::move(hint));
    }

    // ---- the client
    // -------------------------------------------------------------------------------------------

    void client(const StepLine& step, const Fragment& line, const Scope& scope) {
        const bool exact = step.match == Match::exact;
        if (!exact) {
            if (const auto words = direction_words(step.content)) return direction(*words, line, scope);
            if (client_program(step, line)) return;
        }
        if (exact && step.content.text.empty()) {
            mistakes_.add(step.content, "no octets are sent here", "`C:` alone sends an empty line");
            return;
        }
        Send send;
        send.raw = exact;
        std::optional<Text> login;
        if (!exact) login = recorded_.rewritten(step.content, session_);
        send.octets = login ? *std::move(login) : parse_text(step.content, {exact, false}, scope, mistakes_);
        if (!exact) append(send.octets, "\r\n");
        begin_inside();
        if (!may_send(step.content)) return;
        const KnownOctets octets = known_octets(send.octets, scope);
        talk().send(octets, step.content.place());
        if (talk().deletes() && !first_delete_) first_delete_ = step.content;
        add(std::move(send), step.content, line);
    }

    static void append(Text& text, std::string_view literal) {
        auto* last = text.pieces.empty() ? nullptr : std::get_if<std::string>(&text.pieces.back());
        if (last != nullptr) {
            *last += literal;
        } else {
            text.pieces.emplace_back(std::string(literal));
        }
    }

    bool client_program(const StepLine& step, const Fragment& line) {
        switch (said_by_client_program(step.content.trimmed().text)) {
            case ClientProgram::nothing:
                return false;
            case ClientProgram::chatter:
                return true;
            case ClientProgram::connected:
                open({}, step.content, line);
                return true;
            case ClientProgram::server_closed: {
                begin_inside();
                Expect expect;
                expect.alternatives.push_back({Ends{}, false, {}, step.content.place()});
                talk().ended();
                add(std::move(expect), step.content, line);
                return true;
            }
        }
        return false;
    }

    bool may_send(const Fragment& where) {
        switch (talk().connection()) {
            case Conversation::Connection::open:
                return true;
            case Conversation::Connection::half_closed:
                mistakes_.add(where, "after `<half-close connection>` the client sends no more");
                return false;
            case Conversation::Connection::unopened:
            case Conversation::Connection::closed:
            case Conversation::Connection::ended:
                break;
        }
        mistakes_.add(where, "the connection is not open here", "`C: <open connection>` opens it");
        talk().start_inside();  // so that this is said once
        return true;
    }

    void direction(const Fragment& words, const Fragment& line, const Scope& scope) {
        const auto found = parse_client_direction(words, scope, options_, mistakes_);
        if (!found) return;
        if (const auto* opening = std::get_if<Open>(&*found)) return open(*opening, words, line);
        if (const auto* closing = std::get_if<Close>(&*found)) return close(*closing, words, line);
        if (std::holds_alternative<Authenticate>(*found)) {
            begin_inside();
            if (!may_send(words)) return;
            talk().send_exchange(words.text, words.place());
        }
        if (std::holds_alternative<StartTls>(*found)) {
            begin_inside();
            if (!talk().stls_answered()) {
                mistakes_.add(
                    words, "TLS starts after the reply to STLS, and there is none here",
                    "a connection that is TLS from its beginning is `C: <open connection over TLS>`");
            }
            talk().start_tls();
        }
        if (std::holds_alternative<KillServer>(*found)) kill_server();
        std::visit([&](const auto& action) { add(action, words, line); }, *found);
    }

    /// Nobody answers any more, in any session.
    void kill_server() {
        begin_inside();
        for (Seat& each : seats_) {
            if (each.begun) each.conversation.close(Close::Manner::reset);
        }
    }

    void open(Open opening, const Fragment& words, const Fragment& line) {
        if (!seat().begun) {
            seat().begun = true;
            if (seat().state && *seat().state != State::closed) {
                mistakes_.add(words,
                              "the connection is open already at the first step: another state is stated",
                              "leave the state out, or say `closed`");
            }
            seat().starts_closed = true;
        } else if (is_open() && !talk().may_have_ended()) {
            mistakes_.add(words, "the connection is open already", "`C: <close connection>` closes it");
        }
        talk().open();
        seat().without_pop3 = opening.port == Open::Port::tls_in_clear;
        add(std::move(opening), words, line);
    }

    void close(Close closing, const Fragment& words, const Fragment& line) {
        begin_inside();
        const auto connection = talk().connection();
        if (connection == Conversation::Connection::unopened ||
            connection == Conversation::Connection::closed) {
            mistakes_.add(words, "the connection is not open here", "`C: <open connection>` opens it");
        }
        talk().close(closing.manner);
        add(closing, words, line);
    }

    // ---- the server
    // -------------------------------------------------------------------------------------------

    std::size_t server(const Source& source, std::size_t index, const StepLine& step, Scope& scope) {
        const Fragment line = line_of(source, index);
        if (step.match == Match::meaning && step.presence == Presence::required) {
            if (const auto words = direction_words(step.content)) {
                const auto found = find_reply_direction(words->text);
                if (found && std::holds_alternative<ReadOver>(*found)) return index + 1;
                if (found && std::holds_alternative<NothingMore>(*found)) {
                    nothing_more(*words, line);
                    return index + 1;
                }
            }
        }
        if (!seat().begun) begin_with_server(step, line);
        const std::optional<Due> due = talk().next(true);
        ReadAnswers answers = read_answers(source, index, due, scope, mistakes_);
        if (answers.expect.alternatives.empty()) {
            // Something was to be read here: what is wrong with it has been said.
            Conversation::Taken unclear;
            unclear.unclear = true;
            if (due) talk().take(unclear);
            return answers.next;
        }
        if (!afford(source, index, answers.items)) return source.lines.size();
        fit(answers, due, step.content);
        for (auto& [name, binding] : answers.bindings)
            scope.bind_capture(name, std::move(binding));
        answers.expect.limit = std::exchange(limit_, std::nullopt);
        add(std::move(answers.expect), step.content, line);
        return answers.next;
    }

    void nothing_more(const Fragment& words, const Fragment& line) {
        begin_inside();
        if (seat().without_pop3) return add_without_pop3(words);
        if (const auto due = talk().unread()) {
            mistakes_.add(words, fmt::format("the reply to {} is still to come here", quoted(due->command)),
                          "read it first");
        }
        talk().nothing_more();
        add(NothingMore{}, words, line);
    }

    /// The first step of a session is a server's: a greeting if it is a reply, else something that a session
    /// that popquiz has opened is to do by itself.
    void begin_with_server(const StepLine& step, const Fragment& line) {
        const auto words = direction_words(step.content);
        const auto direction = words ? find_reply_direction(words->text) : std::nullopt;
        const bool ends = direction && std::holds_alternative<Ends>(*direction);
        const bool elsewhere = seat().state && *seat().state != State::closed;
        if (ends || elsewhere) return begin_inside();
        seat().begun = true;
        seat().starts_closed = true;
        talk().open();
        Open opening;
        if (scenario_.sessions[session_].transport == Transport::tls) opening.port = Open::Port::tls;
        add(std::move(opening), step.content, line);
    }

    /// Holds the answers against the reply that is due, and takes it as read.
    void fit(const ReadAnswers& answers, const std::optional<Due>& due, const Fragment& where) {
        if (answers.handshake) return end_handshake(answers, where);
        if (seat().without_pop3 && is_open() && !answers.only_end) return add_without_pop3(where);
        if (answers.only_end) return talk().ended();
        const Conversation::Taken& taken = answers.taken;
        // A server that ends a session by itself may say so first.
        if (!due && taken.end && is_open()) return talk().take(taken);
        if (!due) return add_not_due(where);
        const bool refused = taken.err || taken.end || taken.unclear;
        if (!talk().next(false) && !refused) {
            mistakes_.add(where, "no command asks for this reply: the line that was sent has no end yet",
                          "with `C=` the line end is written out: `\\r\\n`");
            return;
        }
        if (taken.continuation && !due->may_continue) {
            mistakes_.add(where, "`+` asks for more, and only AUTH has such a reply");
        }
        talk().take(taken);
    }

    void end_handshake(const ReadAnswers& answers, const Fragment& where) {
        if (!seat().handshake) {
            mistakes_.add(where, "there is no handshake here that could end",
                          "this stands directly behind `C: <start TLS>` or `C: <open connection over TLS>`");
            return;
        }
        auto& action = scenario_.steps[*seat().handshake].action;
        if (auto* opening = std::get_if<Open>(&action)) opening->handshake.judged = true;
        if (auto* start = std::get_if<StartTls>(&action)) start->handshake.judged = true;
        if (answers.only_end) return talk().ended();
        if (answers.taken.end) talk().may_end();
    }

    void add_without_pop3(const Fragment& where) {
        mistakes_.add(where, "no reply comes in the clear from the TLS port",
                      "only the end of the connection: `S: <ends connection>`");
    }

    void add_not_due(const Fragment& where) {
        const auto connection = talk().connection();
        const bool gone =
            connection == Conversation::Connection::closed || connection == Conversation::Connection::ended;
        std::string hint = "each command has one reply; a `C:` line before it is missing";
        if (gone || connection == Conversation::Connection::unopened) {
            hint = "the connection is not open here: `C: <open connection>` opens it";
        } else if (scenario_.steps.empty() && seat().state) {
            hint = "the greeting has been read in this state; leave the state out to read it here";
        }
        mistakes_.add(where, "no command asks for this reply", std::move(hint));
    }

    // ---- sessions
    // ---------------------------------------------------------------------------------------------

    Seat& seat() { return seats_[session_]; }
    Conversation& talk() { return seats_[session_].conversation; }
    bool is_open() {
        const auto connection = talk().connection();
        return connection == Conversation::Connection::open ||
               connection == Conversation::Connection::half_closed;
    }

    /// The first step is one that wants an open connection.
    void begin_inside() {
        if (seat().begun) return;
        seat().begun = true;
        if (seat().state == State::closed) {
            seat().starts_closed = true;
        } else {
            talk().start_inside();
        }
    }

    void switch_session(const Fragment& content) {
        constexpr std::size_t most_sessions = 64;
        if (!content.text.ends_with(']')) {
            mistakes_.add(content, "this `[` is not closed", "write `[name]` in a line of its own");
            return;
        }
        const Fragment inner = content.part(1, content.text.size() - 2);
        const std::size_t colon = inner.text.find(':');
        const Fragment name = inner.part(0, colon).trimmed();
        if (!is_name(name.text)) {
            mistakes_.add(name, fmt::format("{} is no name of a session", quoted(name.text)),
                          "a name is a letter, then letters, digits and `_`");
            return;
        }
        const auto known = std::find_if(scenario_.sessions.begin(), scenario_.sessions.end(),
                                        [&](const Session& session) { return session.name == name.text; });
        session_ = static_cast<std::size_t>(known - scenario_.sessions.begin());
        const bool is_new = known == scenario_.sessions.end();
        if (is_new && scenario_.sessions.size() == most_sessions) {
            mistakes_.add(name, fmt::format("a scenario has at most {} sessions", most_sessions));
            session_ = 0;
            return;
        }
        if (is_new) {
            Session session;
            session.name = std::string(name.text);
            scenario_.sessions.push_back(std::move(session));
            seats_.emplace_back();
        }
        if (colon == std::string_view::npos) return;
        const Fragment attributes = inner.part(colon + 1);
        if (!is_new) {
            mistakes_.add(
                attributes.trimmed(),
                fmt::format("what the session {} is like is said where it first comes", quoted(name.text)),
                session_ == 0 ? "for `main`, in the header: `state:` and `transport:`" : "");
            return;
        }
        for (const Fragment& attribute : split(attributes, ','))
            take_attribute(attribute);
    }

    void take_attribute(const Fragment& attribute) {
        Session& session = scenario_.sessions[session_];
        const std::string_view word = attribute.text;
        if (word == "account 1") {
            session.account = 1;
        } else if (word == "account 2") {
            session.account = 2;
        } else if (word == "closed") {
            seat().state = State::closed;
        } else if (word == "authorization") {
            seat().state = State::authorization;
        } else if (word == "transaction") {
            seat().state = State::transaction;
        } else if (word == "over TLS") {
            session.transport = Transport::tls;
        } else if (word == "over STLS") {
            session.transport = Transport::stls;
        } else {
            const std::vector<std::string_view> known = {"account 2",   "closed",   "authorization",
                                                         "transaction", "over TLS", "over STLS"};
            std::string hint = did_you_mean(word, known);
            if (hint.empty()) hint = fmt::format("there are `{}`", fmt::join(known, "`, `"));
            mistakes_.add(attribute, fmt::format("{} is nothing that a session can be", quoted(word)),
                          std::move(hint));
        }
    }

    // ---- keys
    // -------------------------------------------------------------------------------------------------

    void key(const StepLine& step, Scope& scope) {
        const std::string_view word = step.key.text;
        const Fragment& value = step.content;
        if (word == "checks") {
            take_checks(value);
        } else if (word == "given" || word == "then") {
            if (!value.text.empty()) {
                mistakes_.add(value, fmt::format("nothing stands behind `{}:`", word),
                              "the steps begin in the next line");
            }
            if (word == "then" && !given_)
                mistakes_.add(step.key, "`then:` ends nothing", "`given:` begins such steps");
            given_ = word == "given";
        } else if (word == "within") {
            limit_ = parse_duration(value, mistakes_);
            limit_place_ = step.key;
        } else if (word == "assert") {
            assertion(value, line_of(*value.source, value.line), scope);
        } else if (word == "let") {
            let(value, line_of(*value.source, value.line), scope);
        } else if (word == "include") {
            include(value, scope);
        } else if (word == "or" || word == "or tolerable") {
            mistakes_.add(step.key, fmt::format("`{}:` follows no reply", word),
                          "it stands directly behind the lines of a reply in the same session");
        } else {
            unknown_key(step);
        }
    }

    void unknown_key(const StepLine& step) {
        const std::string_view word = step.key.text;
        const auto& header = header_keys();
        if (std::find(header.begin(), header.end(), word) != header.end()) {
            mistakes_.add(step.key, fmt::format("`{}:` belongs into the header", word),
                          "put it before the first step");
            return;
        }
        garbled_ = true;
        std::vector<std::string_view> known = step_keys();
        known.insert(known.end(), header.begin(), header.end());
        std::string hint = did_you_mean(word, known);
        if (word == "c" || word == "s") hint = fmt::format("did you mean `{}:`?", word == "c" ? 'C' : 'S');
        if (hint.empty()) hint = fmt::format("between steps the keys are {}", fmt::join(step_keys(), ", "));
        mistakes_.add(step.key, fmt::format("there is no key {}", quoted(word)), std::move(hint));
    }

    void take_checks(const Fragment& value) {
        checks_ = parse_checks(value, options_, mistakes_);
        for (const std::string& id : checks_) {
            auto& all = scenario_.checks;
            if (std::find(all.begin(), all.end(), id) == all.end()) all.push_back(id);
        }
    }

    void assertion(const Fragment& value, const Fragment& line, const Scope& scope) {
        const auto parsed = parse_expression(value, 0, scope, mistakes_);
        if (!parsed) return;
        if (parsed->end != value.text.size()) {
            mistakes_.add(value, parsed->end,
                          fmt::format("{} does not belong here", quoted(value.text.substr(parsed->end, 1))),
                          "an operator is missing");
            return;
        }
        if (parsed->type != Type::condition) {
            mistakes_.add(value, "an assertion compares two values", "such as `assert: n == 2`");
            return;
        }
        add(Assert{parsed->expression, std::string(value.text)}, value, line);
    }

    void let(const Fragment& value, const Fragment& line, Scope& scope) {
        const std::string name(name_in_front(value.text));
        const std::size_t sign = value.text.find_first_not_of(" \t", name.size());
        const bool has_sign = sign != std::string_view::npos && value.text[sign] == '=';
        if (name.empty() || !has_sign) {
            mistakes_.add(value, "a name, `=` and an expression are missing",
                          "such as `let: before = n - 1`");
            return;
        }
        if (scope.find(name) != nullptr) {
            mistakes_.add(value, fmt::format("{} has a value already", quoted(name)), "a name is bound once");
            return;
        }
        const std::size_t start = std::min(value.text.find_first_not_of(" \t", sign + 1), value.text.size());
        const Fragment rest = value.part(start);
        const auto parsed = parse_expression(rest, 0, scope, mistakes_);
        if (!parsed) return;
        if (parsed->end != rest.text.size() || parsed->type == Type::condition) {
            mistakes_.add(rest, "this is no value", "`let:` keeps a number or a text");
            return;
        }
        Binding binding;
        binding.type = parsed->type;
        binding.place = {value.source->file, static_cast<int>(value.line), 1};
        scope.bind_capture(name, std::move(binding));
        add(Let{name, parsed->expression}, value, line);
    }

    // ---- includes
    // ---------------------------------------------------------------------------------------------

    void include(const Fragment& value, Scope& scope) {
        const std::size_t blank = value.text.find_first_of(" \t");
        const Fragment file = value.part(0, blank);
        const std::string name(file.text);
        if (name.empty()) {
            mistakes_.add(value, "the name of a file is missing", "write `include: login.steps`");
            return;
        }
        const auto same = [&](const Source* open) { return open->file == name; };
        if (std::any_of(files_.begin(), files_.end(), same)) {
            mistakes_.add(file, fmt::format("{} includes itself", quoted(name)));
            return;
        }
        if (files_.size() > deepest_include || budget_.includes == 0) {
            mistakes_.add(file, files_.size() > deepest_include ? "includes are nested too deep"
                                                                : "there are too many includes");
            return;
        }
        --budget_.includes;
        const Source* source = library_.find(name);
        if (source == nullptr) {
            mistakes_.add(file, fmt::format("there is no file {}", quoted(name)),
                          "it is looked for beside this file, then at the top of the suite");
            return;
        }
        const Parameters parameters = parse_parameters(*source, mistakes_);
        Scope inner(scope.captures());
        const auto given_arguments = arguments(value.part(file.text.size()), scope);
        if (!given_arguments || !bind_arguments(file, parameters, *given_arguments, inner)) return;
        const auto session = session_;
        const bool given = given_;
        const auto checks = checks_;
        read(*source, parameters.first_step, inner);
        session_ = session;
        given_ = given;
        checks_ = checks;
    }

    bool bind_arguments(const Fragment& file, const Parameters& parameters,
                        const std::vector<Argument>& given, Scope& inner) {
        std::vector<std::string_view> names;
        for (const Parameter& parameter : parameters.parameters)
            names.push_back(parameter.name.text);
        for (const Argument& argument : given) {
            if (std::find(names.begin(), names.end(), argument.name.text) != names.end()) continue;
            mistakes_.add(
                argument.name,
                fmt::format("{} has no parameter {}", quoted(file.text), quoted(argument.name.text)),
                did_you_mean(argument.name.text, names));
        }
        bool complete = true;
        for (const Parameter& parameter : parameters.parameters) {
            const std::string name(parameter.name.text);
            const auto argument = std::find_if(given.begin(), given.end(),
                                               [&](const Argument& one) { return one.name.text == name; });
            if (argument != given.end()) {
                inner.bind_local(name, argument->binding);
            } else if (parameter.otherwise) {
                inner.bind_local(name, binding_of(*parameter.otherwise));
            } else {
                mistakes_.add(
                    file,
                    fmt::format("the parameter {} of {} has no value here", quoted(name), quoted(file.text)),
                    fmt::format("write {} behind the name of the file", quoted(name + "=...")));
                complete = false;
            }
        }
        return complete;
    }

    /// `name=value`, with blanks between; a value is a word, a text in double quotes, or `${expression}`.
    std::optional<std::vector<Argument>> arguments(Fragment rest, const Scope& scope) {
        std::vector<Argument> result;
        while (true) {
            rest = rest.trimmed();
            if (rest.text.empty()) return result;
            const std::string_view name = name_in_front(rest.text);
            if (name.empty() || name.size() == rest.text.size() || rest.text[name.size()] != '=') {
                mistakes_.add(
                    rest, fmt::format("{} is no argument", quoted(rest.text.substr(0, rest.text.find(' ')))),
                    "an argument is written `name=value`, without blanks");
                return std::nullopt;
            }
            Argument argument{rest.part(0, name.size()), {}};
            const Fragment value = rest.part(name.size() + 1);
            const auto end = argument_value(value, scope, argument.binding);
            if (!end) return std::nullopt;
            result.push_back(std::move(argument));
            rest = value.part(*end);
        }
    }

    std::optional<std::size_t> argument_value(const Fragment& value, const Scope& scope, Binding& binding) {
        if (value.text.starts_with("${")) {
            const auto parsed = parse_expression(value, 2, scope, mistakes_);
            if (!parsed) return std::nullopt;
            if (parsed->end >= value.text.size() || value.text[parsed->end] != '}') {
                mistakes_.add(value, "`${` is not closed", "add `}`");
                return std::nullopt;
            }
            const std::string_view written = trim(value.text.substr(2, parsed->end - 2));
            const Binding* bound = is_name(written) ? scope.find(written) : nullptr;
            binding.type = parsed->type;
            binding.value = parsed->expression;
            binding.nodes = parsed->nodes;
            binding.place = value.place();
            if (bound != nullptr) {
                binding.literal = bound->literal;
                binding.several_lines = bound->several_lines;
            }
            return parsed->end + 1;
        }
        std::size_t end = std::min(value.text.find_first_of(" \t"), value.text.size());
        if (value.text.starts_with('"')) {
            const auto read = read_quoted(value, 0, mistakes_);
            if (!read) return std::nullopt;
            end = read->end;
        }
        const auto cell = parse_cell(value.part(0, end), mistakes_);
        if (!cell) return std::nullopt;
        binding = binding_of(*cell);
        return end;
    }

    // ---- the end
    // ----------------------------------------------------------------------------------------------

    template <typename Action>
    void add(Action action, const Fragment& where, const Fragment& line) {
        Step step;
        step.action = std::move(action);
        step.session = session_;
        step.given = given_;
        step.checks = checks_.empty() ? scenario_.checks : checks_;
        step.place = where.place();
        step.source = std::string(trim(line.text));
        seat().handshake =
            begins_handshake(step.action) ? std::optional(scenario_.steps.size()) : std::nullopt;
        scenario_.steps.push_back(std::move(step));
    }

    [[nodiscard]] bool begins_handshake(const decltype(Step::action)& action) const {
        if (const auto* start = std::get_if<StartTls>(&action)) return !start->may_end;
        const auto* opening = std::get_if<Open>(&action);
        const bool over_tls = scenario_.sessions[session_].transport == Transport::tls;
        return opening != nullptr &&
               (opening->port == Open::Port::tls || (opening->port == Open::Port::of_session && over_tls));
    }

    void finish() {
        for (const Seat& seat : seats_) {
            const auto due = seat.conversation.unread();
            if (!due || !due->place || garbled_ || seat.without_pop3) continue;
            const Source* source =
                due->place->file == source_.file ? &source_ : library_.find(due->place->file);
            if (source == nullptr) continue;
            mistakes_.add(*source, *due->place,
                          fmt::format("nobody reads the reply to {}", quoted(due->command)),
                          "write the `S:` line that is expected; `S: <any reply>` takes any");
        }
        if (limit_) mistakes_.add(*limit_place_, "no reply follows this `within:`");
        if (scenario_.steps.empty() && mistakes_.size() == 0) {
            mistakes_.add(source_, {source_.file, 1, 1}, "there is no step in this scenario",
                          "the smallest is a line such as `C: NOOP`, and `S: +OK`");
        }
        for (std::size_t i = 0; i < seats_.size(); ++i) {
            const Seat& seat = seats_[i];
            const State inferred = seat.starts_closed
                                       ? State::closed
                                       : seat.conversation.decided().value_or(State::authorization);
            scenario_.sessions[i].state = seat.state.value_or(inferred);
            scenario_.deletes = scenario_.deletes || seat.conversation.deletes();
        }
        if (first_delete_ && header_.present && !scenario_.maildrop) {
            mistakes_.add(*first_delete_, "DELE is sent, and the header has no `maildrop:`",
                          "only mail that popquiz has put there is deleted: name a folder of `maildrops/`");
        }
        if (!scenario_.user) scenario_.user = recorded_.user();
        if (!scenario_.password) scenario_.password = recorded_.password();
        // Steps before the first `checks:` of a scenario without any in its header.
        for (Step& step : scenario_.steps) {
            if (step.checks.empty()) step.checks = scenario_.checks;
        }
        imply_needs(scenario_);
        for (const Fragment& offer : header_.absent) {
            if (!is_needed(scenario_.needs, offer.text)) continue;
            mistakes_.add(
                offer,
                fmt::format("the scenario needs {}, and wants a server without it", quoted(offer.text)),
                "no server could ever play it");
        }
    }

    const Source& source_;
    const Header& header_;
    const ParseOptions& options_;
    Library& library_;
    Budget& budget_;
    Mistakes& mistakes_;
    Scenario scenario_;
    RecordedLogin recorded_;
    std::deque<Seat> seats_;  ///< one for each of Scenario::sessions
    std::size_t session_ = 0;
    bool given_ = false;
    std::vector<std::string> checks_;
    std::optional<std::chrono::milliseconds> limit_;
    std::optional<Fragment> limit_place_;
    std::optional<Fragment> first_delete_;
    bool garbled_ = false;  ///< a line was not understood: it may have been the reply that is missing
    std::vector<const Source*> files_;  ///< that are being read, the outermost first
};

}  // namespace

const Source* Library::find(const std::string& name) {
    const auto known = loaded_.find(name);
    if (known != loaded_.end()) return known->second.source.get();
    std::optional<std::string> text = options_.load ? options_.load(name) : std::nullopt;
    if (!text) return nullptr;
    Loaded loaded;
    loaded.text = std::make_unique<const std::string>(*std::move(text));
    loaded.source = std::make_unique<const Source>(name, *loaded.text);
    return loaded_.emplace(name, std::move(loaded)).first->second.source.get();
}

Scenario parse_steps(const Source& source, const Header& header, const std::vector<Cell>* row,
                     const ParseOptions& options, Library& library, Budget& budget, Mistakes& mistakes) {
    return StepsParser(source, header, options, library, budget, mistakes).parse(row);
}

}  // namespace popquiz::script
