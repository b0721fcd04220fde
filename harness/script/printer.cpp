#include "harness/script/printer.hpp"

#include <iterator>

#include <fmt/format.h>

#include "harness/script/evaluate.hpp"
#include "harness/script/functions.hpp"
#include "harness/script/handshake.hpp"

namespace popquiz::script {

namespace {

std::string_view word(State state) {
    switch (state) {
        case State::closed:
            return "closed";
        case State::authorization:
            return "authorization";
        case State::transaction:
            return "transaction";
    }
    return "";
}

std::string_view word(Transport transport) {
    switch (transport) {
        case Transport::cleartext:
            return "";
        case Transport::tls:
            return " over TLS";
        case Transport::stls:
            return " over STLS";
    }
    return "";
}

std::string_view word(Status status) {
    switch (status) {
        case Status::ok:
            return "+OK";
        case Status::err:
            return "-ERR";
        case Status::continuation:
            return "+";
        case Status::any:
            return "any";
    }
    return "";
}

std::string_view word(Ends::Manner manner) {
    switch (manner) {
        case Ends::Manner::closes:
            return "close";
        case Ends::Manner::closes_with_notify:
            return "close with close_notify";
        case Ends::Manner::resets:
            return "reset";
        case Ends::Manner::either:
            return "end";
    }
    return "";
}

std::string_view word(Match match) {
    switch (match) {
        case Match::meaning:
            return "";
        case Match::exact:
            return " exactly";
        case Match::regex:
            return " regex";
    }
    return "";
}

std::string_view word(CaptureType type) {
    switch (type) {
        case CaptureType::number:
            return "number";
        case CaptureType::unique_id:
            return "unique-id";
        case CaptureType::word:
            return "word";
        case CaptureType::text:
            return "text";
    }
    return "";
}

/// As show(), but whole.
std::string print(std::string_view literal) {
    constexpr std::size_t shown_whole = 60;
    std::string out;
    for (std::size_t at = 0; at < literal.size(); at += shown_whole) {
        const std::string part = show(std::string(literal.substr(at, shown_whole)));
        out += part.substr(1, part.size() - 2);
    }
    return "\"" + out + "\"";
}

std::string print(const Piece& piece) {
    if (const auto* literal = std::get_if<std::string>(&piece)) return print(std::string_view(*literal));
    if (const auto* capture = std::get_if<Capture>(&piece))
        return fmt::format("{{{}: {}}}", capture->name, word(capture->type));
    return "${" + print(*std::get<ExpressionPointer>(piece)) + "}";
}

std::string print(const Handshake& handshake) {
    std::string out;
    if (handshake.version) out += fmt::format(" version {}", number_of(*handshake.version));
    if (!handshake.cipher.empty()) out += fmt::format(" cipher {}", handshake.cipher);
    switch (handshake.certificate) {
        case Handshake::Certificate::as_set_up:
            break;
        case Handshake::Certificate::shown:
            out += " client certificate";
            break;
        case Handshake::Certificate::withheld:
            out += " no client certificate";
            break;
    }
    return out + (handshake.judged ? " or not" : "");
}

class StepPrinter {
  public:
    std::string take() { return std::move(out_); }

