#include "harness/target/maildrop_store.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/target/generated.hpp"
#include "harness/target/suggestion.hpp"
#include "harness/wire/descriptor.hpp"

namespace popquiz::target {

namespace {

namespace fs = std::filesystem;

/// Larger files are read when they are wanted.
constexpr std::uintmax_t most_in_memory = std::size_t{64} * 1024;
constexpr std::size_t copy_size = std::size_t{64} * 1024;

Failure failed(std::string message) {
    return {Failure::Kind::failed, std::move(message)};
}

Failure failed(const fs::path& file, std::string_view doing) {
    return failed(fmt::format("{}: {}: {}", file.string(), doing, std::strerror(errno)));
}

class MessageInFile : public Message {
  public:
    MessageInFile(std::string name, std::uint64_t size, fs::path file, wire::Descriptor descriptor)
        : Message(std::move(name), size), file_(std::move(file)), descriptor_(std::move(descriptor)) {}

    Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const override {
        std::size_t done = 0;
        while (done < into.size() && offset + done < size()) {
            const auto rest = std::min<std::uint64_t>(into.size() - done, size() - offset - done);
            const auto count = ::pread(descriptor_.get(), into.data() + done, static_cast<std::size_t>(rest),
                                       static_cast<off_t>(offset + done));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return failed(file_, "cannot read");
            if (count == 0)
                return failed(fmt::format("{}: has become shorter while it was in use", file_.string()));
            done += static_cast<std::size_t>(count);
        }
        return done;
    }

  private:
    fs::path file_;
    wire::Descriptor descriptor_;
};

Result<std::shared_ptr<const Message>> read_message(const fs::path& file) {
    wire::Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status = {};
    if (!descriptor || ::fstat(descriptor.get(), &status) != 0) return failed(file, "cannot read");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    auto message = std::make_shared<MessageInFile>(file.stem().string(), size, file, std::move(descriptor));
    if (size > most_in_memory) return std::shared_ptr<const Message>(std::move(message));
    auto text = message->text();
    if (!text) return text.error();
    return message_of(message->name(), std::move(*text));
}

Result<void> write_message(const Message& message, const fs::path& file) {
    std::ofstream out(file, std::ios::binary);
    std::array<char, copy_size> octets;
    for (std::uint64_t offset = 0; offset < message.size();) {
        const auto count = message.read(offset, octets);
        if (!count) return count.error();
        out.write(octets.data(), static_cast<std::streamsize>(*count));
        offset += *count;
    }
    out.close();
    if (!out) return failed(file, "cannot write");
    return {};
}

}  // namespace

Result<std::string> Message::text(std::size_t limit) const {
    if (size_ > limit) {
        return failed(fmt::format("message {} has {} octets, more than the {} that were expected", name_,
                                  size_, limit));
    }
    std::string octets(static_cast<std::size_t>(size_), '\0');
    if (const auto count = read(0, octets); !count) return count.error();
    return octets;
}

std::uint64_t Maildrop::octets() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& message : messages_)
        sum += message->size();
    return sum;
}

MaildropStore::MaildropStore(fs::path folder) : folder_(std::move(folder)) {}

MaildropStore::~MaildropStore() {
    std::error_code ignored;
    if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

Result<std::vector<std::string>> MaildropStore::names() const {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator each(folder_, error), end; !error && each != end; each.increment(error)) {
        if (each->is_directory()) names.push_back(each->path().filename().string());
    }
    if (error)
        return failed(fmt::format("{}: cannot read the maildrops: {}", folder_.string(), error.message()));
    std::sort(names.begin(), names.end());
    return names;
}

Result<std::shared_ptr<const Maildrop>> MaildropStore::load(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (const auto known = maildrops_.find(name); known != maildrops_.end()) return known->second;
    const auto all = names();
    if (!all) return all.error();
    // Only a name from the listing becomes a path: "../x" is none.
    const auto found = std::find(all->begin(), all->end(), name);
    if (found == all->end()) {
        return failed(
            fmt::format("there is no maildrop `{}` in {}; {}", name, folder_.string(), suggest(name, *all)));
    }
    auto maildrop = read(*found);
    if (maildrop) maildrops_.emplace(*found, *maildrop);
    return maildrop;
}

Result<std::shared_ptr<const Maildrop>> MaildropStore::read(const std::string& name) {
    std::vector<std::shared_ptr<const Message>> messages;
    const auto folder = folder_ / name;
    std::error_code error;
    for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
        if (each->path().extension() != ".eml") continue;
        auto message = read_message(each->path());
        if (!message) return message.error();
        messages.push_back(std::move(*message));
    }
    if (error)
        return failed(fmt::format("{}: cannot read the maildrop: {}", folder.string(), error.message()));
    if (const auto list = folder / "generated.toml"; fs::is_regular_file(list)) {
        std::ifstream in(list, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        auto generated = generate(text, list, name);
        if (!generated) return generated.error();
        std::move(generated->begin(), generated->end(), std::back_inserter(messages));
    }
    std::sort(messages.begin(), messages.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
    const auto twin = std::adjacent_find(messages.begin(), messages.end(),
                                         [](const auto& a, const auto& b) { return a->name() == b->name(); });
    if (twin != messages.end()) {
        return failed(fmt::format("{}: two messages are named `{}`", folder.string(), (*twin)->name()));
    }
    return std::shared_ptr<const Maildrop>(new Maildrop(name, std::move(messages)));
}

Result<fs::path> MaildropStore::folder_of(const Maildrop& maildrop) {
    const auto base = temporary_folder();
    if (!base) return base.error();
    const std::lock_guard lock(mutex_);
    if (const auto known = folders_.find(maildrop.name()); known != folders_.end()) return known->second;
    const auto folder = *base / "maildrops" / maildrop.name();
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return failed(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
    // The names alone would not sort as the messages do: "a-b.eml" comes before "a.eml".
    std::size_t number = 0;
    for (const auto& message : maildrop.messages()) {
        const auto file = folder / fmt::format("{:06}-{}.eml", ++number, message->name());
        if (auto written = write_message(*message, file); !written) return written.error();
    }
    folders_.emplace(maildrop.name(), folder);
    return folder;
}

Result<fs::path> MaildropStore::temporary_folder() {
    const std::lock_guard lock(mutex_);
    if (!temporary_.empty()) return temporary_;
    std::error_code error;
    auto name = (fs::temp_directory_path(error) / "popquiz-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr) return failed(name, "no temporary folder can be made");
    temporary_ = name;
    // A reset program may read it as another user.
    fs::permissions(temporary_, fs::perms{0755}, error);
    return temporary_;
}

}  // namespace popquiz::target
