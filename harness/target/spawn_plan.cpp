#include "harness/target/spawn_plan.hpp"

#include <csignal>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace popquiz::target {

SpawnPlan::SpawnPlan(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

SpawnPlan::~SpawnPlan() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
}

void SpawnPlan::in_folder(const char* folder) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, folder);
}

ProgramWords::ProgramWords(std::string program, const std::vector<std::string>& arguments)
    : words_{std::move(program)} {
    words_.insert(words_.end(), arguments.begin(), arguments.end());
    argv_.reserve(words_.size() + 1);
    for (std::string& word : words_)
        argv_.push_back(word.data());
    argv_.push_back(nullptr);
}

}  // namespace popquiz::target