    void operator()(const Send& send) {
        line(fmt::format("{} {}", send.raw ? "C=" : "C:", print(send.octets)));
    }
    void operator()(const NewSegment&) { line("new segment"); }
    void operator()(const SegmentsOf& segments) { line(fmt::format("segments of {}", segments.octets)); }
    void operator()(const Open& open) {
        switch (open.port) {
            case Open::Port::of_session:
                return line("open" + print(open.handshake));
            case Open::Port::tls:
                return line("open over TLS" + print(open.handshake));
            case Open::Port::tls_in_clear:
                return line("open in the clear to the TLS port");
        }
    }
    void operator()(const Close& close) {
        switch (close.manner) {
            case Close::Manner::orderly:
                line("close");
                break;
            case Close::Manner::without_close_notify:
                line("close without close_notify");
                break;
            case Close::Manner::reset:
                line("reset");
                break;
            case Close::Manner::half:
                line("half-close");
                break;
        }
    }
    void operator()(const StartTls& start) {
        line((start.may_end ? "start TLS or the end" : "start TLS") + print(start.handshake));
    }
    void operator()(const Wait& wait) {
        const auto count = wait.count ? print(*wait.count) + " times " : std::string();
        line(fmt::format("wait {}{} ms", count, wait.time.count()));
    }
    void operator()(const Deliver& deliver) {
        line(fmt::format("deliver {} of {}", deliver.message, deliver.maildrop));
    }
    void operator()(const Remove& remove) { line(fmt::format("remove message {}", remove.message)); }
    void operator()(const KillServer&) { line("kill server"); }
    void operator()(const StartServer&) { line("start server"); }
    void operator()(const Authenticate& authenticate) {
        std::string words = "authenticate " + authenticate.mechanism;
        if (authenticate.initial_response) words += " with initial response";
        if (authenticate.password) words += " with password " + print(*authenticate.password);
        if (authenticate.authorization)
            words += " with authorization identity " + print(*authenticate.authorization);
        if (authenticate.token) words += " with token " + print(*authenticate.token);
        line(words);
    }
    void operator()(const Expect& expect) {
        for (const Alternative& alternative : expect.alternatives) {
            const bool first = &alternative == &expect.alternatives.front();
            std::string front = first ? "expect" : "or";
            if (alternative.tolerable) front += fmt::format(" tolerable ({})", alternative.reason);
            if (first && expect.limit) front += fmt::format(" within {} ms", expect.limit->count());
            if (const auto* ends = std::get_if<Ends>(&alternative.answer)) {
                line(fmt::format("{} {}", front, word(ends->manner)));
            } else if (const auto* handshake = std::get_if<HandshakeEnds>(&alternative.answer)) {
                line(front + (handshake->succeeds ? " TLS" : " TLS refused"));
            } else {
                reply(front, std::get<Reply>(alternative.answer));
            }
        }
    }
    void operator()(const NothingMore&) { line("nothing more"); }
    void operator()(const Assert& assertion) { line("assert " + print(*assertion.condition)); }
    void operator()(const Let& let) { line("let " + let.name + " = " + print(*let.value)); }

  private:
    void line(std::string_view text) { fmt::format_to(std::back_inserter(out_), "{}\n", text); }

    void reply(std::string front, const Reply& reply) {
        front += fmt::format(" {}{}", word(reply.status), word(reply.match));
        if (reply.response_code) front += fmt::format(" [{}]", *reply.response_code);
        if (reply.without_code) front += fmt::format(" without [{}]", *reply.without_code);
        if (!reply.text.pieces.empty()) front += " " + print(reply.text);
        line(front);
        if (!reply.body) return;
        for (const BodyItem& item : *reply.body)
            std::visit([&](const auto& one) { body("    ", one); }, item.item);
        line("    .");
    }

    void body(std::string_view indent, const Line& line_of_body) {
        std::string front(indent);
        switch (line_of_body.presence) {
            case Presence::required:
                front += "line";
                break;
            case Presence::optional:
                front += "perhaps";
                break;
            case Presence::forbidden:
                front += "never";
                break;
        }
        line(fmt::format("{}{} {}", front, word(line_of_body.match), print(line_of_body.text)));
    }
    void body(std::string_view indent, const AnyLines&) { line(fmt::format("{}any lines", indent)); }
    void body(std::string_view indent, const LineCount& count) {
        switch (count.bound) {
            case LineCount::Bound::exactly:
                break;
            case LineCount::Bound::at_least:
                return line(fmt::format("{}at least {} lines", indent, print(*count.lines)));
            case LineCount::Bound::at_most:
                return line(fmt::format("{}at most {} lines", indent, print(*count.lines)));
        }
        line(fmt::format("{}{} lines", indent, print(*count.lines)));
    }
    void body(std::string_view indent, const AnyOrder& order) {
        line(fmt::format("{}in any order", indent));
        for (const Line& one : order.lines)
            body("        ", one);
    }
    void body(std::string_view indent, const WholeMessage& message) {
        line(fmt::format("{}message {}", indent, message.number ? print(*message.number) : "of the command"));
    }
    void body(std::string_view indent, const Keep& keep) {
        line(fmt::format("{}{} as {}", indent, keep.what == Keep::What::listing ? "listing" : "text",
                         keep.name));
    }

