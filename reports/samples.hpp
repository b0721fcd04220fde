#pragma once

#include "reports/coverage.hpp"
#include "reports/record.hpp"

/// Records that the tests of all formats share.
namespace popquiz::reports::samples {

/// Every verdict but flaky, every level, several sessions, two always-on checks, and something in every
/// member.
[[nodiscard]] Record full();

/// A run in which everything passed.
[[nodiscard]] Record conforming();

/// A run in which everything was played several times: something flaky with findings, something without.
[[nodiscard]] Record repeated();

/// A run that ended before anything could be judged.
[[nodiscard]] Record unreachable();

/// full(), with octets in every text that no format may pass on: controls, escape sequences, markup of every
/// kind, octets that are not UTF-8, noncharacters.
[[nodiscard]] Record hostile();

/// full(), with enough long findings to be more than a job summary may hold.
[[nodiscard]] Record large();

/// A suite with a requirement of each standing, a pitfall that is caught, and one that is not.
[[nodiscard]] Coverage coverage();

}  // namespace popquiz::reports::samples
