#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a scenario file says, as data. The language is described in scenarios/README.md; this is its parse
/// tree, with included steps in place and one Scenario for each row of a table.
namespace popquiz::script {

/// A place in a scenario file. Line and column count from 1; the column counts octets.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
    bool operator==(const Place&) const = default;
};

struct Expression;
using ExpressionPointer = std::shared_ptr<const Expression>;

/// The value of a table's cell, a parameter, or a literal in an expression.
struct Constant {
    std::variant<std::int64_t, std::string> value;
};
struct Name {
    std::string name;
};
struct Call {
    std::string function;
    std::vector<ExpressionPointer> arguments;
};
struct Operation {
    enum class Operator {
        plus,
        minus,
        times,
        equal,
        not_equal,
        less,
        less_or_equal,
        greater,
        greater_or_equal
    };
    Operator op = Operator::plus;
    ExpressionPointer left;
    ExpressionPointer right;
};
struct Expression {
    std::variant<Constant, Name, Call, Operation> node;
    Place place;
};

enum class CaptureType { number, unique_id, word, text };
/// `{name: type}` in what the server sends.
struct Capture {
    std::string name;
    CaptureType type = CaptureType::word;
    Place place;
};

/// Text with holes: literal octets, `${expressions}`, and (in server lines only) captures.
using Piece = std::variant<std::string, ExpressionPointer, Capture>;
struct Text {
    std::vector<Piece> pieces;
};

// ---- what the client does
// -----------------------------------------------------------------------------------

/// Octets to send. `octets` holds the CRLF where the line was written with `C:`. Sends that directly follow
/// each other travel in one segment, unless a NewSegment stands between them.
struct Send {
    Text octets;
    bool raw = false;  ///< written as `C=`
};
struct NewSegment {};
/// All that is sent up to the next reply travels in segments of so many octets.
struct SegmentsOf {
    std::uint64_t octets = 1;
};
enum class TlsVersion { tls1_0, tls1_1, tls1_2, tls1_3 };
/// What the client offers in a handshake of TLS, and whether the scenario says how it is to end.
struct Handshake {
    /// `as_set_up`: the client's certificate is shown if the profile has one, and the server asks for it.
    enum class Certificate { as_set_up, shown, withheld };
    std::optional<TlsVersion> version;  ///< this one alone
    std::string cipher;  ///< OpenSSL's names with colons between them; empty: no choice is made
    Certificate certificate = Certificate::as_set_up;
    bool judged = false;  ///< an answer follows that says how it ends; otherwise it is to succeed
};
struct Open {
    enum class Port { of_session, tls, tls_in_clear };
    Port port = Port::of_session;
    Handshake handshake;  ///< where there is one
};
struct Close {
    enum class Manner { orderly, without_close_notify, reset, half };
    Manner manner = Manner::orderly;
};
struct StartTls {
    bool may_end =
        false;  ///< the server may end the connection instead; nothing more of the session is played then
    Handshake handshake;
};
struct Wait {
    std::chrono::milliseconds time{0};
    ExpressionPointer count;  ///< so many times `time`; null: once
};
/// Puts a message of the suite's maildrops into the account's maildrop behind the server's back.
struct Deliver {
    std::string maildrop;
    std::string message;
};
/// Takes a message out of the account's maildrop behind the server's back: the one that was put there as
/// number `message`, from 1.
struct Remove {
    std::uint64_t message = 0;
};
/// Ends the server at once, by the profile's program: nothing that it has not written yet will be written.
struct KillServer {};
/// Starts it again, and waits until it is ready.
struct StartServer {};
struct Authenticate {
    std::string mechanism;
    bool initial_response = false;
    ExpressionPointer password;       ///< null: the account's
    ExpressionPointer authorization;  ///< identity to act as; null: none is named
    ExpressionPointer token;          ///< null: the account's
};

// ---- what the server does
// -----------------------------------------------------------------------------------

enum class Presence { required, optional, forbidden };
enum class Match { meaning, exact, regex };

/// One line that is expected. With Match::regex, `text` is one literal piece: the regular expression.
struct Line {
    Presence presence = Presence::required;
    Match match = Match::meaning;
    Text text;
    Place place;
};
struct AnyLines {};  ///< `...`
struct LineCount {
    enum class Bound { exactly, at_least, at_most };
    Bound bound = Bound::exactly;
    ExpressionPointer lines;
};
struct AnyOrder {
    std::vector<Line> lines;
};
/// The message of that number (null: the number that the command names), or the part of it that TOP asks for.
struct WholeMessage {
    ExpressionPointer number;
};
struct Keep {
    enum class What { listing, text };
    What what = What::listing;
    std::string name;
};
struct BodyItem {
    std::variant<Line, AnyLines, LineCount, AnyOrder, WholeMessage, Keep> item;
    Place place;
};

