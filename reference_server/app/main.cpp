#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "reference_server/app/options.hpp"
#include "reference_server/app/server.hpp"
#include "reference_server/app/tls.hpp"

namespace {

namespace app = popquizd::app;

/// Each session needs a descriptor or two, and usual soft limits end at 1024.
void allow_many_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int leave(int status, const std::string& text) {
    std::fputs(text.c_str(), status == 0 ? stdout : stderr);
    return status;
}

int serve(const app::Options& options) {
    boost::system::result<boost::asio::ssl::context, std::string> tls = app::make_tls_context(options);
    if (!tls) return leave(2, fmt::format("popquizd: {}\n", tls.error()));
    app::Server server(options, std::move(*tls));
    const boost::system::result<void, std::string> listening = server.listen();
    if (!listening) return leave(2, fmt::format("popquizd: {}\n", listening.error()));
    fmt::print("{}\n", server.ready_line());
    std::fflush(stdout);
    server.run();
    return server.failed_connections() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    allow_many_descriptors();
    try {
        const boost::system::result<app::Options, app::Leave> options =
            app::parse_options(std::vector<std::string>(argv + 1, argv + argc));
        if (!options) return leave(options.error().status, options.error().text);
        return serve(*options);
    } catch (const std::exception& error) {
        return leave(1, fmt::format("popquizd: {}\n", error.what()));
    }
}
