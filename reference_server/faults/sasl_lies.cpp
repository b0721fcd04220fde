#include <algorithm>
#include <utility>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

namespace {

/// The mechanism of the exchange; `word` may name several, with bars between them.
When mechanism(std::string_view word) {
    return to("AUTH") & [word](const Scene& scene) {
        Scene named;
        named.keyword = scene.arguments.empty() ? std::string() : upper(scene.arguments[0]);
        return to(word)(named);
    };
}

constexpr std::string_view scram = "SCRAM-SHA-1|SCRAM-SHA-256|SCRAM-SHA-1-PLUS|SCRAM-SHA-256-PLUS";
constexpr std::string_view server_first = "CRAM-MD5|DIGEST-MD5|LOGIN";

bool initial_response(const Scene& scene) {
    return scene.arguments.size() > 1;
}

/// A challenge, and no outcome.
bool challenged(const Scene& scene) {
    return scene.keyword == "AUTH" && scene.reply.status.starts_with("+ ");
}

bool empty_challenge(const Scene& scene) {
    return challenged(scene) && scene.reply.text().empty();
}

bool filled_challenge(const Scene& scene) {
    return challenged(scene) && !scene.reply.text().empty();
}

When response_has(std::string_view part) {
    return [part](const Scene& scene) { return scene.response.find(part) != std::string::npos; };
}

std::size_t nuls(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\0'));
}

bool with_identity(const Scene& scene) {
    return nuls(scene.response) == 2 && !scene.response.starts_with('\0');
}

/// PLAIN: what stands in front of the first NUL is the own name.
bool own_identity(const Scene& scene) {
    return with_identity(scene) && scene.response.starts_with(scene.user + std::string(1, '\0'));
}

void drop_identity(Scene& scene) {
    scene.response.erase(0, scene.response.find('\0'));
}

/// No mechanism takes this.
void spoil(Scene& scene) {
    scene.response = "x";
}

bool proof_sent(const Scene& scene) {
    return scene.response.find(",p=") != std::string::npos;
}

void without_foreign_characters(Scene& scene) {
    std::erase_if(scene.response_line, [](char octet) {
        const bool letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
        return !letter && !(octet >= '0' && octet <= '9') && octet != '+' && octet != '/' && octet != '=';
    });
}

std::string attribute_of(const std::string& text, std::string_view name) {
    const std::size_t at = text.find(name);
    return at == std::string::npos ? std::string() : text.substr(at, text.find(',', at) - at);
}

void replace_attribute(Scene& scene, std::string_view name,
                       const std::function<std::string(std::string)>& change) {
    const std::string old = attribute_of(scene.challenge, name);
    if (!old.empty()) scene.challenge.replace(scene.challenge.find(old), old.size(), change(old));
}

What attribute(std::string_view name, std::function<std::string(std::string)> change) {
    return [name, change = std::move(change)](Scene& scene) { replace_attribute(scene, name, change); };
}

What attribute_is(std::string_view name, std::string_view value) {
    return attribute(name, [value](const std::string&) { return std::string(value); });
}

When challenge_begins(std::string_view begin) {
    return [begin](const Scene& scene) { return scene.challenge.starts_with(begin); };
}

What status(std::function<std::string(const Scene&)> made) {
    return [made = std::move(made)](Scene& scene) { scene.reply.status = made(scene); };
}

What status_is(std::string_view line) {
    return status([line](const Scene&) { return std::string(line); });
}

bool cancelled(const Scene& scene) {
    return scene.keyword == "AUTH" && scene.response_line == "*";
}

bool unknown_mechanism(const Scene& scene) {
    return scene.keyword == "AUTH" && !scene.arguments.empty() &&
           !mechanism(
               "PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|EXTERNAL|OAUTHBEARER|XOAUTH2|SCRAM-SHA-1|SCRAM-SHA-256|"
               "SCRAM-SHA-1-PLUS|SCRAM-SHA-256-PLUS")(scene);
}

void refuse(Scene& scene) {
    scene.line = "XXXX";
}

void first_arguments(Scene& scene, std::size_t count) {
    std::vector<std::string> words = split_words(scene.line);
    words.resize(std::min(words.size(), count + 1));
    scene.line = join_words(words);
}

bool with_high_octets(const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char octet) { return static_cast<unsigned char>(octet) > 127; });
}

void ascii_only(Scene& scene) {
    std::erase_if(scene.line, [](char octet) { return static_cast<unsigned char>(octet) > 127; });
}

/// Flag y in the first message of SCRAM, or told again in the last one: "y,," in Base64.
bool says_flag_y(const Scene& scene) {
    return scene.response.starts_with("y,") || scene.response.starts_with("c=eSws,");
}

}  // namespace