enum class Status { ok, err, continuation, any };

/// A reply that is expected.
struct Reply {
    Status status = Status::any;
    Match match = Match::meaning;
    /// What stands behind indicator and response code (Match::meaning), the whole line (exact), or one
    /// literal piece with the regular expression (regex), which RE2 reads as Latin-1.
    Text text;
    std::optional<std::string> response_code;   ///< without its brackets
    std::optional<std::string> without_code{};  ///< neither this one nor one below it, without its brackets
    std::optional<std::vector<BodyItem>> body;  ///< set: the reply has several lines
};
/// The server ends the connection without another octet.
struct Ends {
    /// `closes_with_notify`: under TLS a close_notify comes before the FIN.
    enum class Manner { closes, closes_with_notify, resets, either };
    Manner manner = Manner::closes;
};
/// How the handshake ends that has just begun.
struct HandshakeEnds {
    bool succeeds = false;  ///< false: the server refuses it, by an alert or the end of the connection
};
using Answer = std::variant<Reply, Ends, HandshakeEnds>;

/// One answer that is accepted.
struct Alternative {
    Answer answer;
    bool tolerable = false;  ///< does not conform; gives a warning with `reason`
    std::string reason;
    Place place;
};
/// One reply, the end of the connection or that of a handshake, in one of several ways.
struct Expect {
    std::vector<Alternative> alternatives;  ///< at least one; of a handshake's end are all or none
    std::optional<std::chrono::milliseconds> limit;
};
/// The server sends nothing that was not asked for (proved by a fence).
struct NothingMore {};

struct Assert {
    ExpressionPointer condition;
    std::string source;  ///< as written
};

/// Keeps a value under a name, as a capture does.
struct Let {
    std::string name;
    ExpressionPointer value;
};

struct Step {
    std::variant<Send, NewSegment, SegmentsOf, Open, Close, StartTls, Wait, Deliver, Remove, KillServer,
                 StartServer, Authenticate, Expect, NothingMore, Assert, Let>
        action;
    std::size_t session = 0;  ///< index into Scenario::sessions
    bool given = false;       ///< only prepares: not met means inconclusive
    std::vector<std::string>
        checks;  ///< requirements that it is held against; never empty if the scenario has any
    Place place;
    std::string source;  ///< the line as written, for messages
};

// ---- the whole
// ----------------------------------------------------------------------------------------------

enum class State { closed, authorization, transaction };
enum class Transport { cleartext, tls, stls };

struct Session {
    std::string name = "main";
    State state = State::closed;
    Transport transport = Transport::cleartext;
    int account = 1;  ///< 1 or 2
};

/// What must be there for the scenario to be played.
struct Needs {
    std::vector<std::string>
        capabilities;  ///< lines of CAPA: a tag, or a tag and parameters such as `SASL PLAIN`
    bool capa = false;
    bool apop = false;
    bool stls = false;
    bool tls_port = false;
    bool second_account = false;
    bool delivery = false;
    bool token = false;               ///< the account has a token
    bool client_certificate = false;  ///< the profile has a certificate for us
    bool cleartext_refused = false;   ///< the server must refuse a login in the clear
    /// What the server must not offer: lines of CAPA as above, or `CAPA`, `APOP`, `STLS`, `TLS`.
    std::vector<std::string> absent;
    bool removal = false;
    bool server_control = false;  ///< the server is killed and started
    bool password_with_spaces = false;
    std::chrono::milliseconds wall_time{0};
};

enum class Level { must, should, may };

struct Scenario {
    std::string id;    ///< path without `.pop3`, and `[row]`
    std::string file;  ///< as given to the parser
    std::string title;
    std::string note;
    std::string asks;  ///< the question about a server's own choice that it answers
    std::vector<std::string> checks;
    std::optional<std::string> maildrop;
    Needs needs;
    std::optional<Level> level;
    std::optional<std::string> user;      ///< in a recorded session: `${user}` was put in its place
    std::optional<std::string> password;  ///< in a recorded session: `${password}` was put in its place
    std::optional<std::chrono::milliseconds> step_limit;
    std::optional<std::chrono::milliseconds> scenario_limit;
    std::vector<Session> sessions;  ///< [0] is `main`
    std::vector<Step> steps;
    bool deletes = false;  ///< a DELE is sent: never on mail that popquiz did not put there
};

}  // namespace popquiz::script
