#pragma once

namespace popquiz::bench {

/// popquiz against a bare client in lock-step with the same server.
void add_exchange();

/// A RETR stream against a search for its line ends.
void add_stream();

/// The suite with one account and with eight, and with each scenario once and twice.
void add_suite();

/// A message of 1 GiB.
void add_memory();

}  // namespace popquiz::bench
