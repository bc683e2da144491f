#include "client/commands/new.hpp"

#include "client/commands/directory.hpp"
#include "client/failure.hpp"
#include "client/output/json.hpp"
#include "core/failure.hpp"
#include "core/plan/plan.hpp"
#include "core/text.hpp"
#include "files/native.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <set>
#include <unistd.h>

namespace migrate::client {

namespace {

std::string new_id() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device device;
    std::uniform_int_distribution<std::size_t> any(0, digits.size() - 1);
    std::string id;
    for (int i = 0; i < 12; i++) {
        id += digits[any(device)];
    }
    return id;
}

files::FileTime now_in_utc() {
    const std::time_t now = std::time(nullptr);
    std::tm parts = {};
    gmtime_r(&now, &parts);
    return {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min};
}

std::vector<files::SourceRevision> native_revisions(const std::string& path,
                                                    std::optional<files::Layout> layout) {
    const std::vector<files::SourceFile> files = read_files(path);
    const bool is_empty =
        std::none_of(files.begin(), files.end(),
                     [](const files::SourceFile& file) { return files::holds_text(file.path); });
    if (is_empty) {
        return {};
    }
    Directory directory = read_directory(path, layout);
    if (directory.layout != files::Layout::native) {
        throw ClientError(
            "the files of \"" + path + "\" are those of " +
                std::string(files::layout_name(directory.layout)),
            "Only native files can be written.",
            "Write it by hand, or with that tool; or change to native files: load the "
            "directory, then migratectl export.");
    }
    return std::move(directory.sources.revisions);
}

// Parents that only the server knows count as revisions without parents.
core::Graph graph_of(const std::vector<files::SourceRevision>& sources) {
    std::set<std::string> known;
    for (const files::SourceRevision& source : sources) {
        known.insert(source.revision.id);
        known.insert(source.revision.branch_labels.begin(), source.revision.branch_labels.end());
    }
    std::vector<core::Revision> revisions;
    const auto add_unknown = [&](const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            if (known.insert(name).second) {
                revisions.push_back({name, {}, {}, {}});
            }
        }
    };
    for (const files::SourceRevision& source : sources) {
        add_unknown(source.revision.down_revision);
        add_unknown(source.revision.depends_on);
    }
    for (const files::SourceRevision& source : sources) {
        revisions.push_back(source.revision);
    }
    return core::Graph(std::move(revisions));
}

std::vector<std::string> ids_of(const core::Graph& graph,
                                const std::vector<core::Index>& revisions) {
    std::vector<std::string> ids;
    ids.reserve(revisions.size());
    for (const core::Index i : revisions) {
        ids.push_back(graph.id(i));
    }
    return ids;
}

std::vector<std::string> named(const core::Graph& graph, const std::vector<std::string>& targets) {
    std::vector<std::string> ids;
    const core::AppliedSet applied(graph);
    for (const std::string& text : targets) {
        for (std::string& id :
             ids_of(graph, core::named_revisions(graph, applied, core::parse_target(text)))) {
            if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
                ids.push_back(std::move(id));
            }
        }
    }
    return ids;
}

std::vector<std::string> parents_of_new(const core::Graph& graph, const Options& options) {
    if (!options.heads.empty()) {
        return named(graph, options.heads);
    }
    if (!options.branch.empty() && graph.find_label(options.branch)) {
        return named(graph, {options.branch + "@head"});
    }
    std::vector<std::string> heads = ids_of(graph, graph.heads());
    if (heads.size() > 1) {
        throw ClientError("the directory has several heads",
                          "They are " + core::joined(heads) + ".",
                          "Say which one the new revision follows (--head " + heads.back() +
                              "), or bring them together first with migratectl DIR merge.");
    }
    return heads;
}

void write_file(const std::string& path, const std::string& text) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) {
        throw ClientError(std::string("could not make the file: ") + std::strerror(errno)).at(path);
    }
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = write(file, rest.data(), rest.size());
        if (written < 0) {
            const int error = errno;
            close(file);
            throw ClientError(std::string("could not write the file: ") + std::strerror(error))
                .at(path);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (close(file) != 0) {
        throw ClientError(std::string("could not write the file: ") + std::strerror(errno))
            .at(path);
    }
}

ExitStatus write_revision(const files::SourceRevision& revision, const std::string& directory,
                          const Options& options, const Output& output) {
    const std::string path = path_in(directory, files::native_file_name(revision, now_in_utc()));
    const std::string text = files::native_file_text(revision);
    if (options.dry_run) {
        output.note(path);
        output.print(text);
        return ExitStatus::done;
    }
    write_file(path, text);
    if (output.wants_json()) {
        Json row;
        row["path"] = path;
        row["revision"] = revision.revision.id;
        output.print(json_text({row}));
    } else {
        output.print(path + "\n");
    }
    return ExitStatus::done;
}

/// What core says of names, as an error of the program.
template <typename Function> auto about_names(Function function) {
    try {
        return function();
    } catch (const core::Failure& failure) {
        throw ClientError(failure.message(), failure.detail());
    }
}

} // namespace

std::string chosen_directory(const Options& options) {
    if (options.directory) {
        return *options.directory;
    }
    if (std::filesystem::is_directory("migrations")) {
        return "migrations";
    }
    throw usage_error("no directory was given, and there is none called \"migrations\" here",
                      "Give it before the command: migratectl DIR COMMAND.");
}

ExitStatus write_new_file(const Options& options, const Output& output) {
    const std::string directory = chosen_directory(options);
    const std::vector<files::SourceRevision> sources = native_revisions(directory, options.layout);
    files::SourceRevision revision;
    about_names([&] {
        const core::Graph graph = graph_of(sources);
        revision.revision.down_revision = parents_of_new(graph, options);
        if (!options.branch.empty() && !graph.find_label(options.branch)) {
            core::check_identifier("branch label", options.branch);
            revision.revision.branch_labels.push_back(options.branch);
        }
        for (const std::string& name : options.depends_on) {
            core::check_identifier("revision", name);
        }
    });
    revision.revision.id = new_id();
    revision.revision.depends_on = options.depends_on;
    revision.message = options.message.value_or("");
    revision.up.text = "-- SQL that makes the change";
    revision.down.emplace();
    revision.down->text =
        "-- SQL that takes it back; without \"migrate:down\" there is no way back";
    return write_revision(revision, directory, options, output);
}

ExitStatus write_merge_file(const Options& options, const Output& output) {
    const std::string directory = chosen_directory(options);
    const std::vector<files::SourceRevision> sources = native_revisions(directory, options.layout);
    files::SourceRevision revision;
    about_names([&] {
        const core::Graph graph = graph_of(sources);
        revision.revision.down_revision =
            options.targets.empty() ? ids_of(graph, graph.heads()) : named(graph, options.targets);
    });
    const std::vector<std::string>& parents = revision.revision.down_revision;
    if (parents.size() < 2) {
        throw ClientError("there is nothing to merge",
                          parents.empty() ? "The directory has no revisions."
                                          : "There is one head, " + parents[0] + ".");
    }
    revision.revision.id = new_id();
    if (options.message) {
        revision.message = *options.message;
    } else {
        for (const std::string& parent : parents) {
            revision.message += (revision.message.empty() ? "merge " : " and ") + parent;
        }
    }
    revision.up.text = "-- nothing to do: this brings lines together";
    revision.down.emplace();
    revision.down->text = "-- nothing to do";
    return write_revision(revision, directory, options, output);
}

} // namespace migrate::client
