#include "harness/app/suite.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <fnmatch.h>

#include "harness/run/pitfalls.hpp"
#include "harness/script/parser.hpp"

namespace popquiz::app {
namespace {

namespace fs = std::filesystem;

bool is_suite(const fs::path& folder) {
    return fs::is_regular_file(folder / "requirements.tsv");
}

/// From the suite's folder on; nothing where it is not of the suite. The suite is an answer of
/// weakly_canonical.
std::optional<fs::path> inside(const fs::path& file, const fs::path& suite) {
    auto inside = fs::weakly_canonical(file).lexically_relative(suite);
    if (inside.empty() || *inside.begin() == "..") return std::nullopt;
    return inside;
}

/// `rfc1939/5-retr/dot-stuffing`, or a file's own name where it is not of the suite.
std::string id_of(const fs::path& file, const std::optional<fs::path>& inside) {
    return (inside ? fs::path(*inside).replace_extension() : file.stem()).generic_string();
}

/// The suite's files are named from its folder on: a record reads the same wherever the suite lies. Nobody is
/// to take another for one of them.
std::string shown(const fs::path& file, const std::optional<fs::path>& inside) {
    if (inside) return inside->generic_string();
    return file.is_absolute() || *file.begin() == ".." ? file.string()
                                                       : "./" + file.lexically_normal().string();
}

std::vector<fs::path> scenario_files(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() == ".pop3") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::set<std::string, std::less<>> folders_in(const fs::path& folder) {
    std::set<std::string, std::less<>> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none))
        if (entry.is_directory()) names.insert(entry.path().filename().string());
    return names;
}

/// Reads scenario files one after the other and keeps their mistakes.
class Reader {
  public:
    Reader(const fs::path& suite, const run::Catalogue& catalogue)
        : suite_(suite), resolved_suite_(fs::weakly_canonical(suite)) {
        options_.requirements.emplace();
        for (const auto& row : catalogue.rows())
            options_.requirements->insert(row.requirement.id);
        options_.maildrops = folders_in(suite / "maildrops");
    }

    void read(const fs::path& file) {
        const auto text = read_file(file);
        if (!text) {
            mistakes_ += fmt::format("{}: cannot be read\n", file.string());
            return;
        }
        const auto place = inside(file, resolved_suite_);
        options_.file = shown(file, place);
        options_.id = id_of(file, place);
        options_.load = [&](std::string_view name) {
            auto steps = read_file(file.parent_path() / name);
            return steps ? steps : read_file(suite_ / name);
        };
        auto parsed = script::parse(*text, options_);
        if (!parsed) {
            mistakes_ += script::render(parsed.error());
            return;
        }
        for (auto& scenario : *parsed)
            if (ids_.insert(scenario.id).second) scenarios_.push_back(std::move(scenario));
    }

    std::vector<script::Scenario> take() {
        std::sort(scenarios_.begin(), scenarios_.end(),
                  [](const script::Scenario& a, const script::Scenario& b) { return a.id < b.id; });
        return std::move(scenarios_);
    }
    [[nodiscard]] const std::string& mistakes() const { return mistakes_; }

  private:
    const fs::path& suite_;
    fs::path resolved_suite_;
    script::ParseOptions options_;  ///< What is the same for all files stays in it.
    std::set<std::string> ids_;
    std::vector<script::Scenario> scenarios_;
    std::string mistakes_;
};

}  // namespace

std::optional<std::string> read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string octets;
    std::vector<char> some(std::size_t{64} * 1024);
    while (file.read(some.data(), static_cast<std::streamsize>(some.size())), file.gcount() > 0)
        octets.append(some.data(), static_cast<std::size_t>(file.gcount()));
    // A folder can be opened, and not read.
    return file.eof() ? std::optional(std::move(octets)) : std::nullopt;
}

std::optional<fs::path> find_suite(const std::optional<fs::path>& given) {
    if (given) return is_suite(*given) ? given : std::nullopt;
    std::error_code none;
    const auto program = fs::read_symlink("/proc/self/exe", none);
    if (none) return std::nullopt;
    if (const auto installed = program.parent_path().parent_path() / "share/popquiz/scenarios";
        is_suite(installed))
        return installed;
    for (auto folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path())
        if (is_suite(folder / "scenarios")) return folder / "scenarios";
    return std::nullopt;
}