std::vector<CommandLie> sasl_command_lies() {
    const When auth = to("AUTH");
    return {
        {Fault::auth_initial_response_refused, auth & initial_response, refuse},
        {Fault::auth_initial_response_ignored, mechanism(server_first) & initial_response,
         [](Scene& scene) { first_arguments(scene, 1); }},
        {Fault::auth_empty_initial_response_ignored,
         auth & [](const Scene& scene) { return scene.arguments.size() == 2 && scene.arguments[1] == "="; },
         [](Scene& scene) { first_arguments(scene, 1); }},
        {Fault::auth_third_argument_ignored, auth, [](Scene& scene) { first_arguments(scene, 2); }},
        {Fault::auth_mechanism_in_lower_case_refused,
         auth &
             [](const Scene& scene) {
                 return !scene.arguments.empty() && scene.arguments[0] != upper(scene.arguments[0]);
             },
         refuse},
        {Fault::auth_unknown_mechanism_is_plain, unknown_mechanism,
         [](Scene& scene) { scene.line = "AUTH PLAIN"; }},
        {Fault::auth_of_255_octets_refused, auth & [](const Scene& scene) { return scene.line.size() > 240; },
         refuse},
        {Fault::auth_failure_ends_all_logins,
         to("USER|APOP|AUTH") & before_login & [](const Scene& scene) { return scene.failed_login; }, refuse},
        {Fault::plain_refused_under_tls, mechanism("PLAIN") & under_tls, refuse},
        {Fault::utf8_argument_ignored, to("UTF8"), [](Scene& scene) { first_arguments(scene, 0); }},
        {Fault::utf8_names_refused,
         to("USER") & [](const Scene& scene) { return with_high_octets(scene.line); }, refuse},
        {Fault::user_high_octets_dropped, to("USER|PASS"), ascii_only},
        {Fault::lang_refused_after_login, to("LANG") & after_login, refuse},
        {Fault::lang_refused_before_login, to("LANG") & before_login, refuse},
        {Fault::lang_star_refused, to("LANG") & [](const Scene& scene) { return scene.rest == "*"; }, refuse},
    };
}

std::vector<CommandLie> response_lies() {
    const When plain = mechanism("PLAIN");
    return {
        {Fault::plain_right_password_refused, plain, spoil},
        {Fault::plain_own_identity_refused, plain & own_identity, spoil},
        {Fault::plain_other_identity_ignored, plain & with_identity, drop_identity},
        {Fault::plain_padding_refused,
         plain & [](const Scene& scene) { return scene.response_line.ends_with('='); }, spoil},
        {Fault::long_response_refused,
         to("AUTH") & [](const Scene& scene) { return scene.response_line.size() > 255; }, spoil},
        {Fault::base64_foreign_characters_skipped, to("AUTH"), without_foreign_characters},
        {Fault::cram_md5_right_digest_refused, mechanism("CRAM-MD5"), spoil},
        {Fault::scram_right_proof_refused, mechanism("SCRAM-SHA-1|SCRAM-SHA-1-PLUS") & proof_sent, spoil},
        {Fault::scram_sha_256_right_proof_refused, mechanism("SCRAM-SHA-256|SCRAM-SHA-256-PLUS") & proof_sent,
         spoil},
        {Fault::scram_optional_extension_refused, mechanism(scram) & response_has(",x="), spoil},
    };
}

std::vector<OutcomeLie> outcome_lies() {
    const When plain = mechanism("PLAIN");
    const When any_scram = mechanism(scram);
    return {
        {Fault::plain_wrong_password_accepted,
         plain & [](const Scene& scene) { return nuls(scene.response) == 2; }},
        {Fault::plain_malformed_accepted,
         plain & [](const Scene& scene) { return nuls(scene.response) != 2; }},
        {Fault::plain_bad_utf8_accepted,
         plain & [](const Scene& scene) { return with_high_octets(scene.response); }},
        {Fault::auth_any_credentials_accepted, to("AUTH")},
        {Fault::cram_md5_wrong_digest_accepted, mechanism("CRAM-MD5")},
        {Fault::cram_md5_replay_accepted,
         mechanism("CRAM-MD5") &
             [](const Scene& scene) { return scene.memory->digests.contains(scene.response); }},
        {Fault::cram_md5_challenge_always_the_same, mechanism("CRAM-MD5")},
        {Fault::scram_wrong_proof_accepted, any_scram & proof_sent},
        {Fault::scram_other_nonce_accepted, any_scram & proof_sent},
        {Fault::scram_first_flag_ignored,
         any_scram &
             [](const Scene& scene) { return !proof_sent(scene) && scene.response.starts_with('x'); }},
        {Fault::scram_mandatory_extension_ignored, any_scram & response_has("m=")},
        {Fault::scram_name_with_equals_sign_accepted,
         any_scram &
             [](const Scene& scene) { return !proof_sent(scene) && scene.response.starts_with("n,,n="); }},
        {Fault::scram_binding_type_ignored,
         any_scram & [](const Scene& scene) { return scene.response.starts_with("p="); }},
        {Fault::scram_channel_binding_unchecked, any_scram & proof_sent},
        {Fault::scram_flag_y_accepted, any_scram & says_flag_y},
        {Fault::scram_replay_accepted,
         any_scram & [](const Scene& scene) { return scene.memory->digests.contains(scene.response); }},
    };
}

