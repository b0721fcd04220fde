#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "reference_server/session/language.hpp"

namespace popquizd::session {

/// Everything that popquizd says to people. The words are in text.cpp, once for each language. In brackets:
/// what stands for `{}`.
enum class Text {
    ready,  ///< (the greeting's timestamp)
    line_too_long,
    line_endless,
    not_ascii,
    unknown_command,
    wrong_state,

    apop_usage,
    auth_usage,
    capa_usage,
    dele_usage,
    lang_usage,
    list_usage,
    noop_usage,
    pass_usage,
    quit_usage,
    retr_usage,
    rset_usage,
    stat_usage,
    stls_usage,
    top_usage,
    uidl_usage,
    user_usage,
    utf8_usage,

    send_pass,
    pass_without_user,
    prohibited_name,
    wrong_password,
    wrong_digest,
    wrong_credentials,
    no_passwords,
    unknown_mechanism,
    unusable_mechanism,
    mechanism_broken,
    cancelled,
    not_base64,
    no_initial_response,
    malformed_response,
    response_too_long,
    too_soon,
    in_use,
    cannot_open_now,
    cannot_open,
    tls_active,
    stls_after_utf8,
    begin_tls,
    utf8_mode,

    capability_list,
    language_list,
    language_changed,
    unknown_language,
    signing_off,
    signing_off_empty,
    signing_off_left,  ///< (how many messages)
    not_all_removed,

    maildrop_has,  ///< (how large it is)
    unique_id_listing,
    top_follows,
    message_deleted,  ///< (its message-number)
    nothing_done,
    line_count_digits,
    not_a_number,
    no_such_message,
    is_marked,
    cannot_read,
    needs_utf8,

    how_large,  ///< (how many messages, how many octets)
    one_message,
    messages,  ///< (their number)
    one_octet,
    octets,  ///< (their number)
};

/// How many there are; the last one closes the list.
constexpr std::size_t text_count = static_cast<std::size_t>(Text::octets) + 1;

/// The response code that always goes with `text` (RFC 2449 s8), in brackets and with a blank behind; mostly
/// nothing. It is in no language.
std::string_view code_of(Text text);

/// The words of `text`, with `{}` where something is filled in.
std::string_view words_of(Text text, Language language);

/// All that stands behind the status indicator: the response code and the words, with `values` filled in.
template <class... Values>
std::string say(Language language, Text text, const Values&... values) {
    return std::string(code_of(text)) + fmt::format(fmt::runtime(words_of(text, language)), values...);
}

/// "1 message", "2 messages".
std::string count_messages(Language language, std::uint64_t count);

/// "1 octet", "120 octets".
std::string count_octets(Language language, std::uint64_t count);

/// "1 message (120 octets)", "2 messages (320 octets)".
std::string describe_maildrop(Language language, std::uint64_t messages, std::uint64_t octets);

}  // namespace popquizd::session