boost::system::result<Suite, SuiteMistakes> load_suite(const fs::path& folder,
                                                       const std::vector<fs::path>& further_files) {
    using Loaded = boost::system::result<Suite, SuiteMistakes>;
    const auto wrong = [](std::string text) {
        return Loaded(boost::system::in_place_error, SuiteMistakes{std::move(text)});
    };
    const auto text = read_file(folder / "requirements.tsv");
    if (!text) return wrong(fmt::format("{}: cannot be read\n", (folder / "requirements.tsv").string()));
    auto catalogue = run::Catalogue::parse(*text);
    if (!catalogue)
        return wrong(fmt::format("{}:{}: {}\n", (folder / "requirements.tsv").string(),
                                 catalogue.error().line, catalogue.error().message));
    Reader reader(folder, *catalogue);
    for (const auto& file : scenario_files(folder))
        reader.read(file);
    for (const auto& file : further_files)
        reader.read(file);
    if (!reader.mistakes().empty()) return wrong(reader.mistakes());
    Suite suite{folder, std::move(*catalogue), reader.take(), {}, {}};
    if (auto line = read_file(folder / "calibration.txt"))
        suite.calibration = line->substr(0, line->find('\n'));
    const auto file = folder / "pitfalls.tsv";
    if (!fs::exists(file)) return suite;
    const auto pitfalls_text = read_file(file);
    if (!pitfalls_text) return wrong(fmt::format("{}: cannot be read\n", file.string()));
    auto pitfalls = run::parse_pitfalls(*pitfalls_text, suite.catalogue, suite.scenarios);
    if (!pitfalls)
        return wrong(
            fmt::format("{}:{}: {}\n", file.string(), pitfalls.error().line, pitfalls.error().message));
    suite.pitfalls = std::move(*pitfalls);
    return suite;
}

std::optional<fs::path> path_of(std::string_view selector, const fs::path& suite) {
    std::error_code none;
    // A folder that happens to have the same name here holds nothing of the suite.
    if (fs::is_directory(suite / selector, none)) return suite / selector;
    for (const auto& candidate : {fs::path(selector), suite / selector}) {
        if (fs::is_directory(candidate, none)) return candidate;
        if (fs::is_regular_file(candidate, none) && candidate.extension() == ".pop3") return candidate;
    }
    return std::nullopt;
}

bool selects(std::string_view selector, const script::Scenario& scenario) {
    const std::string_view id = scenario.id;
    const auto file = id.substr(0, id.find('['));
    if (selector == id || selector == file) return true;
    if (id.starts_with(selector) && id.substr(selector.size()).starts_with('/')) return true;
    // An id may have brackets of its own, which are no set of characters.
    const std::string pattern(selector);
    return ::fnmatch(pattern.c_str(), std::string(id).c_str(), 0) == 0 ||
           ::fnmatch(pattern.c_str(), std::string(file).c_str(), 0) == 0;
}

std::vector<script::Scenario> select(const Suite& suite, const std::vector<std::string>& selectors,
                                     std::vector<std::string>& unmatched) {
    if (selectors.empty()) return suite.scenarios;
    std::vector<bool> chosen(suite.scenarios.size(), false);
    for (const auto& selector : selectors) {
        auto wanted = selector;
        if (const auto path = path_of(selector, suite.folder))
            wanted = id_of(*path, inside(*path, fs::weakly_canonical(suite.folder)));
        bool any = false;
        for (std::size_t i = 0; i < suite.scenarios.size(); ++i) {
            if (wanted != "." && !selects(wanted, suite.scenarios[i])) continue;
            chosen[i] = any = true;
        }
        if (!any) unmatched.push_back(selector);
    }
    std::vector<script::Scenario> selected;
    for (std::size_t i = 0; i < chosen.size(); ++i)
        if (chosen[i]) selected.push_back(suite.scenarios[i]);
    return selected;
}

}  // namespace popquiz::app
