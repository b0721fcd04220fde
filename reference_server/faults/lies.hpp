#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

/// What a session of a lying server hears and tells: it stands between the client and a session that is
/// honest. Without faults, any() is false and nothing else is called.
class Lies {
  public:
    explicit Lies(Liar& liar);
    Lies(const Lies&) = delete;
    Lies& operator=(const Lies&) = delete;

    bool any() const { return !liar_.is_honest() || liar_.only_notes(); }
    bool commits(Fault fault) const {
        if (liar_.only_notes()) occasions_.add(fault);
        return liar_.commits(fault);
    }
    /// Of a Liar that only notes: which faults would have shown so far, had they been committed, or were at
    /// least asked for.
    const Faults& occasions() const { return occasions_; }

    // What comes in.

    /// The octets of a segment as they are taken.
    std::string octets(std::string_view received);
    /// A command line came. What is obeyed in its place is what next() gives, until it gives nothing.
    void hear(std::string_view line, bool logged_in, bool tls, std::size_t messages);
    std::optional<std::string> next();
    /// A line came that is longer than allowed, and its text is gone.
    void hear_overlong(bool logged_in, bool tls, std::size_t messages);
    /// The longest command that is accepted, where an honest server accepts `honest` octets.
    std::size_t longest_command(std::size_t honest) const;

    // Who gets in.

    std::string timestamp(std::string honest) const;
    bool takes_password(std::string_view user, std::string_view password) const;
    bool takes_digest(std::string_view digest) const;
    /// A response of AUTH came, also an initial one: `line`, which is `decoded`. Gives what is taken in its
    /// place, decoded; nothing: what then stands in `line`.
    std::optional<std::string> respond(std::string& line, const std::optional<std::string>& decoded);
    /// AUTH was refused for what was last responded. Whom it logs in all the same; nothing: nobody.
    std::optional<std::string> takes_response() const;
    /// A challenge of AUTH, not encoded: what is sent in its place.
    std::string challenge(std::string honest);
    /// Whose maildrop is opened.
    std::string maildrop_of(std::string_view user) const;
    /// A login was refused because the maildrop of `user` is locked.
    void refused_locked(std::string_view user);
    /// Keeps what holds the lock of the session's maildrop until a few logins have been refused for it.
    void keep_lock(std::shared_ptr<void> holder);
    void keep_lock_of(std::string_view user, std::shared_ptr<void> holder);

    // What goes out.

    /// Where the honest reply is written.
    std::string& honest() { return honest_; }
    /// The honest reply has begun, and goes on: what there is of it goes to `out` where nobody lies about it,
    /// so that a large message is not kept.
    void tell_beginning(std::string& out);
    /// The honest reply is whole: appends to `out` what is told in its place. True: the connection ends.
    bool tell(std::string& out);

    /// The connection ended without QUIT. True: the session acts as after QUIT all the same.
    bool ended(bool in_order);

  private:
    void understand(std::string_view line);
    enum class Telling { undecided, a_lie, as_it_is };

    bool lied_about();
    void remember();
    void remember_login();
    void remember_ids();
    bool send(std::string octets, std::string& out);

    Liar& liar_;
    mutable Faults occasions_;
    Scene scene_;
    std::string honest_;
    Telling telling_ = Telling::undecided;  // of the present reply
    std::string held_back_;
    struct Queued {
        std::string line;
        bool hidden;
    };
    std::deque<Queued> queue_;
    bool hidden_ = false;
    std::size_t in_segment_ = 0;
    std::size_t segment_size_ = 0;  // commands that ended in the present segment
    bool skips_segment_ = false;
    bool login_open_ = false;
    bool quit_ = false;
    bool retrieved_ = false;
};

}  // namespace popquizd::faults
