#include <algorithm>
#include <utility>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

namespace {

using Commands = std::vector<std::string>;
using Effect = std::function<Commands(const Scene&)>;

Commands nothing(const Scene&) {
    return {};
}

Effect command(std::string_view line) {
    return [line](const Scene&) { return Commands{std::string(line)}; };
}

/// DELE for each message-number for which `wanted` says yes.
Effect mark_if(std::function<bool(const Scene&, std::uint64_t)> wanted) {
    return [wanted = std::move(wanted)](const Scene& scene) {
        Commands commands;
        for (std::uint64_t number = 1; number <= scene.messages; ++number) {
            if (wanted(scene, number)) commands.push_back("DELE " + std::to_string(number));
        }
        return commands;
    };
}

Commands mark_again(const Scene& scene) {
    return mark_if([](const Scene& seen, std::uint64_t number) { return seen.marks.contains(number); })(
        scene);
}

Commands mark_named(const Scene& scene) {
    return scene.arguments.empty() ? Commands() : Commands{"DELE " + scene.arguments[0]};
}

bool is_unmarked(const Scene& scene, std::uint64_t number) {
    return !scene.marks.contains(number);
}

/// The name of the user whose password this is.
std::string owner_of(const Scene& scene) {
    for (const auto& [user, password] : scene.memory->passwords) {
        if (password == scene.rest) return user;
    }
    return {};
}

Commands name_owner(const Scene& scene) {
    const std::string owner = owner_of(scene);
    return owner.empty() ? Commands() : Commands{"USER " + owner};
}

Commands name_user(const Scene& scene) {
    return scene.user.empty() ? Commands() : Commands{"USER " + scene.user};
}

bool user_came_before(const Scene& scene) {
    return scene.last_keyword == "USER";
}

bool wrong(const Scene& scene) {
    return scene.keyword.size() < 3 || scene.keyword.size() > 4;
}

/// RSET leaves the marks that `kept` says.
Effect keep_marks(std::function<bool(const Scene&, std::uint64_t)> kept) {
    return mark_if([kept = std::move(kept)](const Scene& scene, std::uint64_t number) {
        return scene.marks.contains(number) && kept(scene, number);
    });
}

Commands all_marks_but_the_last(const Scene& scene) {
    Commands commands{"RSET"};
    for (const std::uint64_t number : scene.marks) {
        if (number != *scene.marks.rbegin()) commands.push_back("DELE " + std::to_string(number));
    }
    return commands;
}

Commands first_unmarked(const Scene& scene) {
    for (std::uint64_t number = 1; number <= scene.messages; ++number) {
        if (is_unmarked(scene, number)) return {"DELE " + std::to_string(number)};
    }
    return {};
}

}  // namespace

