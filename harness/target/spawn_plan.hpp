#pragma once

#include <string>
#include <vector>

#include <spawn.h>

namespace popquiz::target {

/// What a child starts with: nothing on standard input, `output` as standard output and standard error, a
/// process group of its own, signals as in a fresh process.
class SpawnPlan {
  public:
    explicit SpawnPlan(int output);
    ~SpawnPlan();
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// It starts in this folder.
    void in_folder(const char* folder);

    const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }
    const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

/// What a program is called with, its own name first, as exec wants it.
class ProgramWords {
  public:
    ProgramWords(std::string program, const std::vector<std::string>& arguments);
    ProgramWords(const ProgramWords&) = delete;
    ProgramWords& operator=(const ProgramWords&) = delete;

    /// Ends with a null pointer; good for as long as this object is.
    char* const* argv() noexcept { return argv_.data(); }

  private:
    std::vector<std::string> words_;
    std::vector<char*> argv_;
};

}  // namespace popquiz::target