    std::string out_;
};

std::string print(const Needs& needs) {
    std::string out;
    for (const std::string& capability : needs.capabilities)
        out += fmt::format(" {};", capability);
    if (needs.capa) out += " CAPA;";
    if (needs.apop) out += " APOP;";
    if (needs.stls) out += " STLS;";
    if (needs.tls_port) out += " TLS;";
    if (needs.second_account) out += " second account;";
    if (needs.delivery) out += " delivery;";
    if (needs.token) out += " token;";
    if (needs.client_certificate) out += " client certificate;";
    if (needs.cleartext_refused) out += " cleartext refused;";
    for (const std::string& offer : needs.absent)
        out += fmt::format(" no {};", offer);
    if (needs.removal) out += " removal;";
    if (needs.server_control) out += " server control;";
    if (needs.password_with_spaces) out += " password with spaces;";
    if (needs.wall_time.count() > 0) out += fmt::format(" {} ms;", needs.wall_time.count());
    return out;
}

}  // namespace

std::string print(const Expression& expression) {
    if (const auto* constant = std::get_if<Constant>(&expression.node)) {
        return std::visit([](const auto& value) { return show(value); }, constant->value);
    }
    if (const auto* name = std::get_if<Name>(&expression.node)) return name->name;
    if (const auto* operation = std::get_if<Operation>(&expression.node)) {
        return fmt::format("({} {} {})", print(*operation->left), symbol(operation->op),
                           print(*operation->right));
    }
    const auto& call = std::get<Call>(expression.node);
    std::string arguments;
    for (const ExpressionPointer& argument : call.arguments) {
        arguments += (arguments.empty() ? "" : ", ") + print(*argument);
    }
    return fmt::format("{}({})", call.function, arguments);
}

std::string print(const Text& text) {
    std::string out;
    for (const Piece& piece : text.pieces)
        out += (out.empty() ? "" : " ") + print(piece);
    return out;
}

std::string print(const Scenario& scenario) {
    std::string out = fmt::format("scenario {}\n", scenario.id);
    const auto fact = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) fmt::format_to(std::back_inserter(out), "{}: {}\n", key, value);
    };
    fact("title", scenario.title);
    fact("note", scenario.note);
    fact("asks", scenario.asks);
    fact("checks", fmt::format("{}", fmt::join(scenario.checks, ", ")));
    fact("maildrop", scenario.maildrop.value_or(""));
    fact("needs", print(scenario.needs));
    if (scenario.level) fact("level", *scenario.level == Level::should ? "should" : "may");
    fact("user", scenario.user.value_or(""));
    fact("password", scenario.password.value_or(""));
    if (scenario.step_limit) fact("step limit", fmt::format("{} ms", scenario.step_limit->count()));
    if (scenario.scenario_limit)
        fact("scenario limit", fmt::format("{} ms", scenario.scenario_limit->count()));
    if (scenario.deletes) fact("deletes", "yes");
    for (const Session& session : scenario.sessions) {
        fmt::format_to(std::back_inserter(out), "session {}: {}, account {}{}\n", session.name,
                       word(session.state), session.account, word(session.transport));
    }
    for (const Step& step : scenario.steps) {
        StepPrinter printer;
        std::visit(printer, step.action);
        fmt::format_to(std::back_inserter(out), "{}{}{}{}: {}", step.place.line, step.session > 0 ? " " : "",
                       step.session > 0 ? scenario.sessions[step.session].name : "",
                       step.given ? " given" : "", printer.take());
    }
    return out;
}

}  // namespace popquiz::script
