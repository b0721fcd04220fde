#pragma once

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

}  // namespace popquiz::target
