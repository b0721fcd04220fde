#include "reference_server/session/text.hpp"

#include <array>

namespace popquizd::session {

namespace {

struct Row {
    Text text;
    std::string_view code;
    std::string_view english;  // of ASCII only
    std::string_view german;
    std::string_view french;
};

// clang-format off
constexpr std::array<Row, text_count> rows{{
    {Text::ready, "", "popquizd ready {}", "popquizd ist bereit {}", "popquizd est prêt {}"},
    {Text::line_too_long, "", "command line is longer than 255 octets",
     "Die Befehlszeile ist länger als 255 Oktette", "la ligne de commande dépasse 255 octets"},
    {Text::line_endless, "", "command line does not end",
     "Die Befehlszeile nimmt kein Ende", "la ligne de commande n'a pas de fin"},
    {Text::not_ascii, "", "a command is printable ASCII",
     "Ein Befehl besteht aus druckbarem ASCII", "une commande se compose d'ASCII imprimable"},
    {Text::unknown_command, "", "unknown command", "Unbekannter Befehl", "commande inconnue"},
    {Text::wrong_state, "", "command is not valid in this state",
     "Der Befehl ist in diesem Zustand nicht zulässig", "la commande n'est pas permise dans cet état"},

    {Text::apop_usage, "", "APOP takes a name and a digest",
     "Zu APOP gehören ein Name und eine Prüfsumme", "APOP attend un nom et une empreinte"},
    {Text::auth_usage, "", "AUTH takes a mechanism, and an initial response or nothing",
     "Zu AUTH gehören ein Mechanismus und eine erste Antwort oder nichts",
     "AUTH attend un mécanisme, et une réponse initiale ou rien"},
    {Text::capa_usage, "", "CAPA takes no argument", "Zu CAPA gehört kein Argument", "CAPA n'accepte aucun argument"},
    {Text::dele_usage, "", "DELE takes a message-number",
     "Zu DELE gehört die Nummer einer Nachricht", "DELE attend un numéro de message"},
    {Text::lang_usage, "", "LANG takes a language or nothing",
     "Zu LANG gehört eine Sprache oder nichts", "LANG attend une langue ou rien"},
    {Text::list_usage, "", "LIST takes a message-number or nothing",
     "Zu LIST gehört die Nummer einer Nachricht oder nichts", "LIST attend un numéro de message ou rien"},
    {Text::noop_usage, "", "NOOP takes no argument", "Zu NOOP gehört kein Argument", "NOOP n'accepte aucun argument"},
    {Text::pass_usage, "", "PASS takes a password", "Zu PASS gehört ein Kennwort", "PASS attend un mot de passe"},
    {Text::quit_usage, "", "QUIT takes no argument", "Zu QUIT gehört kein Argument", "QUIT n'accepte aucun argument"},
    {Text::retr_usage, "", "RETR takes a message-number",
     "Zu RETR gehört die Nummer einer Nachricht", "RETR attend un numéro de message"},
    {Text::rset_usage, "", "RSET takes no argument", "Zu RSET gehört kein Argument", "RSET n'accepte aucun argument"},
    {Text::stat_usage, "", "STAT takes no argument", "Zu STAT gehört kein Argument", "STAT n'accepte aucun argument"},
    {Text::stls_usage, "", "STLS takes no argument", "Zu STLS gehört kein Argument", "STLS n'accepte aucun argument"},
    {Text::top_usage, "", "TOP takes a message-number and a number of lines",
     "Zu TOP gehören die Nummer einer Nachricht und eine Zahl von Zeilen",
     "TOP attend un numéro de message et un nombre de lignes"},
    {Text::uidl_usage, "", "UIDL takes a message-number or nothing",
     "Zu UIDL gehört die Nummer einer Nachricht oder nichts", "UIDL attend un numéro de message ou rien"},
    {Text::user_usage, "", "USER takes a name", "Zu USER gehört ein Name", "USER attend un nom"},
    {Text::utf8_usage, "", "UTF8 takes no argument", "Zu UTF8 gehört kein Argument", "UTF8 n'accepte aucun argument"},

    {Text::send_pass, "", "send PASS", "PASS ist an der Reihe", "à PASS maintenant"},
    {Text::pass_without_user, "", "PASS is valid only directly after USER",
     "PASS ist nur unmittelbar nach USER zulässig", "PASS n'est permis que juste après USER"},
    {Text::prohibited_name, "", "the name has characters that are not allowed",
     "Der Name enthält Zeichen, die nicht zulässig sind", "le nom contient des caractères interdits"},
    {Text::wrong_password, "[AUTH] ", "wrong name or password",
     "Name oder Kennwort ist falsch", "nom ou mot de passe erroné"},
    {Text::wrong_digest, "[AUTH] ", "wrong name or digest",
     "Name oder Prüfsumme ist falsch", "nom ou empreinte erronés"},
    {Text::wrong_credentials, "[AUTH] ", "wrong credentials",
     "Die Anmeldung ist falsch", "l'identification est erronée"},
    {Text::no_passwords, "", "no passwords in the clear: begin with STLS",
     "Keine Kennwörter im Klartext: vorher STLS", "pas de mot de passe en clair: commencez par STLS"},
    {Text::unknown_mechanism, "", "unknown mechanism", "Unbekannter Mechanismus", "mécanisme inconnu"},
    {Text::unusable_mechanism, "", "mechanism cannot be used here",
     "Der Mechanismus ist hier nicht zu gebrauchen", "le mécanisme n'est pas utilisable ici"},
    {Text::mechanism_broken, "[SYS/TEMP] ", "mechanism does not work now",
     "Der Mechanismus versagt gerade", "le mécanisme ne fonctionne pas maintenant"},
    {Text::cancelled, "", "authentication cancelled", "Die Anmeldung ist abgebrochen", "identification annulée"},
    {Text::not_base64, "", "response is not Base64", "Die Antwort ist kein Base64", "la réponse n'est pas du Base64"},
    {Text::no_initial_response, "", "mechanism takes no initial response",
     "Zu dem Mechanismus gehört keine erste Antwort", "le mécanisme n'accepte pas de réponse initiale"},
    {Text::malformed_response, "", "response does not fit the mechanism",
     "Die Antwort passt nicht zum Mechanismus", "la réponse ne convient pas au mécanisme"},
    {Text::response_too_long, "", "response is longer than 12288 octets",
     "Die Antwort ist länger als 12288 Oktette", "la réponse dépasse 12288 octets"},
    {Text::too_soon, "[LOGIN-DELAY] ", "the last login was too short a time ago",
     "Die letzte Anmeldung liegt nicht lange genug zurück", "la dernière connexion est trop récente"},
    {Text::in_use, "[IN-USE] ", "maildrop is locked by another session",
     "Eine andere Sitzung benutzt das Postfach", "la boîte est utilisée par une autre session"},
    {Text::cannot_open_now, "[SYS/TEMP] ", "maildrop cannot be opened now",
     "Das Postfach lässt sich jetzt nicht öffnen", "la boîte ne peut pas être ouverte maintenant"},
    {Text::cannot_open, "[SYS/PERM] ", "maildrop cannot be opened",
     "Das Postfach lässt sich nicht öffnen", "la boîte ne peut pas être ouverte"},
    {Text::tls_active, "", "TLS is active already", "TLS ist schon da", "TLS est déjà actif"},
    {Text::stls_after_utf8, "", "STLS is not valid after UTF8",
     "STLS ist nach UTF8 nicht zulässig", "STLS n'est pas permis après UTF8"},
    {Text::begin_tls, "", "begin TLS negotiation", "TLS kann beginnen", "que TLS commence"},
    {Text::utf8_mode, "", "UTF-8 mode is on", "UTF-8 ist eingeschaltet", "le mode UTF-8 est activé"},

    {Text::capability_list, "", "capability list follows", "Es folgen die Fähigkeiten", "liste des capacités"},
    {Text::language_list, "", "language list follows", "Es folgen die Sprachen", "liste des langues"},
    {Text::language_changed, "", "English it is", "Ab hier auf Deutsch, mit Umlauten: äöü", "désormais en français"},
    {Text::unknown_language, "", "that language is not known here",
     "Diese Sprache ist hier nicht bekannt; es bleibt bei der früheren",
     "cette langue n'est pas connue ici; la précédente demeure"},
    {Text::signing_off, "", "popquizd signing off", "popquizd verabschiedet sich", "popquizd vous salue"},
    {Text::signing_off_empty, "", "popquizd signing off (maildrop empty)",
     "popquizd verabschiedet sich (das Postfach ist leer)", "popquizd vous salue (la boîte est vidée)"},
    {Text::signing_off_left, "", "popquizd signing off ({} left)",
     "popquizd verabschiedet sich (übrig: {})", "popquizd vous salue (à garder: {})"},
    {Text::not_all_removed, "[SYS/PERM] ", "some deleted messages not removed",
     "Einige gelöschte Nachrichten sind noch da", "quelques messages effacés sont restés"},

    {Text::maildrop_has, "", "maildrop has {}", "Das Postfach enthält {}", "la boîte contient {}"},
    {Text::unique_id_listing, "", "unique-id listing follows",
     "Es folgen die eindeutigen Kennungen", "liste des identifiants uniques"},
    {Text::top_follows, "", "top of message follows",
     "Es folgt der Anfang der Nachricht", "voici le début du message"},
    {Text::message_deleted, "", "message {} deleted", "Nachricht {} ist gelöscht", "message {} effacé"},
    {Text::nothing_done, "", "nothing done", "Nichts ist geschehen, wie gewünscht", "rien de changé, comme demandé"},
    {Text::line_count_digits, "", "a number of lines is decimal digits",
     "Eine Zahl von Zeilen besteht aus Dezimalziffern", "un nombre de lignes se compose de chiffres décimaux"},
    {Text::not_a_number, "", "a message-number is decimal digits",
     "Die Nummer einer Nachricht besteht aus Dezimalziffern",
     "un numéro de message se compose de chiffres décimaux"},
    {Text::no_such_message, "", "no such message", "Eine solche Nachricht gibt es nicht", "ce message n'existe pas"},
    {Text::is_marked, "", "message is marked as deleted",
     "Die Nachricht ist als gelöscht vermerkt", "le message est marqué comme effacé"},
    {Text::cannot_read, "[SYS/TEMP] ", "message cannot be read",
     "Die Nachricht lässt sich nicht lesen", "le message ne peut pas être lu"},
    {Text::needs_utf8, "[UTF8] ", "the header of the message needs UTF-8 mode",
     "Der Kopf der Nachricht verlangt UTF8 vor der Anmeldung", "l'en-tête du message exige le mode UTF-8"},

    {Text::how_large, "", "{} ({})", "{} ({})", "{} ({})"},
    {Text::one_message, "", "{} message", "{} Nachricht", "{} message"},
    {Text::messages, "", "{} messages", "{} Nachrichten", "{} messages"},
    {Text::one_octet, "", "{} octet", "{} Oktett", "{} octet"},
    {Text::octets, "", "{} octets", "{} Oktette", "{} octets"},
}};
// clang-format on

constexpr bool in_order() {
    for (std::size_t index = 0; index < rows.size(); ++index) {
        if (rows[index].text != static_cast<Text>(index)) return false;
    }
    return true;
}
static_assert(in_order(), "a row for each text, in the order of the enumeration");

const Row& row_of(Text text) {
    return rows.at(static_cast<std::size_t>(text));
}

bool is_singular(Language language, std::uint64_t count) {
    return count == 1 || (count == 0 && language == Language::french);
}

}  // namespace

std::string_view code_of(Text text) {
    return row_of(text).code;
}

std::string_view words_of(Text text, Language language) {
    switch (language) {
        case Language::english:
            return row_of(text).english;
        case Language::german:
            return row_of(text).german;
        case Language::french:
            return row_of(text).french;
    }
    return {};
}

std::string count_messages(Language language, std::uint64_t count) {
    return say(language, is_singular(language, count) ? Text::one_message : Text::messages, count);
}

std::string count_octets(Language language, std::uint64_t count) {
    return say(language, is_singular(language, count) ? Text::one_octet : Text::octets, count);
}

std::string describe_maildrop(Language language, std::uint64_t messages, std::uint64_t octets) {
    return say(language, Text::how_large, count_messages(language, messages), count_octets(language, octets));
}

}  // namespace popquizd::session
