#include "harness/app/sharding.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "harness/run/shard.hpp"
#include "reports/json.hpp"

namespace popquiz::app {
namespace {

namespace fs = std::filesystem;

/// A digest of texts in their order, of which it keeps apart where one ends and the next begins.
class Fingerprint {
  public:
    Fingerprint() { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

    void add(std::string_view text) {
        const auto length = fmt::format("{}:", text.size());
        EVP_DigestUpdate(context_.get(), length.data(), length.size());
        EVP_DigestUpdate(context_.get(), text.data(), text.size());
    }

    /// The first 64 bits, in hexadecimal digits: enough to tell two states of a suite apart.
    [[nodiscard]] std::string text() {
        unsigned char octets[EVP_MAX_MD_SIZE];
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), octets, &size);
        std::string digits;
        for (unsigned int i = 0; i < std::min(size, 8U); ++i)
            digits += fmt::format("{:02x}", octets[i]);
        return digits;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

std::string fingerprint_of(std::string_view text) {
    Fingerprint fingerprint;
    fingerprint.add(text);
    return fingerprint.text();
}

/// All that verdicts depend on: scenarios, catalogue, maildrops. Not what is written about them.
bool counts(const fs::path& file) {
    return file.extension() != ".md" && file.stem() != "calibration";
}

/// Of the suite's files, and of those that were named beside it.
std::string fingerprint_of(const Suite& suite, const std::vector<script::Scenario>& selected) {
    std::map<std::string, fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(suite.folder))
        if (entry.is_regular_file() && counts(entry.path()))
            files.emplace(entry.path().lexically_relative(suite.folder).generic_string(), entry.path());
    for (const auto& scenario : selected)
        if (!fs::exists(suite.folder / scenario.file))
            files.emplace(fs::path(scenario.file).filename().string(), scenario.file);
    Fingerprint fingerprint;
    for (const auto& [name, path] : files) {
        fingerprint.add(name);
        fingerprint.add(read_file(path).value_or(""));
    }
    return fingerprint.text();
}

/// What else decides on what is played and how it is judged. Where a list of deviations lies on each machine
/// does not, but what it says.
std::string options_of(const Arguments& arguments) {
    std::string options;
    const auto add = [&](const std::string& one) { options += (options.empty() ? "" : " ") + one; };
    for (const auto& shape : arguments.wire_shapes)
        add("--wire-shape=" + shape);
    if (arguments.wall_time) add("--wall-time=" + *arguments.wall_time);
    if (arguments.timeout) add(fmt::format("--timeout={:g}", *arguments.timeout));
    if (arguments.repeat > 1) add(fmt::format("--repeat={}", arguments.repeat));
    if (arguments.retry > 0) add(fmt::format("--retry={}", arguments.retry));
    if (arguments.shuffle) add(arguments.shuffle->empty() ? "--shuffle" : "--shuffle=" + *arguments.shuffle);
    if (arguments.owns_maildrop) add("--i-own-this-maildrop");
    if (arguments.baseline)
        add("--baseline of fingerprint " + fingerprint_of(read_file(*arguments.baseline).value_or("")));
    return options.empty() ? "no option that matters" : options;
}

/// How long each scenario took in the run that --times names.
reports::Outcome<std::vector<std::optional<std::int64_t>>> times_of(
    const Arguments& arguments, const std::vector<script::Scenario>& scenarios) {
    std::vector<std::optional<std::int64_t>> times(scenarios.size());
    if (!arguments.times) return times;
    const auto text = read_file(*arguments.times);
    if (!text) return reports::Error{fmt::format("{}: cannot be read", arguments.times->string())};
    const auto record = reports::read_json(*text, arguments.times->string());
    if (!record) return record.error();
    std::map<std::string_view, std::int64_t> known;
    for (const auto& result : record->results)
        known.emplace(result.id, result.microseconds);
    for (std::size_t i = 0; i < scenarios.size(); ++i)
        if (const auto found = known.find(scenarios[i].id); found != known.end()) times[i] = found->second;
    return times;
}

std::optional<std::string> variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

reports::Outcome<std::optional<reports::Shard>> divide(const Arguments& arguments, const Suite& suite,
                                                       std::vector<script::Scenario>& selected) {
    if (!arguments.shard) return std::optional<reports::Shard>();
    const auto part =
        *arguments.shard == "auto" ? run::shard_of_environment(variable) : run::parse_shard(*arguments.shard);
    if (!part) return part.error();
    const auto times = times_of(arguments, selected);
    if (!times) return times.error();
    reports::Shard shard{
        part->index, part->total, fingerprint_of(suite, selected), options_of(arguments), {}};
    for (const auto& scenario : selected)
        shard.scenarios.push_back(scenario.id);
    std::vector<script::Scenario> mine;
    for (const auto index : run::members(*part, run::weights_of(*times)))
        mine.push_back(std::move(selected[index]));
    selected = std::move(mine);
    return std::optional(std::move(shard));
}

}  // namespace popquiz::app