std::vector<EffectLie> effect_lies() {
    const When has_marks = marks_set;
    const When transaction = after_login;
    return {
        {Fault::pass_without_user, to("PASS") & unless(user_came_before), name_owner, nothing},
        {Fault::pass_after_failed_pass,
         to("PASS") & unless(user_came_before) & [](const Scene& scene) { return scene.failed_login; },
         name_user, nothing},
        {Fault::pass_not_directly_after_user,
         to("PASS") & unless(user_came_before) & [](const Scene& scene) { return !scene.failed_login; },
         name_user, nothing},

        {Fault::stat_forgets_marks, to("STAT") & transaction, nothing, command("RSET")},
        {Fault::list_forgets_marks, to("LIST") & transaction, nothing, command("RSET")},
        {Fault::uidl_forgets_marks, to("UIDL") & transaction, nothing, command("RSET")},
        {Fault::retr_forgets_marks, to("RETR") & transaction, nothing, command("RSET")},
        {Fault::capa_forgets_marks, to("CAPA") & transaction, nothing, command("RSET")},
        {Fault::unknown_command_forgets_marks, When(wrong) & transaction, nothing, command("RSET")},
        {Fault::user_after_login_forgets_marks, to("USER|PASS|APOP") & transaction, nothing, command("RSET")},

        {Fault::login_marks_first, to("PASS|APOP") & before_login, nothing, command("DELE 1")},
        {Fault::rset_then_quit_removes_all_the_same,
         to("QUIT") & transaction & [](const Scene& scene) { return scene.reset; },
         mark_if([](const Scene& scene, std::uint64_t number) { return scene.unmarked.contains(number); }),
         nothing},

        {Fault::retr_removes_message, to("QUIT") & transaction,
         mark_if([](const Scene& scene, std::uint64_t number) { return scene.retrieved.contains(number); }),
         nothing},
        {Fault::retr_marks, to("RETR") & transaction, nothing, mark_named},
        {Fault::top_marks, to("TOP") & transaction, nothing, mark_named},
        {Fault::list_one_marks, to("LIST") & transaction, nothing, mark_named},
        {Fault::uidl_one_marks, to("UIDL") & transaction, nothing, mark_named},
        {Fault::unknown_command_marks_first, When(wrong) & transaction, nothing, command("DELE 1")},
        {Fault::dele_of_missing_marks_last,
         to("DELE") & transaction & [](const Scene& scene) { return scene.number() > scene.messages; },
         nothing, mark_if([](const Scene& scene, std::uint64_t number) { return number == scene.messages; })},
        {Fault::dele_marks_next_too, to("DELE") & transaction, nothing,
         mark_if([](const Scene& scene, std::uint64_t number) { return scene.number() == number - 1; })},
        {Fault::dele_marks_previous_too, to("DELE") & transaction, nothing,
         mark_if([](const Scene& scene, std::uint64_t number) { return scene.number() == number + 1; })},
        {Fault::dele_marks_all, to("DELE") & transaction, nothing, mark_if(is_unmarked)},

        {Fault::rset_keeps_first_mark, to("RSET") & has_marks, nothing,
         keep_marks([](const Scene& scene, std::uint64_t number) { return number == *scene.marks.begin(); })},
        {Fault::rset_keeps_last_mark, to("RSET") & has_marks, nothing,
         keep_marks(
             [](const Scene& scene, std::uint64_t number) { return number == *scene.marks.rbegin(); })},
        {Fault::rset_keeps_mark_of_last_message, to("RSET") & has_marks, nothing,
         keep_marks([](const Scene& scene, std::uint64_t number) { return number == scene.messages; })},

        {Fault::quit_removes_nothing, to("QUIT") & has_marks, command("RSET"), nothing},
        {Fault::quit_removes_all, to("QUIT") & has_marks, mark_if(is_unmarked), nothing},
        {Fault::quit_removes_all_without_marks, to("QUIT") & transaction & unless(has_marks),
         mark_if(is_unmarked), nothing},
        {Fault::quit_removes_one_too_many, to("QUIT") & has_marks, first_unmarked, nothing},
        {Fault::quit_keeps_last_marked, to("QUIT") & has_marks, all_marks_but_the_last, nothing},
        {Fault::quit_keeps_marked_after_rset,
         to("QUIT") & has_marks & [](const Scene& scene) { return scene.reset; }, command("RSET"), nothing},
        {Fault::quit_removes_retrieved, to("QUIT") & transaction,
         mark_if([](const Scene& scene, std::uint64_t number) { return scene.retrieved.contains(number); }),
         nothing},
        {Fault::quit_under_tls_removes_nothing, to("QUIT") & has_marks & under_tls, command("RSET"), nothing},

        {Fault::stat_counts_marked, to("STAT") & has_marks, command("RSET"), mark_again},
        {Fault::list_has_marked,
         to("LIST") & has_marks & [](const Scene& scene) { return scene.arguments.empty(); }, command("RSET"),
         mark_again},
        {Fault::uidl_has_marked,
         to("UIDL") & has_marks & [](const Scene& scene) { return scene.arguments.empty(); }, command("RSET"),
         mark_again},
        {Fault::list_one_tells_marked, to("LIST") & names_marked, command("RSET"), mark_again},
        {Fault::uidl_one_tells_marked, to("UIDL") & names_marked, command("RSET"), mark_again},
        {Fault::retr_sends_marked, to("RETR") & names_marked, command("RSET"), mark_again},
        {Fault::top_sends_marked, to("TOP") & names_marked, command("RSET"), mark_again},
    };
}

}  // namespace popquizd::faults
