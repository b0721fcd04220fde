#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference_server/faults/fault.hpp"

namespace popquizd::faults {

/// A row of the register.
struct Row {
    std::string_view name;
    /// The requirement that it violates: an id of the catalogue.
    std::string_view requirement;
    /// What goes wrong on the wire, in one sentence.
    std::string_view what;
};

/// The whole register, in the order of the enumeration.
std::span<const Row> all_rows();

/// Nothing when there is no fault of this name.
std::optional<Fault> find_fault(std::string_view name);

/// The name that was probably meant; empty when none is near.
std::string_view nearest_name(std::string_view name);

/// Some of the faults, such as those that a server commits: a set, empty at first.
class Faults {
  public:
    void add(Fault fault) { set_.set(static_cast<std::size_t>(fault)); }
    bool commits(Fault fault) const { return set_.test(static_cast<std::size_t>(fault)); }
    bool none() const { return set_.none(); }
    /// In the register's order, with a blank between them.
    std::string names() const;

  private:
    std::bitset<fault_count> set_;
};

}  // namespace popquizd::faults
