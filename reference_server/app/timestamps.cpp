#include "reference_server/app/timestamps.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

namespace popquizd::app {

namespace {

bool fits_an_atom(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') || octet == '-' || octet == '.';
}

}  // namespace

Timestamps::Timestamps(std::string_view host_name) : host_name_(fit_host_name(host_name)) {}

std::string Timestamps::next() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return fmt::format("<{}.{}.{}@{}>", ::getpid(), ++counter_,
                       std::chrono::duration_cast<std::chrono::microseconds>(now).count(), host_name_);
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return fit_host_name(name.data());
}

std::string fit_host_name(std::string_view name) {
    const bool fits = !name.empty() && name.size() <= 255 &&
                      std::all_of(name.begin(), name.end(), fits_an_atom) && name.front() != '.' &&
                      name.back() != '.' && name.find("..") == std::string_view::npos;
    return fits ? std::string(name) : "localhost";
}

}  // namespace popquizd::app
