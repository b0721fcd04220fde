#include "harness/run/redaction.hpp"

#include "harness/pop3/escape.hpp"

namespace popquiz::run {

Redaction::Redaction(const target::Profile& profile) {
    for (const auto& account : profile.accounts) {
        for (const auto& secret : {account.password, account.token}) {
            secrets_.add(secret);
            // As it stands in text that was made printable.
            secrets_.add(pop3::escape_all(secret));
        }
    }
}

void Redaction::hide(reports::Finding& finding) const {
    hide(finding.what);
    hide(finding.expected);
    hide(finding.got);
    if (finding.tolerable) hide(*finding.tolerable);
    for (auto& line : finding.transcript)
        hide(line.text);
}

void Redaction::hide(reports::Result& result) const {
    hide(result.reason);
    for (auto& finding : result.findings)
        hide(finding);
    for (auto& note : result.notes)
        hide(note);
    for (auto& answer : result.answers) {
        hide(answer.command);
        hide(answer.text);
    }
    for (auto& line : result.transcript)
        hide(line.text);
}

void Redaction::hide(Survey& survey) const {
    hide(survey.unreachable);
    if (survey.login_obstacle) hide(*survey.login_obstacle);
    hide(survey.shown.greeting);
    for (auto* capabilities :
         {&survey.shown.capabilities_before_login, &survey.shown.capabilities_after_login})
        for (auto& line : *capabilities)
            hide(line);
    if (!survey.shown.capa) return;
    for (auto& answer : *survey.shown.capa)
        for (auto& line : answer.lines)
            hide(line);
}

}  // namespace popquiz::run
