#include "harness/app/output.hpp"

#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace popquiz::app {
namespace {

std::string_view environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view() : value;
}

bool is_tty(std::FILE* stream) {
    return ::isatty(::fileno(stream)) != 0;
}

}  // namespace

bool is_terminal(std::FILE* stream) {
    return is_tty(stream) && environment("TERM") != "dumb";
}

std::size_t columns_of(std::FILE* stream) {
    winsize size{};
    const bool known = is_tty(stream) && ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0;
    return known ? size.ws_col : 0;
}

reports::Setting setting_of(std::FILE* stream, Colour colour, bool verbose) {
    const bool coloured = colour == Colour::always || (colour == Colour::automatic && is_terminal(stream) &&
                                                       environment("NO_COLOR").empty());
    return {coloured, columns_of(stream), verbose};
}

}  // namespace popquiz::app