std::vector<ChallengeLie> challenge_lies() {
    const When first = challenge_begins("r=");
    return {
        {Fault::cram_md5_challenge_always_the_same, challenge_begins("<"),
         [](Scene& scene) { scene.challenge = "<1.2@popquizd>"; }},
        {Fault::cram_md5_challenge_is_no_msg_id, challenge_begins("<"),
         [](Scene& scene) { scene.challenge = "what is the password?"; }},
        {Fault::scram_nonce_not_extended, first, attribute_is("r=", "r=popquizd")},
        {Fault::scram_nonce_always_the_same, first,
         attribute("r=", [](const std::string& old) { return old.substr(0, 24) + "always"; })},
        {Fault::scram_order_changed, first,
         [](Scene& scene) {
             const std::string nonce = attribute_of(scene.challenge, "r=");
             scene.challenge = scene.challenge.substr(nonce.size() + 1) + "," + nonce;
         }},
        {Fault::scram_iterations_zero, first, attribute_is("i=", "i=0")},
        {Fault::scram_iterations_with_zero_in_front, first,
         attribute("i=", [](const std::string& old) { return "i=0" + old.substr(2); })},
        {Fault::scram_signature_wrong, challenge_begins("v="),
         attribute_is("v=", "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=")},
    };
}

std::vector<ReplyLie> sasl_reply_lies() {
    const When refused = err("AUTH");
    return {
        {Fault::scram_signature_with_success,
         to("AUTH") &
             [](const Scene& scene) { return challenged(scene) && scene.challenge.starts_with("v="); },
         status_is("+OK dj1wb3BxdWl6")},
        {Fault::scram_failure_without_error, refused & mechanism("SCRAM-SHA-1|SCRAM-SHA-256") & proof_sent,
         status_is("+ eD1wb3BxdWl6")},
        {Fault::auth_refusal_answered_positively, refused & before_login, status_is("+OK")},
        {Fault::auth_after_login_accepted, refused & after_login, status_is("+OK again")},
        {Fault::auth_cancel_answered_positively, refused & When(cancelled), status_is("+OK cancelled")},
        {Fault::challenge_with_text, filled_challenge,
         status([](const Scene& scene) { return "+ challenge: " + scene.reply.text(); })},
        {Fault::challenge_without_padding, filled_challenge, status([](const Scene& scene) {
             return scene.reply.status.substr(0, scene.reply.status.find_last_not_of('=') + 1);
         })},
        {Fault::challenge_without_space, filled_challenge,
         status([](const Scene& scene) { return "+" + scene.reply.text(); })},
        {Fault::empty_challenge_without_space, empty_challenge, status_is("+")},
        {Fault::empty_challenge_with_text, empty_challenge, status_is("+ go ahead")},
        {Fault::auth_success_with_data, ok("AUTH") & before_login, status_is("+OK dj1wb3BxdWl6")},
        {Fault::plain_name_echoed, refused & mechanism("PLAIN|LOGIN"),
         status([](const Scene& scene) { return "-ERR no such user: " + scene.response; })},
        {Fault::utf8_after_login_accepted, err("UTF8") & after_login, status_is("+OK")},
        {Fault::lang_unknown_accepted, err("LANG") & before_login, status_is("+OK en as you like")},
        {Fault::lang_reply_without_tag, one("LANG"), status_is("+OK")},
        {Fault::lang_reply_with_other_tag, one("LANG"), status_is("+OK tlh as you like")},
        {Fault::lang_reply_of_bad_utf8, one("LANG"),
         status([](const Scene& scene) { return scene.reply.status + " \xE9t\xE9"; })},
        {Fault::lang_list_on_one_line, all("LANG"),
         [](Scene& scene) { scene.reply.make_single("+OK en de fr"); }},
        {Fault::lang_list_with_bad_tag, all("LANG"),
         [](Scene& scene) { scene.reply.body += "e*n English\r\n"; }},
    };
}

}  // namespace popquizd::faults
