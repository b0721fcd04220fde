#include "harness/script/needs.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace popquiz::script {

namespace {

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

/// Walks over everything in a scenario's steps that may need something.
class Needed {
  public:
    explicit Needed(Needs& needs) : needs_(needs) {}

    void operator()(const Send& send) { look(send.octets); }
    void operator()(const NewSegment&) {}
    void operator()(const SegmentsOf&) {}
    void operator()(const Open& open) {
        needs_.tls_port = needs_.tls_port || open.port != Open::Port::of_session;
        look(open.handshake);
    }
    void operator()(const Close&) {}
    void operator()(const StartTls& start) {
        needs_.stls = true;
        look(start.handshake);
    }
    void operator()(const Wait& wait) { look(wait.count); }
    void operator()(const Deliver&) { needs_.delivery = true; }
    void operator()(const Remove&) { needs_.removal = true; }
    void operator()(const KillServer&) { needs_.server_control = true; }
    void operator()(const StartServer&) { needs_.server_control = true; }
    void operator()(const Authenticate& authenticate) {
        look(authenticate.password);
        look(authenticate.authorization);
        look(authenticate.token);
        const bool bearer = authenticate.mechanism == "OAUTHBEARER" || authenticate.mechanism == "XOAUTH2";
        if (bearer && authenticate.token == nullptr) needs_.token = true;
        std::string capability = "SASL " + authenticate.mechanism;
        auto& all = needs_.capabilities;
        // What a server does not announce may be tried all the same.
        if (has(needs_.absent, capability) || has(all, capability)) return;
        all.push_back(std::move(capability));
    }
    void operator()(const Expect& expect) {
        for (const Alternative& alternative : expect.alternatives) {
            const auto* reply = std::get_if<Reply>(&alternative.answer);
            if (reply == nullptr) continue;
            look(reply->text);
            if (!reply->body) continue;
            for (const BodyItem& item : *reply->body)
                std::visit([&](const auto& one) { look(one); }, item.item);
        }
    }
    void operator()(const NothingMore&) {}
    void operator()(const Assert& assertion) { look(assertion.condition); }
    void operator()(const Let& let) { look(let.value); }

  private:
    void look(const Handshake& handshake) {
        const bool shown = handshake.certificate == Handshake::Certificate::shown;
        needs_.client_certificate = needs_.client_certificate || shown;
    }
    void look(const Line& line) { look(line.text); }
    void look(const AnyLines&) {}
    void look(const LineCount& count) { look(count.lines); }
    void look(const AnyOrder& order) {
        for (const Line& line : order.lines)
            look(line);
    }
    void look(const WholeMessage& message) { look(message.number); }
    void look(const Keep&) {}

    void look(const Text& text) {
        for (const Piece& piece : text.pieces) {
            if (const auto* expression = std::get_if<ExpressionPointer>(&piece)) look(*expression);
        }
    }

    void look(const ExpressionPointer& expression) {
        if (expression == nullptr) return;
        if (const auto* name = std::get_if<Name>(&expression->node)) {
            if (name->name == "apop" || name->name == "timestamp") needs_.apop = true;
            if (name->name == "token") needs_.token = true;
            if (name->name == "user2" || name->name == "password2") needs_.second_account = true;
        } else if (const auto* call = std::get_if<Call>(&expression->node)) {
            if (call->function == "apop") needs_.apop = true;
            for (const ExpressionPointer& argument : call->arguments)
                look(argument);
        } else if (const auto* operation = std::get_if<Operation>(&expression->node)) {
            look(operation->left);
            look(operation->right);
        }
    }

    Needs& needs_;
};

}  // namespace

void imply_needs(Scenario& scenario) {
    Needed needed(scenario.needs);
    for (const Step& step : scenario.steps)
        std::visit(needed, step.action);
    for (const Session& session : scenario.sessions) {
        if (session.account == 2) scenario.needs.second_account = true;
        if (session.transport == Transport::tls) scenario.needs.tls_port = true;
        if (session.transport == Transport::stls) scenario.needs.stls = true;
    }
}

bool is_needed(const Needs& needs, std::string_view offer) {
    return (offer == "CAPA" && needs.capa) || (offer == "APOP" && needs.apop) ||
           (offer == "STLS" && needs.stls) || (offer == "TLS" && needs.tls_port) ||
           has(needs.capabilities, offer);
}

}  // namespace popquiz::script
